import type { Rational } from '../../../schemas/rational.ts';
import { ceil, formatRational } from '../../time/rational.ts';
import { type Problem, problem } from '../problem.ts';
import type { Retimed } from '../retime.ts';
import { conflictingShotNames, findShotName } from '../shot-name.ts';
import type { ReadEvent } from './event.ts';
import type { GroupedEvent } from './group.ts';
import type { Said } from './said.ts';

/** Says that source, record and speed of an event contradict each other, and which was followed. */
export function conflictProblem(line: GroupedEvent, event: ReadEvent, retimed: Retimed | null): Problem[] {
  if (!retimed?.conflict || event.class === 'black') return [];
  const { wanted, followed } = retimed.conflict;
  const needed = ceil(wanted);
  const given = `source ${event.source.in} to ${event.source.out}, record ${event.record.in} to ${event.record.out}`;
  const speed = formatRational(event.speed);
  const what = {
    speed: `at speed ${speed} the record range shows ${needed} source frames, but the list says otherwise (${given}).`,
    source: `source and record have different lengths and no speed explains it (${given}).`,
    record: `the source range is empty although the record range is not (${given}).`,
  }[followed];
  const why = {
    speed: 'The speed was followed: source frames run from source in.',
    source: 'The source range was followed; a retime may be missing from the list.',
    record: 'The record length was taken from source in at normal speed; the source may have no timecode.',
  }[followed];
  return [
    problem(
      'cut-list-duration-conflict',
      { line: line.line, event: line.event.number },
      {
        what,
        why,
        fix: 'Compare with the sequence in the editing system, and export the list again with its motion effects.',
      },
      { followed, speed: event.speed, framesWanted: needed, source: event.source, record: event.record },
    ),
  ];
}

/** Transitions without a kind or a length: read, but a person should know what was taken. */
export function transitionProblems(line: GroupedEvent, event: ReadEvent): Problem[] {
  const { kind, code, durationFrames } = line.event.transition;
  if (kind === 'cut') return [];
  const where = { line: line.line, event: line.event.number };
  const facts = { code, durationFrames };
  if (code === '' || (durationFrames === 0 && kind !== 'key')) {
    const missing = code === '' ? 'kind' : 'length';
    return [
      problem(
        'cut-list-unsupported',
        where,
        {
          what: `the transition has no ${missing}.`,
          why:
            missing === 'kind'
              ? `It was taken for a dissolve of ${durationFrames} frames; both sources are read.`
              : 'No overlap of the outgoing source is known.',
          fix: 'Compare with the sequence; the frames of both sources are in the plan when the length is right.',
        },
        facts,
      ),
    ];
  }
  const length = event.recordFrames?.duration ?? durationFrames;
  if (durationFrames <= length) return [];
  return [
    problem(
      'cut-list-duration-conflict',
      where,
      {
        what: `the transition is ${durationFrames} frames long, its event only ${length}.`,
        why: 'The outgoing source is taken for the whole transition, which may be more than is shown.',
        fix: 'Compare with the sequence.',
      },
      facts,
    ),
  ];
}

/** Motion that an EDL cannot carry whole: FluidMotion, time warps and ramps are a bound, not a curve. */
export function motionProblems(line: GroupedEvent, said: Said, speed: Rational | null): Problem[] {
  const note = said.notes.find((text) =>
    /\b(RAMP|TIMEWARP|TIME WARP|TIME REMAP|VARIABLE SPEED|SPEED CURVE|FLUID\s?MOTION)\b/i.test(text),
  );
  if (note === undefined) return [];
  return [
    problem(
      'speed-ramp',
      { line: line.line, event: line.event.number },
      {
        what: `"${note}" tells of a speed that may change within the shot${speed === null ? ', and there is no M2 line' : ''}.`,
        why: 'An EDL carries one speed only: the source range is a bound, and the curve is lost.',
        fix: 'Send the AAF or XML of the same sequence, or give generous handles.',
      },
      { note, speed },
    ),
  ];
}

/** Problems of what the remarks say: colour decisions that cannot be read, shot names that disagree. */
export function remarkProblems(line: GroupedEvent, said: Said): Problem[] {
  const where = { event: line.event.number };
  const problems = said.brokenCdl.map((statement) =>
    problem(
      'cut-list-cdl-invalid',
      { ...where, line: statement.line },
      {
        what: `"${statement.text}" is not a colour decision.`,
        why: 'The shot is made without it.',
        fix: 'Expected nine numbers, slope from 0 and power above 0: ASC_SOP (r g b)(r g b)(r g b), or one number from 0: ASC_SAT n.',
      },
      { text: statement.text },
    ),
  );
  const notes = { vfx: said.vfx, locators: said.locators.map(({ note }) => note) };
  const chosen = findShotName({ ...notes, clipName: null })?.name;
  const others = chosen === undefined ? [] : conflictingShotNames(notes, chosen);
  if (others.length > 0) {
    problems.push(
      problem(
        'shot-name-conflict',
        { ...where, line: line.line },
        {
          what: `the remarks name ${[chosen, ...others].join(' and ')}.`,
          why: `The event can be one shot only; ${chosen} was taken.`,
          fix: 'Leave one name in the locators and *VFX remarks of the event.',
        },
        { chosen, others },
      ),
    );
  }
  return problems;
}
