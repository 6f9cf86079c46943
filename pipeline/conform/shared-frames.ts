import type { PlannedPlate } from '../../schemas/turnover.ts';
import { meet } from './frame-ranges.ts';

/**
 * For each plate the plates before it that want some of the same frames: it is made after them, so that a frame that two plates want is
 * rendered once although plates are made side by side. Plates that share nothing are left out.
 */
export function madeAfter(
  plates: readonly Pick<PlannedPlate, 'plateId' | 'clipId' | 'sourceFrames'>[],
): Record<string, string[]> {
  const after: Record<string, string[]> = {};
  for (const own of Map.groupBy(plates, ({ clipId }) => clipId).values()) {
    own.forEach((plate, at) => {
      const sharing = own.slice(0, at).filter((other) => meet(other.sourceFrames, plate.sourceFrames));
      if (sharing.length > 0) after[plate.plateId] = sharing.map(({ plateId }) => plateId);
    });
  }
  return after;
}
