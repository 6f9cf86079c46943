import type { MadeClip } from '../../footage/clip-spec.ts';
import { frameTimecode } from '../../footage/clip-spec.ts';
import { frameOfTimecode, timecodeBase, timecodeOfFrame } from '../../footage/record-timecode.ts';
import type { Rational } from '../../schemas/rational.ts';

/** A use of a clip as its editor made it. What it shows is counted here, by exact fractions and nothing of the code under test. */
export type EditedUse = {
  clip: ClipKey;
  /** Source frame (0-based in the clip) that record frame 0 shows; in reverse the highest. */
  entry: number;
  /** Record frames, without what a dissolve lets it run on. */
  frames: number;
  /** Against the clip's own speed: 1 normal, below zero reverse, 0 a freeze. @default 1 */
  speed?: Rational;
  /**
   * The source range as systems write it: `whole` what is covered; `record-length` as long as the record side, whatever the speed
   * (Resolve); `place-holder` one frame (Avid, reverse); `to-last-shown` without what a fast use skips at its end. @default whole
   */
  written?: 'whole' | 'record-length' | 'place-holder' | 'to-last-shown';
  /** How the list tells the speed. @default an M2 line when the speed is not 1 */
  told?: 'M2' | 'remark' | 'nothing';
  /** Transition into this use from the one before. */
  transition?: { code: string; frames: number };
  /** Reel as written. @default the clip's name */
  reel?: string;
  /** Further lines behind the event. */
  remarks?: string[];
};

/** A cut of few uses, and what a list of it must give. */
export type EditedCut = {
  what: string;
  kind: CutKind;
  rate: Rational;
  dropFrame?: boolean;
  /** Whether whoever sends the list tells its rate. @default true */
  isRateTold?: boolean;
  /** Timecodes of the list with `;` where they are drop-frame. @default false: the FCM line says it */
  semicolons?: boolean;
  /** Source timecodes run on past 24:00:00:00 instead of beginning anew. */
  runsPastMidnight?: boolean;
  uses: EditedUse[];
  /** Finding that a person must get. */
  finding?: string;
};

export const CUT_KINDS = [
  'normal',
  'faster',
  'slower',
  'reverse',
  'freeze',
  'contradicting lengths',
  'dissolve or wipe',
  'mixed rates',
  '23.976 against 24',
  'drop-frame',
  'over midnight',
  'no rate told',
  'ramp',
] as const;
export type CutKind = (typeof CUT_KINDS)[number];

export const RATES = {
  '23.976': { num: 24000, den: 1001 },
  '24': { num: 24, den: 1 },
  '25': { num: 25, den: 1 },
  '29.97': { num: 30000, den: 1001 },
  '30': { num: 30, den: 1 },
  '50': { num: 50, den: 1 },
  '59.94': { num: 60000, den: 1001 },
  '60': { num: 60, den: 1 },
} as const satisfies Record<string, Rational>;

/** The clips of the corpus: one for each way of counting, all of `CLIP_FRAMES` frames. */
export const CLIPS = {
  '23.976': { rate: RATES['23.976'], start: '10:00:00:00' },
  '24': { rate: RATES['24'], start: '10:00:00:00' },
  '25': { rate: RATES['25'], start: '10:00:00:00' },
  '29.97': { rate: RATES['29.97'], start: '10:00:00:00' },
  '29.97 drop': { rate: RATES['29.97'], start: '10:00:58;00' },
  '30': { rate: RATES['30'], start: '10:00:00:00' },
  '50': { rate: RATES['50'], start: '10:00:00:00' },
  '59.94': { rate: RATES['59.94'], start: '10:00:00:00' },
  '59.94 drop': { rate: RATES['59.94'], start: '10:00:59;00' },
  '60': { rate: RATES['60'], start: '10:00:00:00' },
  '24 midnight': { rate: RATES['24'], start: '23:59:58:00' },
  '25 midnight': { rate: RATES['25'], start: '23:59:58:00' },
  '29.97 drop midnight': { rate: RATES['29.97'], start: '23:59:58;00' },
} as const satisfies Record<string, { rate: Rational; start: string }>;
export type ClipKey = keyof typeof CLIPS;
export const CLIP_FRAMES = 96;

