import type { CutList } from '../../../schemas/cut-list.ts';
import type { Rational } from '../../../schemas/rational.ts';
import { allowsDropFrame } from '../../time/frame-rate.ts';
import { formatRational } from '../../time/rational.ts';
import { type Problem, problem } from '../problem.ts';
import { buildEvents, type ReadEvent } from './event.ts';
import { type GroupedList, groupEvents } from './group.ts';
import { lintEvents } from './lint.ts';
import { type InferredRate, inferRate } from './rate.ts';
import { readStatements, type Statement } from './statement.ts';

/** Rates that the list itself does not carry. */
export type EdlOptions = {
  /** Record rate; default: inferred from the frame numbers, and said so. */
  rate?: Rational;
  /** Source rate; default: the record rate. */
  sourceRate?: Rational;
};

/** A cut list read from an EDL, with what was assumed. `problems` carry severity and event. */
export type EdlCutList = CutList & {
  events: ReadEvent[];
  problems: Problem[];
  /** The rate that counted, and whether the frame numbers prove it; null when the caller told the rate. */
  inferredRate: InferredRate | null;
};

/**
 * Reads a CMX 3600 style list: File 16, 32, 128 and 129, long reels, tabs, any line ending. One bad line is one problem; the rest of
 * the list is read. Source: SMPTE ST 258:2004; remarks as Avid, Premiere, Resolve, Final Cut, Flame, Baselight and Nucoda write them.
 */
export function parseEdl(text: string, options: EdlOptions = {}): EdlCutList {
  const statements = readStatements(text);
  const inferred = options.rate ? null : inferRate(statements);
  const rate = options.rate ?? inferred!.rate;
  const grouped = groupEvents(statements);
  const built = buildEvents(grouped, { rate, sourceRate: options.sourceRate ?? rate });
  const problems = [
    ...unreadable(statements),
    ...rateProblems(inferred, built.events),
    ...wholeRateWithDropFrame(options.rate, built.events),
    ...onceForAll('cut-list-drop-frame-conflict', built.problems),
    ...lintEvents(built.events, rate),
  ].sort((a, b) => a.line - b.line);
  return {
    version: 1,
    kind: 'cut-list',
    title: grouped.title,
    rate: options.rate ?? null,
    sourceRate: options.sourceRate ?? null,
    inferredRate: inferred,
    frameCodeMode: grouped.recordDropFrame,
    events: built.events,
    problems: built.events.length === 0 ? [...problems, emptyList(grouped)] : problems,
    notes: grouped.heading.map((statement) => statement.text),
  };
}

/** Lines that mean an event or a motion and cannot be read, and runs of lines that mean nothing known. */
function unreadable(statements: Statement[]): Problem[] {
  const problems: Problem[] = [];
  let run: Statement[] = [];
  const close = () => {
    const [first] = run;
    if (first) problems.push(unknownRun(first, run));
    run = [];
  };
  for (const statement of statements) {
    if (statement.kind === 'unknown' && !/^(REM\b|#|\/\/)/i.test(statement.text)) {
      run.push(statement);
      continue;
    }
    close();
    if (statement.kind === 'broken-event') problems.push(brokenEvent(statement));
    if (statement.kind === 'broken-motion') problems.push(brokenMotion(statement));
  }
  close();
  return problems;
}

function unknownRun(first: Statement, run: Statement[]): Problem {
  const last = run.at(-1)!;
  return problem(
    'cut-list-line-unreadable',
    { line: first.line },
    {
      what:
        run.length === 1
          ? `"${clip(first.text)}" is not understood.`
          : `this and the lines up to ${last.line} are not understood ("${clip(first.text)}").`,
      why: 'What they say is kept as a note of the event above, but nothing follows from it.',
      fix: 'Put an asterisk before remarks, or delete the lines.',
    },
    { text: first.text, lastLine: last.line },
  );
}

function brokenEvent(statement: Statement): Problem {
  return problem(
    'cut-list-line-unreadable',
    { line: statement.line },
    {
      what: `"${clip(statement.text)}" looks like an event but cannot be read as one.`,
      why: 'This use of a source is missing from everything that is made.',
      fix: 'Expected: number, reel, channels, transition, then source in, source out, record in, record out. Export the list again or correct the line.',
    },
    { text: statement.text },
  );
}

function brokenMotion(statement: Statement): Problem {
  return problem(
    'cut-list-line-unreadable',
    { line: statement.line },
    {
      what: `"${clip(statement.text)}" is a motion line without a readable speed.`,
      why: 'The event is taken at normal speed, so its source range may be wrong.',
      fix: 'Expected: M2, reel, speed in frames per second, timecode.',
    },
    { text: statement.text },
  );
}

function rateProblems(inferred: InferredRate | null, events: ReadEvent[]): Problem[] {
  if (!inferred || inferred.certain || events.length === 0) return [];
  return [
    problem(
      'cut-list-rate-unknown',
      { line: events[0]!.line },
      {
        what: `the list does not tell its frame rate; ${formatRational(inferred.rate)} was taken because ${inferred.because}.`,
        why: 'At another rate every range of the list is another.',
        fix: 'Tell it with --fps.',
      },
      { assumed: inferred.rate, because: inferred.because },
    ),
  ];
}

/** A person who says 30 for a drop-frame list means 29.97: followed, and said once. */
function wholeRateWithDropFrame(rate: Rational | undefined, events: ReadEvent[]): Problem[] {
  const event = events.find(({ dropFrame }) => dropFrame);
  if (!event || rate === undefined || allowsDropFrame(rate)) return [];
  return [
    problem(
      'cut-list-drop-frame-conflict',
      { line: event.line, event: event.number },
      {
        what: `the list is drop-frame, which does not exist at ${formatRational(rate)}; it was counted at ${formatRational(rate)} × 1000/1001.`,
        why: 'Whole rates have no drop-frame, so one of the two is wrong.',
        fix: 'Tell the exact rate: --fps 29.97 (or 59.94, 119.88).',
      },
      { told: rate },
    ),
  ];
}

/** The first of several like problems, with the number of events it stands for: one wrong FCM line is one problem. */
function onceForAll(code: Problem['code'], problems: Problem[]): Problem[] {
  const alike = problems.filter((one) => one.code === code);
  const [first] = alike;
  if (!first) return problems;
  const joined: Problem = { ...first, technical: { ...first.technical, events: alike.length } };
  return problems.filter((one) => one.code !== code).concat(joined);
}

function emptyList(list: GroupedList): Problem {
  return problem(
    'cut-list-empty',
    { line: 1 },
    {
      what: 'the list holds no event that can be read.',
      why: 'Nothing can be made from it.',
      fix: 'Check that it is an EDL, and export it again.',
    },
    { title: list.title },
  );
}

function clip(text: string): string {
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
