import type { PlannedPlate, TurnoverPlan } from '../../schemas/turnover.ts';
import { isEqual } from '../../standards/time/rational.ts';
import { describeChange } from './delta-words.ts';
import { countFrames, type FrameRange, holds, joinRanges, withoutRanges } from './frame-ranges.ts';
import { pairPlates } from './pair-plates.ts';

/** What happened to a plate from one version of a cut to the next. The first of several kinds is the one that weighs most. */
export type ChangeKind =
  | 'new'
  | 'removed'
  | 'renamed'
  | 'retimed'
  | 'slipped'
  | 'extended'
  | 'recoloured'
  | 'respecified'
  | 'covered';

export type PlateChange = {
  plateId: string;
  shot: string;
  /** Id under which it was delivered; null for a new plate. */
  previousPlateId: string | null;
  kinds: ChangeKind[];
  /** One sentence: what happened and what follows from it. */
  forPeople: string;
  /** Frames that were never made, in source frames. Everything else of the plate is there already. */
  framesToRender: FrameRange[];
  framesReused: number;
  /** The plate is delivered again, as a new version with all its frames. */
  isDelivered: boolean;
  version: number;
};

/** A new cut against what was delivered. */
export type TurnoverDelta = {
  version: 1;
  kind: 'turnover-delta';
  from: string;
  to: string;
  plates: PlateChange[];
  /** Plates whose work in flight is no longer wanted. */
  cancel: string[];
  totals: { frames: number; toRender: number; reused: number };
};

/**
 * Compares the plan of a new version with the plan that was delivered. Frames are the same when they are of one clip: what any plate of the
 * earlier plan made is not made again, whatever the shot was called.
 */
export function compareTurnovers(previous: TurnoverPlan, next: TurnoverPlan): TurnoverDelta {
  const made = framesMade(previous.plates);
  const { pairs, removed } = pairPlates(previous, next);
  const isRespecified =
    previous.documents !== undefined &&
    next.documents !== undefined &&
    JSON.stringify(previous.documents) !== JSON.stringify(next.documents);
  const changes = pairs.map(({ before, after }) => changeOf(before, after, made, isRespecified));
  const gone = removed.map(removal);
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
    cancel: removed.map((plate) => plate.plateId),
    totals: { frames, toRender, reused: frames - toRender },
  };
}

/** The version of a plate in a plan; a plan from before versions is the first. */
export function plateVersion(plate: PlannedPlate): number {
  return plate.plateVersion ?? 1;
}

function changeOf(
  before: PlannedPlate | null,
  after: PlannedPlate,
  made: ReadonlyMap<string, FrameRange[]>,
  isRespecified: boolean,
): PlateChange {
  const kinds = before === null ? (['new'] as ChangeKind[]) : kindsOf(before, after);
  if (before !== null && isRespecified) {
    if (kinds[0] === 'covered') kinds.shift();
    kinds.push('respecified');
  }
  const keepsFrames =
    before !== null && before.clipId === after.clipId && holds(before.sourceFrames, after.cutFrames);
  // A plate with another look is delivered again although its pixels stay: its documents tell the look.
  const isDelivered =
    before === null ||
    !keepsFrames ||
    kinds.includes('renamed') ||
    kinds.includes('recoloured') ||
    isRespecified;
  const wanted = isDelivered ? after.sourceFrames : before.sourceFrames;
  // Which pixels another document changes only their keys can tell: all of them may be new.
  const there = isRespecified ? [] : (made.get(after.clipId) ?? []);
  const framesToRender = isDelivered ? withoutRanges(after.sourceFrames, there) : [];
  return {
    plateId: after.plateId,
    shot: after.shot,
    previousPlateId: before?.plateId ?? null,
    kinds,
    forPeople: describeChange(before, after, kinds, framesToRender),
    framesToRender,
    framesReused: countFrames(wanted) - countAll(framesToRender),
    isDelivered,
    version: before === null ? 1 : plateVersion(before) + (isDelivered ? 1 : 0),
  };
}

function kindsOf(before: PlannedPlate, after: PlannedPlate): ChangeKind[] {
  const kinds: ChangeKind[] = [];
  if (before.clipId !== after.clipId) return ['new'];
  if (before.shot.toUpperCase() !== after.shot.toUpperCase()) kinds.push('renamed');
  if (!isEqual(before.speed, after.speed)) kinds.push('retimed');
  const head = after.cutFrames.first - before.cutFrames.first;
  const tail = after.cutFrames.last - before.cutFrames.last;
  if (head !== 0 && head === tail) kinds.push('slipped');
  else if (!holds(before.sourceFrames, after.cutFrames)) kinds.push('extended');
  if (!sameColour(before, after)) kinds.push('recoloured');
  return kinds.length === 0 ? ['covered'] : kinds;
}

function sameColour(before: PlannedPlate, after: PlannedPlate): boolean {
  return JSON.stringify(numbersOf(before)) === JSON.stringify(numbersOf(after));
}

function numbersOf({ cdl }: PlannedPlate): unknown {
  return cdl === null ? null : [cdl.slope, cdl.offset, cdl.power, cdl.saturation];
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
    version: plateVersion(plate),
  };
}

function framesMade(plates: readonly PlannedPlate[]): Map<string, FrameRange[]> {
  const made = new Map<string, FrameRange[]>();
  for (const plate of plates)
    made.set(plate.clipId, joinRanges([...(made.get(plate.clipId) ?? []), plate.sourceFrames]));
  return made;
}

function countAll(ranges: readonly FrameRange[]): number {
  return ranges.reduce((sum, range) => sum + countFrames(range), 0);
}
