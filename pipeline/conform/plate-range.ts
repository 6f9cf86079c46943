import { scaleHandle } from '../../standards/time/source-range.ts';
import type { ClipUse } from './clip-use.ts';

/** The frames of a plate in source frames, 0-based, inclusive, clamped to the media. */
export type PlateRange = {
  sourceFrames: { first: number; last: number };
  cutFrames: { first: number; last: number };
  handles: { head: number; tail: number };
  handlesAsked: { head: number; tail: number };
  /** Frames of the cut that the media does not have. */
  cutMissing: number;
};

/**
 * Lays handles around a use: asked for in record frames, so scaled by the speed and rounded outward, then clamped to the media. Head is the
 * side of the lower source frames, also in reverse, because plates are always delivered forward.
 * @returns null when no frame of the use is in the media
 */
export function rangeOf(use: ClipUse, frameCount: number, recordHandles: number): PlateRange | null {
  const { first: lowest, last: highest } = use.covered;
  const first = Math.max(0, lowest);
  const last = Math.min(frameCount - 1, highest);
  if (first > last) return null;
  const asked = scaleHandle(recordHandles, use.step);
  const head = Math.min(asked, first);
  const tail = Math.min(asked, frameCount - 1 - last);
  return {
    sourceFrames: { first: first - head, last: last + tail },
    cutFrames: { first, last },
    handles: { head, tail },
    handlesAsked: { head: asked, tail: asked },
    cutMissing: highest - lowest - (last - first),
  };
}
