import type { Rational } from '../../../schemas/rational.ts';
import { allowsDropFrame } from '../../time/frame-rate.ts';
import { rational } from '../../time/rational.ts';
import { framesPerDay, parseTimecode, type TimecodeReading } from '../../time/timecode.ts';
import { type Problem, problem } from '../problem.ts';
import { sourceDistance } from '../retime.ts';
import type { GroupedEvent } from './group.ts';

/** The times of an event line as frame counts, with the rates that counted. */
export type EventTimes = {
  sourceRate: Rational;
  recordRate: Rational;
  sourceDropFrame: boolean;
  record: { in: number; duration: number } | null;
  /** Null when one of the timecodes cannot exist. */
  complete: { sourceIn: number; sourceFrames: number; recordFrames: number } | null;
  /** Frame count of another source timecode of the event; null when there is none or it cannot exist. */
  frameOf: (timecode: string | null) => number | null;
  problems: Problem[];
};

/** Reads the four times of an event line at the rates told, in the frame code modes of the list. */
export function readTimes(
  line: GroupedEvent,
  recordDropFrame: boolean | null,
  rates: { rate: Rational; sourceRate: Rational },
): EventTimes {
  const { event } = line;
  const source = counting(rates.sourceRate, line.dropFrame === true, [event.sourceIn, event.sourceOut]);
  const record = counting(rates.rate, recordDropFrame === true, [event.recordIn, event.recordOut]);
  const read = {
    sourceIn: source.read(event.sourceIn),
    sourceOut: source.read(event.sourceOut),
    recordIn: record.read(event.recordIn),
    recordOut: record.read(event.recordOut),
  };
  const problems = Object.entries(read).flatMap(([where, reading]) => illegalTime(line, where, reading));
  if (line.dropFrame === true && !source.dropFrame) problems.push(modeWithoutRate(line, rates.sourceRate));
  const recorded = span(read.recordIn, read.recordOut, record);
  return {
    sourceRate: source.rate,
    recordRate: record.rate,
    sourceDropFrame: source.dropFrame,
    record: recorded,
    complete:
      recorded && read.sourceIn.ok && read.sourceOut.ok
        ? {
            sourceIn: read.sourceIn.timecode.frames,
            sourceFrames: sourceDistance(
              read.sourceIn.timecode.frames,
              read.sourceOut.timecode.frames,
              recorded.duration,
              source.rate,
              framesPerDay(source.rate, source.dropFrame),
            ),
            recordFrames: recorded.duration,
          }
        : null,
    frameOf: (timecode) => {
      const reading = timecode === null ? null : source.read(timecode);
      return reading?.ok ? reading.timecode.frames : null;
    },
    problems,
  };
}

type Counting = { rate: Rational; dropFrame: boolean; read: (text: string) => TimecodeReading };

/** Drop-frame counting is only followed where it exists; a whole 30, 60 or 120 with drop-frame means its NTSC rate. */
function counting(rate: Rational, dropFrame: boolean, written: string[]): Counting {
  const drop = dropFrame || written.some((text) => /[;,]\d+$/.test(text));
  const ntsc = [30, 60, 120].includes(rate.num) && rate.den === 1 ? rational(rate.num * 1000, 1001) : rate;
  const counted = drop && allowsDropFrame(ntsc) ? ntsc : rate;
  const follows = drop && allowsDropFrame(counted);
  return {
    rate: counted,
    dropFrame: follows,
    read: (text) =>
      /^[+-]?\d+$/.test(text) ? frameCount(text, counted) : parseTimecode(text, counted, follows),
  };
}

function frameCount(text: string, rate: Rational): TimecodeReading {
  return { ok: true, timecode: { frames: Number(text), rate, dropFrame: false } };
}

function span(
  start: TimecodeReading,
  end: TimecodeReading,
  counted: Counting,
): { in: number; duration: number } | null {
  if (!start.ok || !end.ok) return null;
  const distance = end.timecode.frames - start.timecode.frames;
  const day = framesPerDay(counted.rate, counted.dropFrame);
  return { in: start.timecode.frames, duration: distance < 0 ? distance + day : distance };
}

function illegalTime(line: GroupedEvent, where: string, reading: TimecodeReading): Problem[] {
  if (reading.ok) return [];
  const place =
    { sourceIn: 'source in', sourceOut: 'source out', recordIn: 'record in', recordOut: 'record out' }[
      where
    ] ?? where;
  return [
    problem(
      'cut-list-illegal-timecode',
      { line: line.line, event: line.event.number },
      {
        what: `${place} ${reading.sentence}.`,
        why: 'The range of this event is not known, so nothing is made from it.',
        fix:
          reading.reason === 'frame-beyond-rate'
            ? 'Tell the right rate with --fps (or --source-fps), or correct the timecode.'
            : 'Correct the timecode, or the FCM line above it.',
      },
      { where, reason: reading.reason },
    ),
  ];
}

function modeWithoutRate(line: GroupedEvent, rate: Rational): Problem {
  return problem(
    'cut-list-drop-frame-conflict',
    { line: line.line, event: line.event.number },
    {
      what: `FCM says drop-frame, but drop-frame does not exist at ${rate.num}/${rate.den}.`,
      why: 'Counted as drop-frame, ranges would move by up to 108 frames an hour; the event is counted as non-drop.',
      fix: 'Correct the FCM line, or tell the right rate with --fps.',
    },
    { rate },
  );
}
