import type { Cdl } from '../../../schemas/cut-list.ts';

const NUMBER = /[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?/gi;

/**
 * Slope, offset and power of an `ASC_SOP` remark: nine numbers in three groups, with or without commas and brackets.
 * Source: ASC CDL v1.2, EDL remarks. Slope and power must be above or equal zero, power above zero.
 * @returns null when there are not nine numbers, or they are outside the standard
 */
export function readSop(body: string): Pick<Cdl, 'slope' | 'offset' | 'power'> | null {
  const numbers = (body.match(NUMBER) ?? []).map((text) => Number(text) + 0); // -0.0 is zero
  if (numbers.length !== 9 || numbers.some((value) => !Number.isFinite(value))) return null;
  const [slope, offset, power] = [0, 3, 6].map(
    (at) => numbers.slice(at, at + 3) as [number, number, number],
  ) as [Triple, Triple, Triple];
  if (slope.some((value) => value < 0) || power.some((value) => value <= 0)) return null;
  return { slope, offset, power };
}

/** Saturation of an `ASC_SAT` remark; null when it is no single number from 0. */
export function readSat(body: string): number | null {
  const numbers = body.match(NUMBER) ?? [];
  const value = Number(numbers[0]);
  return numbers.length === 1 && Number.isFinite(value) && value >= 0 ? value : null;
}

/** A CDL from what was found; what is missing is neutral. Null when nothing was found. */
export function joinCdl(
  sop: Pick<Cdl, 'slope' | 'offset' | 'power'> | null,
  saturation: number | null,
): Cdl | null {
  if (sop === null && saturation === null) return null;
  return {
    slope: sop?.slope ?? [1, 1, 1],
    offset: sop?.offset ?? [0, 0, 0],
    power: sop?.power ?? [1, 1, 1],
    saturation: saturation ?? 1,
  };
}

type Triple = [number, number, number];
