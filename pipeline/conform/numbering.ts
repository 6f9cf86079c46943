import type { Recipe } from '../../schemas/recipe.ts';
import type { PlannedPlate } from '../../schemas/turnover.ts';
import { pairPlates } from './pair-plates.ts';
import type { PlateRange } from './plate-range.ts';

/** Numbers of a plate: of its first delivered frame, and of the first frame of the cut. */
export type PlateNumbers = { firstFrameNumber: number; cutInNumber: number };

/** The plates with the numbers of the plates they were in the cut before, also where their shots were renamed since. */
export function numberPlates(
  plates: PlannedPlate[],
  numbering: Recipe['numbering'],
  delivered: PlannedPlate[],
): PlannedPlate[] {
  if (delivered.length === 0) return plates;
  return pairPlates({ plates: delivered }, { plates }).pairs.map(({ before, after }) => ({
    ...after,
    ...numberPlate(after, numbering, before?.clipId === after.clipId ? before : null),
  }));
}

/**
 * Numbers the frames of a plate. A plate that was delivered before keeps the number of every source frame, so a head extension counts
 * down and the work of a vendor stays in place; else the recipe says which frame bears its first number.
 */
export function numberPlate(
  range: Pick<PlateRange, 'sourceFrames' | 'cutFrames'>,
  numbering: Recipe['numbering'],
  previous: PlannedPlate | null,
): PlateNumbers {
  const { sourceFrames, cutFrames } = range;
  const head = cutFrames.first - sourceFrames.first;
  const kept =
    previous === null || !overlaps(sourceFrames, previous.sourceFrames)
      ? null
      : previous.firstFrameNumber + (sourceFrames.first - previous.sourceFrames.first);
  const fresh = numbering.at === 'handle-start' ? numbering.first : Math.max(0, numbering.first - head);
  const firstFrameNumber = kept !== null && kept >= 0 ? kept : fresh;
  return { firstFrameNumber, cutInNumber: firstFrameNumber + head };
}

function overlaps(a: { first: number; last: number }, b: { first: number; last: number }): boolean {
  return a.first <= b.last && b.first <= a.last;
}
