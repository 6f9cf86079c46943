import type { Rational } from '../../schemas/rational.ts';
import { nominalBase } from '../time/frame-rate.ts';
import {
  absolute,
  compare,
  divide,
  multiply,
  parseRational,
  rational,
  subtract,
  toNumber,
} from '../time/rational.ts';

/**
 * Speed of an M2: frames per second over the source's counting base, so 48 is 2 at 24 and at 23.976. Where the written value is a
 * quarter multiple of the exact NTSC rate (47.952, 029.97), that multiple is what was meant.
 * @returns null when the text is no number
 */
export function readSpeed(text: string, rate: Rational): Rational | null {
  const value = parseRational(text);
  if (value === null) return null;
  const base = rational(nominalBase(rate));
  if (compare(base, rate) === 0) return divide(value, base);
  const quarters = rational(Math.round(toNumber(divide(value, rate)) * 4), 4);
  if (quarters.num === 0 || compare(multiply(base, quarters), value) === 0) return divide(value, base);
  const decimals = /[.,](\d+)/.exec(text)?.[1]?.length ?? 0;
  const distance = absolute(subtract(value, multiply(rate, quarters)));
  return compare(distance, rational(1, 2 * 10 ** decimals)) <= 0 ? quarters : divide(value, base);
}
