import type { InspectedClip } from '../../schemas/clip.ts';
import { Rational } from '../../schemas/rational.ts';
import { SoundFormat } from '../../schemas/sound.ts';
import { add, compare, divide, multiply, negate, rational, subtract } from '../../standards/time/rational.ts';
import { framesPerDay, parseTimecode } from '../../standards/time/timecode.ts';

/** How a sound recording lies under a clip, exactly. */
export type SoundTiming = {
  format: SoundFormat;
  /** Seconds of the clip at which the sound begins; below zero: it began first. */
  offset: Rational;
  /** Seconds of the clip that it lasts. */
  length: Rational;
  /** Samples of the file that pass in a second of the clip: its sample rate, unless it is pulled down. */
  playRate: number;
};

/** What one clock has to do with the other cannot be known: a clause for people. */
export type TimingUnknown = { differs: string };

const NTSC = rational(1001, 1000);

/**
 * Lays a recorder's file against a clip by the clocks of both, in exact fractions. Clocks that both count NTSC rates, or
 * both do not, tell one time. A recorder that counts 24 beside a camera that counts 23.976 recorded film that is slowed
 * down, where its samples say so (48048 Hz): they are played 1001/1000 slower. Otherwise one of the two was set wrong.
 * @returns null when either tells no time
 */
export function soundTiming(
  clip: Pick<InspectedClip, 'fields'>,
  sound: Pick<InspectedClip, 'fields'>,
): SoundTiming | TimingUnknown | null {
  const format = soundFormatOf(sound);
  const picture = clockOf(clip);
  if (format === null || format.clock === undefined || !format.samples || picture === null) return null;
  const { clock, samples } = format;
  const slowed = slowdown(picture, format);
  if (typeof slowed === 'string') return { differs: slowed };
  const perSecond = divide(rational(recordedRate(format)), slowed);
  if (perSecond.den !== 1)
    return { differs: `its ${recordedRate(format)} samples a second cannot be slowed by 1001/1000 exactly` };
  const begins = multiply(divide(rational(clock.samples), rational(clock.sampleRate)), slowed);
  return {
    format,
    offset: nearest(subtract(begins, picture.start), picture.day),
    length: divide(rational(samples), perSecond),
    playRate: perSecond.num,
  };
}

/** The first stream of a recorder's file; null when inspection found none that can be laid. */
export function soundFormatOf(sound: Pick<InspectedClip, 'fields'>): SoundFormat | null {
  const [first] = (sound.fields.audio?.value as unknown[] | null | undefined) ?? [];
  const parsed = SoundFormat.safeParse(first);
  return parsed.success ? parsed.data : null;
}

type PictureClock = { start: Rational; day: Rational; isNtsc: boolean; isDrop: boolean; label: string };

/** Seconds since midnight at which a clip begins, true seconds also where timecode counts slower. */
function clockOf({ fields }: Pick<InspectedClip, 'fields'>): PictureClock | null {
  const field = fields.startTimecode;
  const frameRate = Rational.safeParse(fields.frameRate?.value);
  if (!frameRate.success || typeof field?.value !== 'string') return null;
  const told = Rational.safeParse(field.rate);
  const rate = told.success ? told.data : frameRate.data;
  const read = parseTimecode(field.value, rate);
  const frame =
    typeof field.startFrame === 'number' ? field.startFrame : read.ok ? read.timecode.frames : null;
  if (frame === null) return null;
  const isDrop = field.value.includes(';');
  const seconds = (frames: number) => multiply(rational(frames), rational(rate.den, rate.num));
  return {
    start: seconds(frame),
    day: seconds(framesPerDay(rate, isDrop)),
    ...{ isNtsc: isNtscRate(rate), isDrop, label: rateLabel(rate) },
  };
}

/** How much slower the samples are played than they were recorded; a clause where that cannot be known. */
function slowdown(picture: PictureClock, format: SoundFormat): Rational | string {
  const { timecodeRate, dropFrame } = format.clock!;
  // A clock that tells no rate counts seconds, as the true ones of the camera do.
  if (timecodeRate === null) return rational(1);
  const isNtsc = isNtscRate(timecodeRate);
  const counts = `it counts ${rateLabel(timecodeRate)}${dropFrame ? ' drop-frame' : ''}, the camera ${picture.label}${picture.isDrop ? ' drop-frame' : ''}`;
  if (isNtsc !== picture.isNtsc) return picture.isNtsc && recordedRate(format) % 1001 === 0 ? NTSC : counts;
  if (isNtsc && (dropFrame ?? false) !== picture.isDrop) return counts;
  return rational(1);
}

/** Samples a second of the recording: of the digitizer, where the file is stamped with the rate it is to be slowed to. */
function recordedRate({ sampleRate, clock }: SoundFormat): number {
  const digitizer = clock?.digitizerRate;
  const isStamped = digitizer !== undefined && digitizer * 1000 === sampleRate * 1001;
  return isStamped ? digitizer : sampleRate;
}

function isNtscRate(rate: Rational): boolean {
  return rational(rate.num, rate.den).den % 1001 === 0;
}

function rateLabel({ num, den }: Rational): string {
  return den === 1 ? String(num) : (num / den).toFixed(3);
}

/** The distance on a clock that begins anew each day, at most half a day either way. */
function nearest(distance: Rational, day: Rational): Rational {
  const half = divide(day, rational(2));
  if (compare(distance, half) > 0) return subtract(distance, day);
  if (compare(distance, negate(half)) < 0) return add(distance, day);
  return distance;
}
