import type { PlannedPlate, TurnoverPlan } from '../../schemas/turnover.ts';
import { type FrameRange, joinRanges } from './frame-ranges.ts';
import { replacing, superseded, type WorkUnderway } from './in-flight.ts';
import { pairPlates } from './pair-plates.ts';
import { changeOf, countAll, type PlateChange, plateVersion } from './plate-change.ts';

/** A new cut against what was delivered. */
export type TurnoverDelta = {
  version: 1;
  kind: 'turnover-delta';
  from: string;
  to: string;
  plates: PlateChange[];
  /** Work in flight of earlier revisions that is no longer wanted. */
  cancel: { turnover: string; plates: string[] }[];
  totals: { frames: number; toRender: number; reused: number };
};

/** What earlier revisions of a turnover did. */
export type DeliveredBefore = {
  /** The newest earlier revision, with the plates of it that are made. */
  previous: TurnoverPlan;
  /** Plates that older revisions made and that the newest does not have. @default none */
  earlier?: readonly PlannedPlate[];
  /** Plates that earlier revisions are still at. @default none */
  underway?: readonly WorkUnderway[];
};

/**
 * Compares the plan of a new version with what was delivered. Frames are the same when they are of one clip: what any plate of the
 * earlier plan made is not made again, whatever the shot was called.
 */
export function compareTurnovers(delivered: DeliveredBefore, next: TurnoverPlan): TurnoverDelta {
  const { previous, earlier = [], underway = [] } = delivered;
  const made = framesMade([...previous.plates, ...earlier]);
  const { pairs, removed } = pairPlates(previous, next);
  const comesBack = new Map(
    pairPlates(
      { plates: [...earlier] },
      { plates: pairs.flatMap(({ before, after }) => (before ? [] : [after])) },
    ).pairs.map(({ before, after }) => [after, before] as const),
  );
  const flight = underway.map((work) => superseded(work, next));
  const isRespecified =
    previous.documents !== undefined &&
    next.documents !== undefined &&
    JSON.stringify(previous.documents) !== JSON.stringify(next.documents);
  const changes = pairs.map(({ before, after }) => {
    const change = changeOf(before ?? comesBack.get(after) ?? null, after, made, isRespecified);
    const replaced = flight.flatMap(({ replaces }) => replaces.get(after) ?? [])[0];
    return replaced === undefined ? change : replacing(change, replaced, after);
  });
  const gone = [...removed, ...flight.flatMap((work) => work.removed)].map(removal);
  const frames = changes.reduce(
    (sum, change) => sum + change.framesReused + countAll(change.framesToRender),
    0,
  );
  const toRender = changes.reduce((sum, change) => sum + countAll(change.framesToRender), 0);
  return {
    version: 1,
    kind: 'turnover-delta',
    from: previous.turnover,
    to: next.turnover,
    plates: [...changes, ...gone],
    cancel: flight.flatMap(({ turnover, plates }) => (plates.length > 0 ? [{ turnover, plates }] : [])),
    totals: { frames, toRender, reused: frames - toRender },
  };
}

/** The plates of a plan with their versions; one that is covered has the frames, handles and numbers that were delivered. */
export function asDelivered(plates: readonly PlannedPlate[], delta: TurnoverDelta): PlannedPlate[] {
  const changes = new Map(delta.plates.map((change) => [change.plateId, change]));
  return plates.map((plate) => {
    const change = changes.get(plate.plateId);
    if (change === undefined) return plate;
    const { version: plateVersion, isDelivered, delivered } = change;
    return { ...plate, plateVersion, isDelivered, ...(delivered === null ? {} : keptAs(plate, delivered)) };
  });
}

function keptAs(
  plate: PlannedPlate,
  { sourceFrames, firstFrameNumber }: PlannedPlate,
): Partial<PlannedPlate> {
  const head = plate.cutFrames.first - sourceFrames.first;
  return {
    sourceFrames,
    firstFrameNumber,
    handles: { head, tail: sourceFrames.last - plate.cutFrames.last },
    cutInNumber: firstFrameNumber + head,
  };
}

function removal(plate: PlannedPlate): PlateChange {
  return {
    plateId: plate.plateId,
    shot: plate.shot,
    previousPlateId: plate.plateId,
    kinds: ['removed'],
    forPeople: `${plate.plateId} is not in the cut any more; work on it is cancelled, what was delivered stays.`,
    framesToRender: [],
    framesReused: 0,
    isDelivered: false,
    delivered: null,
    version: plateVersion(plate),
  };
}

function framesMade(plates: readonly PlannedPlate[]): Map<string, FrameRange[]> {
  const made = new Map<string, FrameRange[]>();
  for (const plate of plates)
    made.set(plate.clipId, joinRanges([...(made.get(plate.clipId) ?? []), plate.sourceFrames]));
  return made;
}
