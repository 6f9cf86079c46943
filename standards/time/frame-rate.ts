import type { Rational } from '../../schemas/rational.ts';
import { absolute, ceil, compare, isEqual, parseRational, rational, subtract } from './rational.ts';

/**
 * Rates that cameras and editing systems count in; the NTSC ones are exactly base × 1000/1001.
 * Source: SMPTE ST 12-1:2014 clause 5 (24 to 30), ST 12-3:2016 (above 30). Film's 16 and 18 are left out: no timecode counts them.
 */
const KNOWN_RATES: readonly Rational[] = [24, 25, 30, 48, 50, 60, 72, 90, 96, 100, 120].flatMap((base) =>
  [24, 30, 48, 60, 72, 90, 96, 120].includes(base)
    ? [rational(base * 1000, 1001), rational(base)]
    : [rational(base)],
);

/** Makers print 23.976, 23.98, 23.97 or 29.97 for the NTSC rates; none of these is nearer than this to another rate's usual spelling. */
const SNAP_WITHIN = rational(8, 1000);

/** The known rate that a printed or measured one means (23.976 and 23.98 are 24000/1001); the value itself when none is near. */
export function snapFrameRate(rate: Rational): Rational {
  let best: Rational | null = null;
  for (const known of KNOWN_RATES) {
    const distance = absolute(subtract(known, rate));
    if (compare(distance, SNAP_WITHIN) > 0) continue;
    if (best === null || compare(distance, absolute(subtract(best, rate))) < 0) best = known;
  }
  return best ?? rational(rate.num, rate.den);
}

/**
 * Reads a frame rate as people write it: `24`, `23.976`, `23.98p`, `29,97`, `24000/1001`, `30 fps`, `59.94i`.
 * An interlaced mark is dropped, its rate is taken as frames per second.
 * @returns null when it is no rate above 0 and at most 1000
 */
export function parseFrameRate(text: string): Rational | null {
  const value = parseRational(text.trim().replace(/\s*(fps|psf|p|i|ndf|df|nd)$/i, ''));
  if (value === null || value.num <= 0 || compare(value, rational(1000)) > 0) return null;
  return snapFrameRate(value);
}

/** Frame numbers per timecode second: 24 for 23.976 and 24, 30 for 29.97, 60 for 59.94. */
export function nominalBase(rate: Rational): number {
  return ceil(rate);
}

/** Whether drop-frame counting exists at this rate: 30000/1001 and its multiples by 2 and 4. Source: SMPTE ST 12-1:2014 clause 5.2.2, ST 12-3:2016. */
export function allowsDropFrame(rate: Rational): boolean {
  return [30, 60, 120].some((base) => isEqual(rate, rational(base * 1000, 1001)));
}

/** Frame numbers skipped at each minute that is no tenth: 2 at 29.97, 4 at 59.94, 8 at 119.88. */
export function droppedPerMinute(base: number): number {
  return Math.round(base / 15);
}
