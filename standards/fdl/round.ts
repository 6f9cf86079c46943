/** How a dimension becomes whole. Source: ASC FDL specification v2.0.1, 7.4.12. */
export type Rounding = { even: 'whole' | 'even'; mode: 'up' | 'down' | 'round' };

/** Source: ASC FDL specification v2.0.1, 7.4.12: what a template without `round` means. */
export const DEFAULT_ROUNDING: Rounding = { even: 'even', mode: 'up' };

/**
 * Rounds as ASC FDL does: up is away from zero, down toward zero; a tie of `round` goes to the even whole number, and away
 * from zero where only even numbers will do.
 */
export function fdlRound(value: number, { even, mode }: Rounding): number {
  const size = Math.abs(value);
  const rounded = even === 'even' ? 2 * whole(size / 2, mode, 'away') : whole(size, mode, 'even');
  return value < 0 && rounded > 0 ? -rounded : rounded;
}

function whole(size: number, mode: Rounding['mode'], tie: 'even' | 'away'): number {
  const floor = Math.floor(size);
  if (mode === 'down') return floor;
  if (mode === 'up') return Math.ceil(size);
  const rest = size - floor;
  if (rest !== 0.5) return rest > 0.5 ? floor + 1 : floor;
  return tie === 'away' || floor % 2 === 1 ? floor + 1 : floor;
}

/** A whole number that doubles missed by less than their own precision; any other value as it is. */
export function settled(value: number): number {
  const nearest = Math.round(value);
  return Math.abs(value - nearest) <= 1e-9 * Math.max(1, Math.abs(nearest)) ? nearest : value;
}
