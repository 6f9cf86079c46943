import type { CutEvent } from '../../schemas/cut-list.ts';
import type { Rational } from '../../schemas/rational.ts';
import { retime, sourceDistance } from '../../standards/cutlist/retime.ts';
import { readSpeed } from '../../standards/cutlist/speed.ts';
import { nominalBase } from '../../standards/time/frame-rate.ts';
import { absolute, ceil, divide, floor, isEqual, multiply, rational } from '../../standards/time/rational.ts';
import type { ShownFrames } from '../../standards/time/source-range.ts';
import { framesPerDay, parseTimecode } from '../../standards/time/timecode.ts';
import type { MatchClip } from './match-clip.ts';

/** What an event uses of a clip, in source frames 0-based from the clip's first frame; may reach outside the media. */
export type ClipUse = {
  shown: ShownFrames;
  /** The same frames in rising order, inclusive. */
  covered: { first: number; last: number };
  speed: Rational;
  step: Rational;
};

/** How much of a use lies within the media. */
export type Fit = 'inside' | 'partial' | 'outside';

/**
 * Counts an event's source range at the rate and in the mode of a clip: the media knows its rate, the list often does not.
 * @param recordRate rate of the list; null takes the clip's
 * @param extraRecordFrames record frames that a transition needs behind the event
 * @returns a clause that says why the timecode cannot be one of the clip's
 */
export function useOfClip(
  event: CutEvent,
  clip: MatchClip,
  recordRate: Rational | null,
  extraRecordFrames = 0,
): ClipUse | string {
  const { rate, framesPerNumber } = countingOf(clip);
  const source = sourceOf(event, rate, clip.dropFrame);
  if (typeof source === 'string') return source;
  const start = clip.startTimecode === '' ? 0 : startFrame(clip);
  if (start === null) return `the clip's own start timecode ${clip.startTimecode} cannot exist at its rate`;
  const day = framesPerDay(rate, clip.dropFrame);
  const counted = hasRecordSide(event) ? (event.recordRate ?? recordRate ?? rate) : rate;
  const ownRecord = recordLength(event, counted);
  if (ownRecord === null) return 'the record timecode cannot exist';
  // An outgoing line without length of its own is as long as its transition.
  const record = ownRecord === 0 ? extraRecordFrames : ownRecord;
  const retimed = retime({
    sourceIn: source.in,
    sourceFrames: source.isCount
      ? source.out - source.in
      : sourceDistance(source.in, source.out, record, rate, day),
    recordFrames: record,
    sourceRate: rate,
    recordRate: counted,
    speed: speedOf(event, rate),
    motionAt: frameAt(event.motion?.at ?? null, clip),
  });
  if (retimed.shown === null) return 'the event shows no frame';
  const reached = runOn(retimed.shown, retimed.step, record, ownRecord === 0 ? 0 : extraRecordFrames);
  // The clip may begin before midnight and the range lie behind it.
  const shift = (source.in < start && start - source.in > day / 2 ? day : 0) - start;
  const shown = inFrames({ first: reached.first + shift, last: reached.last + shift }, framesPerNumber);
  return {
    shown,
    covered: { first: Math.min(shown.first, shown.last), last: Math.max(shown.first, shown.last) },
    speed: retimed.speed,
    step: multiply(retimed.step, rational(framesPerNumber)),
  };
}

type SourceFrames = { in: number; out: number; isCount: boolean };

/** Source in and exclusive out in frames of the clip's counting; a clause when its timecode cannot be the clip's. */
function sourceOf(event: CutEvent, rate: Rational, dropFrame: boolean): SourceFrames | string {
  const { sourceCount } = event;
  if (sourceCount) {
    const isAlike = nominalBase(sourceCount.rate) === nominalBase(rate);
    const at = (frames: number) =>
      isAlike ? rational(frames) : multiply(divide(rational(frames), sourceCount.rate), rate);
    const end = ceil(at(sourceCount.in + sourceCount.frames));
    return { in: floor(at(sourceCount.in)), out: end, isCount: true };
  }
  const sourceIn = parseTimecode(event.source.in, rate, dropFrame);
  const sourceOut = parseTimecode(event.source.out, rate, dropFrame);
  if (!sourceIn.ok) return `source in ${sourceIn.sentence}`;
  if (!sourceOut.ok) return `source out ${sourceOut.sentence}`;
  return { in: sourceIn.timecode.frames, out: sourceOut.timecode.frames, isCount: false };
}

