import type { PlannedPlate } from '../../schemas/turnover.ts';
import { formatRational } from '../../standards/time/rational.ts';
import { countFrames, type FrameRange } from './frame-ranges.ts';
import type { ChangeKind } from './plate-change.ts';

/** One sentence per change of a plate, in the words of the cutting room: what happened and what is rendered for it. */
export function describeChange(
  before: PlannedPlate | null,
  after: PlannedPlate,
  kinds: readonly ChangeKind[],
  toRender: readonly FrameRange[],
): string {
  if (before === null) return `${after.plateId} is new: ${rendering(toRender, after)}.`;
  const parts = kinds.map((kind) => SAID[kind](before, after));
  return `${after.plateId} ${parts.join(', and ')}: ${rendering(toRender, after)}.`;
}

const SAID: Record<ChangeKind, (before: PlannedPlate, after: PlannedPlate) => string> = {
  new: (before, after) => `has another clip, ${after.clipName} instead of ${before.clipName}`,
  removed: () => 'is gone',
  renamed: (before) => `was ${before.plateId}`,
  retimed: (before, after) =>
    `runs at speed ${formatRational(after.speed)} instead of ${formatRational(before.speed)}`,
  slipped: (before, after) =>
    `is slipped by ${signed(after.cutFrames.first - before.cutFrames.first)} frames`,
  extended: (before, after) => longer(before, after),
  recoloured: () => 'has another CDL',
  resounded: () => 'has sound under it that was not here before',
  respecified: () => 'has another AMF, FDL or recipe',
  covered: (before, after) => covered(before, after),
};

function covered(before: PlannedPlate, after: PlannedPlate): string {
  const head = after.cutFrames.first - before.sourceFrames.first;
  const tail = before.sourceFrames.last - after.cutFrames.last;
  const unchanged =
    before.cutFrames.first === after.cutFrames.first && before.cutFrames.last === after.cutFrames.last;
  return unchanged
    ? 'is unchanged'
    : `is covered by what was delivered (handles are now ${head} and ${tail})`;
}

function longer(before: PlannedPlate, after: PlannedPlate): string {
  const by = extension(before, after);
  return by === ''
    ? `has longer handles, ${after.handles.head} and ${after.handles.tail}`
    : `is longer than what was delivered (${by})`;
}

function extension(before: PlannedPlate, after: PlannedPlate): string {
  const head = before.sourceFrames.first - after.cutFrames.first;
  const tail = after.cutFrames.last - before.sourceFrames.last;
  return [head > 0 ? `${head} at the head` : '', tail > 0 ? `${tail} at the tail` : '']
    .filter((part) => part !== '')
    .join(', ');
}

function rendering(toRender: readonly FrameRange[], after: PlannedPlate): string {
  const frames = toRender.reduce((sum, range) => sum + countFrames(range), 0);
  return frames === 0
    ? 'nothing to render'
    : `${frames} of ${countFrames(after.sourceFrames)} frames are rendered`;
}

function signed(frames: number): string {
  return frames > 0 ? `+${frames}` : String(frames);
}
