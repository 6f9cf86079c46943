import type { Keycode } from '../../schemas/keycode.ts';

/** Perforations of a frame and of a count by the format that a scanner names; of 35 mm with four where it names none. */
export function perforationsOf(format: string | null): Pick<Keycode, 'perfsPerFrame' | 'perfsPerCount'> {
  const text = format ?? '';
  if (/\b16\s*mm/i.test(text)) return { perfsPerFrame: 1, perfsPerCount: 20 };
  const told = Number(/(\d+)[\s-]*perf/i.exec(text)?.[1] ?? 4);
  const perfsPerFrame = told >= 1 && told <= 15 ? told : 4;
  return { perfsPerFrame, perfsPerCount: /\b(65|70)\s*mm/i.test(text) ? 120 : 64 };
}

/** The keycode so many frames later on the same roll of stock; the count begins anew after 9999. */
export function advanceKeycode(start: Keycode, frames: number): Keycode {
  const perfs = start.perfOffset + frames * start.perfsPerFrame;
  const counts = start.count + Math.floor(perfs / start.perfsPerCount);
  return { ...start, count: counts % 10_000, perfOffset: perfs % start.perfsPerCount };
}
