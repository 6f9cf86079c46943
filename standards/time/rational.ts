import type { Rational } from '../../schemas/rational.ts';

/**
 * Makes an exact fraction in lowest terms with a positive denominator.
 * @throws RangeError when the denominator is zero or a part leaves the safe integers: a bug of the caller
 */
export function rational(num: number | bigint, den: number | bigint = 1): Rational {
  let n = BigInt(num);
  let d = BigInt(den);
  if (d === 0n) throw new RangeError(`a fraction with denominator 0: ${num}/${den}`);
  if (d < 0n) [n, d] = [-n, -d];
  const divisor = greatestCommonDivisor(n < 0n ? -n : n, d);
  return { num: safe(n / divisor), den: safe(d / divisor) };
}

/** Sum of two fractions, exact. */
export function add(a: Rational, b: Rational): Rational {
  if (a.den === 1 && b.den === 1) return { num: a.num + b.num, den: 1 };
  return rational(
    BigInt(a.num) * BigInt(b.den) + BigInt(b.num) * BigInt(a.den),
    BigInt(a.den) * BigInt(b.den),
  );
}

/** Difference of two fractions, exact. */
export function subtract(a: Rational, b: Rational): Rational {
  return add(a, negate(b));
}

/** Product of two fractions, exact. */
export function multiply(a: Rational, b: Rational): Rational {
  return rational(BigInt(a.num) * BigInt(b.num), BigInt(a.den) * BigInt(b.den));
}

/**
 * Quotient of two fractions, exact.
 * @throws RangeError when `b` is zero
 */
export function divide(a: Rational, b: Rational): Rational {
  return rational(BigInt(a.num) * BigInt(b.den), BigInt(a.den) * BigInt(b.num));
}

/** The fraction with the other sign. */
export function negate(a: Rational): Rational {
  return { num: a.num === 0 ? 0 : -a.num, den: a.den };
}

/** The fraction without its sign. */
export function absolute(a: Rational): Rational {
  return a.num < 0 ? negate(a) : a;
}

/** Below zero when `a` is smaller, zero when equal, above zero when larger; compared without rounding. */
export function compare(a: Rational, b: Rational): number {
  const left = BigInt(a.num) * BigInt(b.den);
  const right = BigInt(b.num) * BigInt(a.den);
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Whether two fractions are the same number, also when one is not in lowest terms. */
export function isEqual(a: Rational, b: Rational): boolean {
  return compare(a, b) === 0;
}

/** Largest integer that is not above the fraction: toward minus infinity, also below zero. */
export function floor(a: Rational): number {
  const n = BigInt(a.num);
  const d = BigInt(a.den);
  const quotient = n / d;
  return safe(n % d < 0n ? quotient - 1n : quotient);
}

/** Smallest integer that is not below the fraction. */
export function ceil(a: Rational): number {
  return 0 - floor(negate(a));
}

/**
 * Reads `24`, `23.976`, `-0.5` or `24000/1001` as the number that is written, digit for digit.
 * Frame rates are snapped elsewhere (`frame-rate.ts`).
 * @returns null when the text is no number
 */
export function parseRational(text: string): Rational | null {
  const match = /^\s*([+-]?)\s*(?:(\d+)\s*\/\s*(\d+)|(\d*)(?:[.,](\d*))?)\s*$/.exec(text);
  if (!match) return null;
  const sign = match[1] === '-' ? -1n : 1n;
  if (match[2] !== undefined && match[3] !== undefined) {
    return BigInt(match[3]) === 0n ? null : bounded(sign * BigInt(match[2]), BigInt(match[3]));
  }
  const fraction = match[5] ?? '';
  const digits = (match[4] ?? '') + fraction;
  return digits === '' ? null : bounded(sign * BigInt(digits), 10n ** BigInt(fraction.length));
}

/** `24` or `24000/1001`: the form that `parseRational` reads back exactly. */
export function formatRational(a: Rational): string {
  return a.den === 1 ? String(a.num) : `${a.num}/${a.den}`;
}

/** The fraction as a float, for people and for statistics only. */
export function toNumber(a: Rational): number {
  return a.num / a.den;
}

function bounded(num: bigint, den: bigint): Rational | null {
  try {
    return rational(num, den);
  } catch {
    return null; // more digits than a safe integer holds: no number that a list or a header means
  }
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  while (b !== 0n) [a, b] = [b, a % b];
  return a === 0n ? 1n : a;
}

function safe(value: bigint): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw new RangeError(`a fraction left the safe integers: ${value}`);
  return number;
}
