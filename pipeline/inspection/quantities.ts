import type { Rational } from '../../schemas/rational.ts';
import { snapFrameRate } from '../../standards/time/frame-rate.ts';
import { parseRational, rational } from '../../standards/time/rational.ts';

/** A rate as a source gives it: text, number or fraction; snapped to the known rates. null when it is none, or 0. */
export function rateOf(value: unknown): Rational | null {
  const exact = exactRateOf(value);
  return exact && snapFrameRate(exact);
}

/** The same, exactly as written. Accepts 24, "23.976", "24000/1001", {num,den}; rates above 100,000 Hz are nonsense. */
export function exactRateOf(value: unknown): Rational | null {
  const parsed = fractionOf(
    typeof value === 'string' ? value.replace(/\s*(fps|psf|hz|p|i)\s*$/i, '') : value,
  );
  return parsed && parsed.num > 0 && parsed.num / parsed.den <= 100_000 ? parsed : null;
}

/** A fraction from text, number or {num,den}; null when it is none or its denominator is 0. */
export function fractionOf(value: unknown): Rational | null {
  if (typeof value === 'number') return Number.isFinite(value) ? parseRational(value.toFixed(6)) : null;
  if (typeof value === 'string') return parseRational(value);
  if (typeof value !== 'object' || value === null) return null;
  const { num, den } = value as { num?: unknown; den?: unknown };
  return typeof num === 'number' &&
    typeof den === 'number' &&
    den !== 0 &&
    Number.isSafeInteger(num) &&
    Number.isSafeInteger(den)
    ? rational(num, den)
    : null;
}

/** The first number in a text: `5600` of "5600 K", `2.8` of "T2.8". null when there is none. */
export function numberOf(value: unknown): number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  const match = typeof value === 'string' ? /-?\d+(?:\.\d+)?(?:e[+-]?\d+)?/i.exec(value) : null;
  return match ? Number(match[0]) : null;
}

/** A float written as 32 bits, as people meant it: 2.2999999523 is 2.3. */
export function tidy(value: number): number {
  return Number(value.toPrecision(7));
}

/** A shutter angle: makers write degrees, tenths, hundredths or thousandths. The smallest divisor that fits 360. */
export function shutterAngleOf(value: unknown): number | null {
  const number = numberOf(value);
  if (number === null || number <= 0) return null;
  const divisor = [1, 10, 100, 1000].find((d) => number / d <= 360);
  return divisor === undefined ? null : tidy(number / divisor);
}

/** Seconds from "1/48", "0.02" or a number; null for 0 and below. */
export function secondsOf(value: unknown): number | null {
  const fraction =
    typeof value === 'string' ? /^\s*(\d+(?:\.\d+)?)\s*\/\s*(\d+(?:\.\d+)?)/.exec(value) : null;
  const seconds = fraction ? Number(fraction[1]) / Number(fraction[2]) : numberOf(value);
  return seconds !== null && Number.isFinite(seconds) && seconds > 0 ? seconds : null;
}

/** Metres from a length with unit: "991mm", "3.1 m", "5' 6\"", "8 ft"; a bare number is in `unit`. */
export function metresOf(value: unknown, unit: 'm' | 'mm' | 'cm' | 'ft' | 'in' = 'm'): number | null {
  const feet = typeof value === 'string' ? /^\s*(\d+)\s*'\s*(\d+(?:\.\d+)?)?\s*"?\s*$/.exec(value) : null;
  if (feet) return tidy(Number(feet[1]) * 0.3048 + Number(feet[2] ?? 0) * 0.0254);
  const number = numberOf(value);
  if (number === null || number < 0) return null;
  const named =
    typeof value === 'string'
      ? /(mm|cm|m|ft|feet|in|inch|")\s*$/i.exec(value)?.[1]?.toLowerCase()
      : undefined;
  const factors: Record<string, number> = {
    m: 1,
    cm: 0.01,
    mm: 0.001,
    ft: 0.3048,
    feet: 0.3048,
    in: 0.0254,
    inch: 0.0254,
    '"': 0.0254,
  };
  return tidy(number * factors[named ?? unit]!);
}

/** Squeeze as a fraction from "2x", "1.33", "2/1", "2:1", 2; null outside 1 to 4. Thirds and 1.85-style decimals stay as written. */
export function squeezeOf(value: unknown): Rational | null {
  const text = typeof value === 'string' ? value.trim().replace(/\s*x$/i, '').replace(':', '/') : value;
  const fraction = fractionOf(text);
  if (!fraction || fraction.num < fraction.den || fraction.num > 4 * fraction.den) return null;
  // 1.33 is written for four thirds everywhere in the field.
  return Math.abs(fraction.num / fraction.den - 4 / 3) < 0.005 ? rational(4, 3) : fraction;
}

/** A text, number or truth value as text; everything else, and nothing, is ''. */
export function textOf(value: unknown): string {
  return typeof value === 'string'
    ? value
    : typeof value === 'number' || typeof value === 'boolean'
      ? String(value)
      : '';
}
