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
  const byClip = Map.groupBy(previous.plates, ({ clipId }) => clipId);
  const byId = Map.groupBy(previous.plates, ({ plateId }) => plateId);
  const ofClip = ({ clipId }: PlannedPlate) => byClip.get(clipId) ?? [];
  const pass = (
    candidatesOf: (after: PlannedPlate) => readonly PlannedPlate[],
    fits: (before: PlannedPlate, after: PlannedPlate) => boolean,
  ) => {
    for (const after of next.plates) {
      if (found.has(after)) continue;
      const candidates = candidatesOf(after).filter((before) => left.has(before) && fits(before, after));
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
  pass(ofClip, (before, after) => before.plateId === after.plateId);
  pass(ofClip, (before, after) => isSameShot(before, after) && meet(before.sourceFrames, after.sourceFrames));
  pass(ofClip, isSameShot);
  pass(
    ({ plateId }) => byId.get(plateId) ?? [],
    () => true,
  );
  pass(
    ofClip,
    (before, after) =>
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
