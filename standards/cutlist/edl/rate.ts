import type { Rational } from '../../../schemas/rational.ts';
import { rational } from '../../time/rational.ts';
import type { Statement } from './statement.ts';

/** A rate read off the frame numbers. `certain` when the numbers leave no other usual rate that counts alike. */
export type InferredRate = { rate: Rational; certain: boolean; because: string };

const SMALLEST_CHANCE = 0.01;

/**
 * The counting base that the record side of a list shows (sources may count at other rates): the highest one bounds it from below, and how often the numbers above it were
 * missed tells how far it can be trusted. 23.976 and 24 count alike, so either is given as 24.
 */
export function inferRate(statements: Statement[]): InferredRate {
  const numbers: number[] = [];
  let dropFrame = false;
  for (const statement of statements) {
    if (statement.kind === 'fcm' && statement.dropFrame) dropFrame = true;
    if (statement.kind !== 'event') continue;
    const { recordIn, recordOut } = statement.event;
    for (const text of [recordIn, recordOut]) {
      if (/[;,]\d+$/.test(text)) dropFrame = true;
      const frame = /[:;.,](\d{2,3})$/.exec(text)?.[1];
      if (frame !== undefined) numbers.push(Number(frame));
    }
  }
  const highest = Math.max(0, ...numbers);
  if (dropFrame) {
    const base = highest >= 60 ? 120 : highest >= 30 ? 60 : 30;
    return {
      rate: rational(base * 1000, 1001),
      certain: base === 60 || highest >= 25,
      because: `the list is drop-frame and its highest frame number is ${highest}`,
    };
  }
  const bases = [24, 25, 30, 48, 50, 60, 120];
  const at = Math.max(
    0,
    bases.findIndex((base) => highest < base),
  );
  const base = bases[at]!;
  const next = bases[at + 1] ?? Number.POSITIVE_INFINITY;
  const chanceOfNext = (base / next) ** numbers.length;
  return {
    rate: rational(base),
    certain: chanceOfNext < SMALLEST_CHANCE,
    because: `the highest of ${numbers.length} frame numbers on the record side is ${highest}`,
  };
}
