import type { Cdl } from '../../schemas/cut-list.ts';
import { NO_CORRECTION } from './read-cdl.ts';

const NUMBER = String.raw`[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?`;
const TRIPLE = String.raw`\(\s*(${NUMBER})[\s,]+(${NUMBER})[\s,]+(${NUMBER})\s*\)`;
const SOP = new RegExp(String.raw`^\s*${TRIPLE}\s*${TRIPLE}\s*${TRIPLE}\s*$`);

/**
 * Reads the values of `ASC_SOP` and `ASC_SAT` as EDL comments and ALE columns write them: `(s s s)(o o o)(p p p)` and one
 * number. An absent one changes nothing.
 * Source: ASC CDL v1.2, annex on EDL; ALE columns of the same names.
 * @returns null when neither is given, or when one is no such text
 */
export function readAscText(sop: string | null, saturation: string | null): Cdl | null {
  const sopText = sop?.trim() || null;
  const satText = saturation?.trim() || null;
  if (sopText === null && satText === null) return null;
  const values = sopText === null ? [] : (SOP.exec(sopText)?.slice(1).map(Number) ?? null);
  const sat = satText === null ? 1 : new RegExp(`^${NUMBER}$`).test(satText) ? Number(satText) : null;
  if (values === null || sat === null || sat < 0) return null;
  if (values.length === 0) return { ...NO_CORRECTION, saturation: sat };
  const [slope, offset, power] = [values.slice(0, 3), values.slice(3, 6), values.slice(6, 9)] as [
    Cdl['slope'],
    Cdl['offset'],
    Cdl['power'],
  ];
  if (slope.some((value) => value < 0) || power.some((value) => value <= 0)) return null;
  return { slope, offset, power, saturation: sat };
}
