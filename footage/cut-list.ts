import type { Cdl } from '../schemas/cut-list.ts';
import type { Rational } from '../schemas/rational.ts';
import { frameTimecode, type MadeClip } from './clip-spec.ts';
import { timecodeOfFrame } from './record-timecode.ts';

/** A use of a made clip, in the order of the cut. */
export type CutUse = {
  clip: MadeClip;
  /** First source frame shown (0-based); in reverse it is the highest. */
  first: number;
  /** Record frames. */
  durationFrames: number;
  shotName?: string;
  /** Reel as the list writes it. @default the clip's reel */
  reel?: string;
  /** Source frames per record frame: negative is reverse, 0 a freeze. @default 1/1 */
  speed?: Rational;
  /** Dissolve from the use before, in record frames; it starts at this use's record in. */
  dissolveFrames?: number;
  cdl?: Cdl;
};

export type CutListOptions = {
  title: string;
  rate: Rational;
  dropFrame?: boolean;
  /** Record frame of the first use, counted from 00:00:00:00. @default one hour */
  recordStart?: number;
  uses: CutUse[];
};

/** What a reader of the list must find. Frames are of the clip, 0-based and inclusive, `first` above `last` in reverse. */
export type ExpectedEvent = {
  number: string;
  clipName: string;
  reel: string;
  shotName: string | null;
  /** Really shown: at twice the speed the skipped frame at the very end is not among them. */
  sourceFrames: { first: number; last: number };
  source: { in: string; out: string };
  record: { in: string; out: string };
  speed: Rational;
  /** Source frames that go on into the dissolve after this event; 0 without one. */
  outgoingFrames: number;
};

const NORMAL: Rational = { num: 1, den: 1 };

/** A cut list in CMX 3600 form over made clips, with the answer. Nothing is checked: wrong ranges make the negative cases. */
export function makeCutList(options: CutListOptions): { edl: string; expected: ExpectedEvent[] } {
  const expected = expectedEvents(options);
  const lines = [
    `TITLE: ${options.title}`,
    `FCM: ${options.dropFrame ? 'DROP FRAME' : 'NON-DROP FRAME'}`,
    ...options.uses.flatMap((use, i) =>
      eventLines(use, expected[i]!, options.uses[i - 1], expected[i - 1], options.rate),
    ),
  ];
  return { edl: `${lines.join('\n')}\n`, expected };
}

function expectedEvents(options: CutListOptions): ExpectedEvent[] {
  const recordTimecode = (frame: number) => timecodeOfFrame(frame, options.rate, options.dropFrame ?? false);
  let record = options.recordStart ?? Math.round(options.rate.num / options.rate.den) * 3600;
  return options.uses.map((use, i) => {
    const speed = use.speed ?? NORMAL;
    const reach = Math.floor(((use.durationFrames - 1) * Math.abs(speed.num)) / speed.den);
    const covered = coveredFrames(use, speed);
    const recordIn = record;
    record += use.durationFrames;
    return {
      number: String(i + 1).padStart(3, '0'),
      clipName: use.clip.clipName,
      reel: use.reel ?? use.clip.reel,
      shotName: use.shotName ?? null,
      sourceFrames: { first: use.first, last: use.first + (speed.num < 0 ? -reach : reach) },
      source: { in: frameTimecode(use.clip, covered.in), out: frameTimecode(use.clip, covered.out) },
      record: { in: recordTimecode(recordIn), out: recordTimecode(record) },
      speed,
      outgoingFrames: options.uses[i + 1]?.dissolveFrames ?? 0,
    };
  });
}

/**
 * The range that a use covers, `out` exclusive: its record length times the speed. In reverse the list has it from low to
 * high all the same, and the negative M2 turns it round; a freeze has one frame.
 */
function coveredFrames(use: CutUse, speed: Rational): { in: number; out: number } {
  const length = Math.max(1, Math.round((use.durationFrames * Math.abs(speed.num)) / speed.den));
  return speed.num < 0
    ? { in: use.first + 1 - length, out: use.first + 1 }
    : { in: use.first, out: use.first + length };
}

function eventLines(
  use: CutUse,
  event: ExpectedEvent,
  before: CutUse | undefined,
  eventBefore: ExpectedEvent | undefined,
  rate: Rational,
): string[] {
  const times = `${event.source.in} ${event.source.out} ${event.record.in} ${event.record.out}`;
  const speed = event.speed.num === event.speed.den ? [] : [motionLine(event, rate)];
  if (!use.dissolveFrames || !before || !eventBefore)
    return [
      eventLine(event.number, event.reel, 'C', times),
      ...speed,
      `* FROM CLIP NAME: ${event.clipName}`,
      ...remarks(use, event),
    ];
  // A dissolve has two lines: where the outgoing clip stands, with no length, then the incoming clip.
  const outgoing = `${eventBefore.source.out} ${eventBefore.source.out} ${event.record.in} ${event.record.in}`;
  return [
    eventLine(event.number, eventBefore.reel, 'C', outgoing),
    eventLine(event.number, event.reel, `D    ${String(use.dissolveFrames).padStart(3, '0')}`, times),
    ...speed,
    'EFFECTS NAME IS CROSS DISSOLVE',
    `* FROM CLIP NAME: ${eventBefore.clipName}`,
    `* TO CLIP NAME: ${event.clipName}`,
    ...remarks(use, event),
  ];
}

function eventLine(number: string, reel: string, transition: string, times: string): string {
  return `${number}  ${reel.padEnd(8)} V     ${transition.padEnd(8)} ${times}`;
}

/** Speed in frames per second of the record rate's timecode base, one decimal: a CMX 3600 list cannot say more. */
function motionLine(event: ExpectedEvent, rate: Rational): string {
  const fps = (Math.round(rate.num / rate.den) * event.speed.num) / event.speed.den;
  const text = `${fps < 0 ? '-' : ''}${Math.abs(fps).toFixed(1).padStart(5, '0')}`;
  return `M2   ${event.reel.padEnd(8)}       ${text}                ${event.source.in}`;
}

function remarks(use: CutUse, event: ExpectedEvent): string[] {
  const triple = (values: readonly number[]) => `(${values.map((v) => v.toFixed(4)).join(' ')})`;
  return [
    ...(use.shotName ? [`* LOC: ${event.record.in} GREEN   ${use.shotName}`] : []),
    ...(use.cdl
      ? [
          `* ASC_SOP ${triple(use.cdl.slope)}${triple(use.cdl.offset)}${triple(use.cdl.power)}`,
          `* ASC_SAT ${use.cdl.saturation.toFixed(4)}`,
        ]
      : []),
  ];
}