/** What a plate of a use must hold, without handles: its lowest and highest source frame, and what record frame k shows of it. */
export type Truth = { clip: ClipKey; first: number; last: number; shows: number[] };

/** The truth of every use of a cut that shows a clip, in order. An outgoing use runs on for the length of the transition. */
export function truthOf(cut: EditedCut): Truth[] {
  return cut.uses.map((use, at) => {
    const frames = use.frames + (cut.uses[at + 1]?.transition?.frames ?? 0);
    const step = stepOf(use, cut.rate);
    const shows = Array.from({ length: frames }, (_, k) => shownAt(use.entry, step, k));
    return { clip: use.clip, shows, ...heldBy(use, step, frames) };
  });
}

/** The list of a cut in CMX 3600 form. */
export function listOfCut(cut: EditedCut, clips: Record<ClipKey, MadeClip>): string {
  const start = 3600 * timecodeBase(cut.rate);
  let record = start;
  const lines = [`TITLE: ${cut.what}`, `FCM: ${cut.dropFrame ? 'DROP FRAME' : 'NON-DROP FRAME'}`];
  cut.uses.forEach((use, at) => {
    const number = String(at + 1).padStart(3, '0');
    const before = cut.uses[at - 1];
    if (use.transition && before)
      lines.push(eventLine(number, before, 'C', endOf(before, cut, clips), [record, record], cut));
    const code = use.transition
      ? `${use.transition.code.padEnd(5)}${String(use.transition.frames).padStart(3, '0')}`
      : 'C';
    const source = sourceOf(use, cut, clips);
    lines.push(eventLine(number, use, code, source, [record, record + use.frames], cut));
    lines.push(...motionLine(use, source[0]), ...(use.remarks ?? []));
    record += use.frames;
  });
  return `${lines.join('\n')}\n`;

  function eventLine(
    number: string,
    use: EditedUse,
    code: string,
    source: [string, string],
    [recordIn, recordOut]: [number, number],
    { rate, dropFrame = false }: EditedCut,
  ): string {
    const recorded = [recordIn, recordOut].map((frame) =>
      written(timecodeOfFrame(frame, rate, dropFrame), cut),
    );
    return `${number}  ${(use.reel ?? clips[use.clip].clipName).padEnd(32)} V     ${code.padEnd(8)} ${[...source, ...recorded].join(' ')}`;
  }
}

/** The same cut as an OpenTimelineIO document: frames and seconds, no timecode. A dissolve stands wholly behind its cut, as an EDL has it. */
export function otioOfCut(cut: EditedCut, clips: Record<ClipKey, MadeClip>): string {
  const rateOf = (rate: Rational) => rate.num / rate.den;
  const time = (value: number, rate: Rational) => ({
    OTIO_SCHEMA: 'RationalTime.1',
    value,
    rate: rateOf(rate),
  });
  const children = cut.uses.flatMap((use) => {
    const { rate, start } = CLIPS[use.clip];
    const { clipName } = clips[use.clip];
    const zero = frameOfTimecode(start, rate);
    const speed = use.speed ?? { num: 1, den: 1 };
    const { first } = heldBy({ ...use, written: 'whole' }, stepOf(use, cut.rate), use.frames);
    const effect =
      speed.num === 0
        ? { OTIO_SCHEMA: 'FreezeFrame.1' }
        : { OTIO_SCHEMA: 'LinearTimeWarp.1', time_scalar: rateOf(speed) };
    const transition = {
      OTIO_SCHEMA: 'Transition.1',
      transition_type: use.transition?.code === 'D' ? 'SMPTE_Dissolve' : 'Wipe',
      in_offset: time(0, cut.rate),
      out_offset: time(use.transition?.frames ?? 0, cut.rate),
    };
    const clip = {
      OTIO_SCHEMA: 'Clip.2',
      name: clipName,
      source_range: {
        OTIO_SCHEMA: 'TimeRange.1',
        start_time: time(zero + first, rate),
        duration: time(use.frames, cut.rate),
      },
      effects: speed.num === speed.den ? [] : [effect],
      media_references: {
        DEFAULT_MEDIA: {
          OTIO_SCHEMA: 'ExternalReference.1',
          target_url: `file:///media/${clipName}.mov`,
          available_range: {
            OTIO_SCHEMA: 'TimeRange.1',
            start_time: time(zero, rate),
            duration: time(CLIP_FRAMES, rate),
          },
        },
      },
    };
    return use.transition ? [transition, clip] : [clip];
  });
  return JSON.stringify({
    OTIO_SCHEMA: 'Timeline.1',
    name: cut.what,
    global_start_time: time(3600 * timecodeBase(cut.rate), cut.rate),
    tracks: { OTIO_SCHEMA: 'Stack.1', children: [{ OTIO_SCHEMA: 'Track.1', kind: 'Video', children }] },
  });
}

