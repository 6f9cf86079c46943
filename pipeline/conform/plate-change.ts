import type { PlannedPlate } from '../../schemas/turnover.ts';
import { isEqual } from '../../standards/time/rational.ts';
import { describeChange } from './delta-words.ts';
import { countFrames, type FrameRange, holds, withoutRanges } from './frame-ranges.ts';

/** What happened to a plate from one version of a cut to the next. The first of several kinds is the one that weighs most. */
export type ChangeKind =
  | 'new'
  | 'removed'
  | 'renamed'
  | 'retimed'
  | 'slipped'
  | 'extended'
  | 'recoloured'
  | 'resounded'
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
  /** The plate as it was delivered, where that covers this one. */
  delivered: PlannedPlate | null;
  version: number;
};

/** The version of a plate in a plan; a plan from before versions is the first. */
export function plateVersion(plate: PlannedPlate): number {
  return plate.plateVersion ?? 1;
}

/** What happened to one plate; `isRespecified` when recipe, AMF or FDL are others than before. */
export function changeOf(
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
  const keepsFrames = before !== null && before.clipId === after.clipId && isHeldBy(before, after);
  // A plate with another look is delivered again although its pixels stay: its documents tell the look.
  const isDelivered =
    before === null ||
    !keepsFrames ||
    kinds.includes('renamed') ||
    kinds.includes('recoloured') ||
    kinds.includes('resounded') ||
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
    delivered: isDelivered ? null : before,
    version: before === null ? 1 : plateVersion(before) + (isDelivered ? 1 : 0),
  };
}

/** How a plate differs from the same plate before; `covered` when in nothing that matters. */
export function kindsOf(before: PlannedPlate, after: PlannedPlate): ChangeKind[] {
  const kinds: ChangeKind[] = [];
  if (before.clipId !== after.clipId) return ['new'];
  if (before.shot.toUpperCase() !== after.shot.toUpperCase()) kinds.push('renamed');
  if (!isEqual(before.speed, after.speed)) kinds.push('retimed');
  const head = after.cutFrames.first - before.cutFrames.first;
  const tail = after.cutFrames.last - before.cutFrames.last;
  if (head !== 0 && head === tail) kinds.push('slipped');
  else if (!isHeldBy(before, after)) kinds.push('extended');
  if (!sameColour(before, after)) kinds.push('recoloured');
  if (hasMoreSound(before, after)) kinds.push('resounded');
  return kinds.length === 0 ? ['covered'] : kinds;
}

/** Delivered frames hold a plate when they have its cut, and its handles too where more were asked for this time. */
function isHeldBy(before: PlannedPlate, after: PlannedPlate): boolean {
  const asksMore = isEqual(before.speed, after.speed) && after.handlesAsked.head > before.handlesAsked.head;
  return holds(before.sourceFrames, asksMore ? after.sourceFrames : after.cutFrames);
}

/** Whether two plates bear the same CDL. */
export function sameColour(before: PlannedPlate, after: PlannedPlate): boolean {
  return JSON.stringify(numbersOf(before)) === JSON.stringify(numbersOf(after));
}

/** Whether a recording runs under a plate that was not here before; a plan from before sound was told decides nothing. */
function hasMoreSound({ sounds: before }: PlannedPlate, { sounds: after = [] }: PlannedPlate): boolean {
  return before !== undefined && after.some((sound) => !before.includes(sound));
}

function numbersOf({ cdl }: PlannedPlate): unknown {
  return cdl === null ? null : [cdl.slope, cdl.offset, cdl.power, cdl.saturation];
}

/** Frames of several ranges together. */
export function countAll(ranges: readonly FrameRange[]): number {
  return ranges.reduce((sum, range) => sum + countFrames(range), 0);
}
