import type { PlannedPlate, TurnoverPlan } from '../../schemas/turnover.ts';
import { countFrames, meet } from './frame-ranges.ts';

/** Plates of two plans that are the same plate, and what has no counterpart. */
export type PlatePairs = {
  pairs: { before: PlannedPlate | null; after: PlannedPlate }[];
  removed: PlannedPlate[];
};

/**
 * Pairs the plates of two plans: the same shot and clip first (a shot with several ranges of one clip pairs the nearest), then the same
 * plate id, then a clip with common frames under another shot name whose old name is gone: a renamed shot.
 */
export function pairPlates(
  previous: Pick<TurnoverPlan, 'plates'>,
  next: Pick<TurnoverPlan, 'plates'>,
): PlatePairs {
  const left = new Set(previous.plates);
  const found = new Map<PlannedPlate, PlannedPlate>();
  const pass = (fits: (before: PlannedPlate, after: PlannedPlate) => boolean) => {
    for (const after of next.plates) {
      if (found.has(after)) continue;
      const candidates = [...left].filter((before) => fits(before, after));
      const nearest = candidates.sort((a, b) => distance(a, after) - distance(b, after))[0];
      if (!nearest) continue;
      found.set(after, nearest);
      left.delete(nearest);
    }
  };
  const isSameShot = (before: PlannedPlate, after: PlannedPlate) =>
    before.shot.toUpperCase() === after.shot.toUpperCase();
  const shotsNow = new Set(next.plates.map((plate) => plate.shot.toUpperCase()));
  const shotsBefore = new Set(previous.plates.map((plate) => plate.shot.toUpperCase()));
  pass((before, after) => before.plateId === after.plateId && before.clipId === after.clipId);
  pass(
    (before, after) =>
      isSameShot(before, after) &&
      before.clipId === after.clipId &&
      meet(before.sourceFrames, after.sourceFrames),
  );
  pass((before, after) => isSameShot(before, after) && before.clipId === after.clipId);
  pass((before, after) => before.plateId === after.plateId);
  pass(
    (before, after) =>
      before.clipId === after.clipId &&
      meet(before.cutFrames, after.cutFrames) &&
      !shotsNow.has(before.shot.toUpperCase()) &&
      !shotsBefore.has(after.shot.toUpperCase()),
  );
  return {
    pairs: next.plates.map((after) => ({ before: found.get(after) ?? null, after })),
    removed: [...left],
  };
}

function distance(before: PlannedPlate, after: PlannedPlate): number {
  const moved = Math.abs(before.cutFrames.first - after.cutFrames.first);
  return moved + Math.abs(countFrames(before.cutFrames) - countFrames(after.cutFrames));
}
