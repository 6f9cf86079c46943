import type { Rational } from '../../schemas/rational.ts';

/** Squeezes and pixel aspects that lenses and formats have; a decimal near one of them means it exactly. */
const KNOWN: readonly Rational[] = [
  { num: 1, den: 1 },
  { num: 2, den: 1 },
  { num: 3, den: 2 },
  { num: 4, den: 3 },
  { num: 5, den: 4 },
];

/** An FDL's squeeze, a decimal, as the exact fraction that headers carry: 1.33 and 1.3333 are 4/3, 1.3 and 1.8 are themselves. */
export function asFraction(squeeze: number): Rational {
  const known = KNOWN.find(({ num, den }) => Math.abs(squeeze - num / den) < 0.005);
  if (known) return known;
  const den = 10_000;
  const num = Math.round(squeeze * den);
  const divisor = gcd(num, den);
  return { num: num / divisor, den: den / divisor };
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}
