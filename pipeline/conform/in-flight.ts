import type { PlannedPlate, TurnoverPlan } from '../../schemas/turnover.ts';
import { describeChange } from './delta-words.ts';
import { pairPlates } from './pair-plates.ts';
import { kindsOf, type PlateChange, plateVersion, sameColour } from './plate-change.ts';

/** Plates that an earlier revision is still at, and the documents they are made by. */
export type WorkUnderway = {
  turnover: string;
  plates: readonly PlannedPlate[];
  documents?: TurnoverPlan['documents'];
};

/** Of such work, what a new cut stops: plates it does not have, and plates it has otherwise (by the plate that takes their place). */
export type Superseded = {
  turnover: string;
  plates: string[];
  replaces: ReadonlyMap<PlannedPlate, PlannedPlate>;
  removed: PlannedPlate[];
};

/** Of the plates that an earlier revision is still at: those that the new cut does not have, or has otherwise. */
export function superseded(work: WorkUnderway, next: TurnoverPlan): Superseded {
  const isRespecified = JSON.stringify(work.documents ?? null) !== JSON.stringify(next.documents ?? null);
  const { pairs, removed } = pairPlates({ plates: [...work.plates] }, next);
  const changed = pairs.flatMap(({ before, after }) =>
    before !== null && (isRespecified || !isSamePlate(before, after)) ? [[after, before] as const] : [],
  );
  const stopped = [...removed, ...changed.map(([, before]) => before)];
  return {
    turnover: work.turnover,
    plates: stopped.map(({ plateId }) => plateId),
    replaces: new Map(changed),
    removed,
  };
}

function isSamePlate(a: PlannedPlate, b: PlannedPlate): boolean {
  return (
    a.plateId === b.plateId &&
    a.clipId === b.clipId &&
    a.sourceFrames.first === b.sourceFrames.first &&
    a.sourceFrames.last === b.sourceFrames.last &&
    sameColour(a, b)
  );
}

/** A plate whose earlier version may already have gone out under its number gets the next one. */
export function replacing(change: PlateChange, before: PlannedPlate, after: PlannedPlate): PlateChange {
  const kinds = before.clipId === after.clipId ? kindsOf(before, after) : change.kinds;
  const version = Math.max(change.version, plateVersion(before) + 1);
  return {
    ...change,
    version,
    ...(change.kinds[0] === 'new'
      ? { kinds, forPeople: describeChange(before, after, kinds, change.framesToRender) }
      : {}),
  };
}