/** The rate at which a clip's timecode counts, and how many frames share a number of it. */
function countingOf(clip: MatchClip): { rate: Rational; framesPerNumber: number } {
  const rate = clip.timecodeRate ?? clip.frameRate;
  const framesPerNumber = nominalBase(clip.frameRate) / nominalBase(rate);
  return Number.isInteger(framesPerNumber)
    ? { rate, framesPerNumber }
    : { rate: clip.frameRate, framesPerNumber: 1 };
}

/** Timecode numbers as the frames that bear them, all of the first to all of the last. */
function inFrames({ first, last }: ShownFrames, framesPerNumber: number): ShownFrames {
  const [low, high] = [
    Math.min(first, last) * framesPerNumber,
    (Math.max(first, last) + 1) * framesPerNumber - 1,
  ];
  return first <= last ? { first: low, last: high } : { first: high, last: low };
}

/** An ALE has no record side: it repeats the source, which counts at the clip's rate. */
function hasRecordSide({ recordFrames, source, record }: CutEvent): boolean {
  return recordFrames != null || source.in !== record.in || source.out !== record.out;
}

/** What a use shows when it runs on behind its event: what the list gives it at the least, and its speed over the whole length. */
function runOn(shown: ShownFrames, step: Rational, recordFrames: number, extra: number): ShownFrames {
  if (extra === 0 || step.num === 0) return shown;
  const listed = Math.abs(shown.last - shown.first) + 1;
  const over = (frames: number) => ceil(multiply(absolute(step), rational(frames)));
  const reach =
    Math.max(over(recordFrames + extra), listed <= over(recordFrames) ? listed : listed + over(extra)) - 1;
  return { first: shown.first, last: shown.first + (step.num < 0 ? -reach : reach) };
}

/** Whether a use lies within the media of a clip, reaches over its ends, or misses it. */
export function fitOf(use: ClipUse, clip: MatchClip): Fit {
  const { first, last } = use.covered;
  if (first >= 0 && last < clip.frameCount) return 'inside';
  return last >= 0 && first < clip.frameCount ? 'partial' : 'outside';
}

const startFrames = new WeakMap<MatchClip, number | null>();

function startFrame(clip: MatchClip): number | null {
  const known = startFrames.get(clip);
  if (known !== undefined) return known;
  const reading = parseTimecode(clip.startTimecode, countingOf(clip).rate, clip.dropFrame);
  const frame = reading.ok ? reading.timecode.frames : null;
  startFrames.set(clip, frame);
  return frame;
}

function frameAt(timecode: string | null, clip: MatchClip): number | null {
  const reading = timecode === null ? null : parseTimecode(timecode, countingOf(clip).rate, clip.dropFrame);
  return reading?.ok ? reading.timecode.frames : null;
}

/** An M2 is read anew at the clip's rate; other lists carry the speed itself. */
function speedOf(event: CutEvent, rate: Rational): Rational | null {
  if (event.motion) return readSpeed(event.motion.framesPerSecond, rate);
  return isEqual(event.speed, rational(1)) ? null : event.speed;
}

function recordLength(event: CutEvent, rate: Rational): number | null {
  if (event.recordFrames) return event.recordFrames.duration;
  const start = parseTimecode(event.record.in, rate);
  const end = parseTimecode(event.record.out, rate);
  if (!start.ok || !end.ok) return null;
  const distance = end.timecode.frames - start.timecode.frames;
  return distance < 0 ? distance + framesPerDay(rate, start.timecode.dropFrame) : distance;
}