/** Source frames per record frame. Rates with one counting base are conformed frame for frame. */
function stepOf(use: EditedUse, listRate: Rational): Rational {
  const speed = use.speed ?? { num: 1, den: 1 };
  const { rate } = CLIPS[use.clip];
  if (timecodeBase(rate) === timecodeBase(listRate)) return speed;
  return {
    num: speed.num * rate.num * listRate.den,
    den: speed.den * rate.den * listRate.num,
  };
}

/** Source time runs from the lower edge of the entry frame up, or from its upper edge down; a frame is shown where time stands within it. */
function shownAt(entry: number, { num, den }: Rational, k: number): number {
  return num >= 0 ? entry + Math.floor((k * num) / den) : entry - Math.floor((k * -num) / den);
}

function heldBy(use: EditedUse, step: Rational, frames: number): { first: number; last: number } {
  if (step.num === 0) return { first: use.entry, last: use.entry };
  const reach =
    use.written === 'to-last-shown'
      ? Math.floor(((frames - 1) * Math.abs(step.num)) / step.den) + 1
      : Math.ceil((frames * Math.abs(step.num)) / step.den);
  return step.num > 0
    ? { first: use.entry, last: use.entry + reach - 1 }
    : { first: use.entry - reach + 1, last: use.entry };
}

function sourceOf(use: EditedUse, cut: EditedCut, clips: Record<ClipKey, MadeClip>): [string, string] {
  const { first, last } = heldBy(use, stepOf(use, cut.rate), use.frames);
  const range: [number, number] =
    use.written === 'place-holder'
      ? [use.entry, use.entry + 1]
      : use.written === 'record-length'
        ? [first, first + use.frames]
        : [first, last + 1];
  return range.map((frame) => sourceTimecode(use, frame, cut, clips)) as [string, string];
}

/** Where the outgoing line of a transition stands: at the end of what was shown, with no length. */
function endOf(use: EditedUse, cut: EditedCut, clips: Record<ClipKey, MadeClip>): [string, string] {
  const [, end] = sourceOf(use, cut, clips);
  return [end, end];
}

function sourceTimecode(
  use: EditedUse,
  frame: number,
  cut: EditedCut,
  clips: Record<ClipKey, MadeClip>,
): string {
  const text = written(frameTimecode(clips[use.clip], frame), cut);
  const hours = Number(text.slice(0, 2));
  return cut.runsPastMidnight && hours < 12 ? `${hours + 24}${text.slice(2)}` : text;
}

function written(timecode: string, cut: EditedCut): string {
  return cut.semicolons ? timecode : timecode.replace(';', ':');
}

/** Frames of the source per second, one decimal, as the form has it. */
function motionLine(use: EditedUse, at: string): string[] {
  const speed = use.speed ?? { num: 1, den: 1 };
  if (use.told === 'nothing' || (use.told === undefined && speed.num === speed.den)) return [];
  if (use.told === 'remark') return ['* * FREEZE FRAME'];
  const fps = (timecodeBase(CLIPS[use.clip].rate) * speed.num) / speed.den;
  const text = `${fps < 0 ? '-' : ''}${Math.abs(fps).toFixed(1).padStart(5, '0')}`;
  return [`M2   ${(use.reel ?? 'SOURCE').slice(0, 8).padEnd(8)}       ${text}                ${at}`];
}
