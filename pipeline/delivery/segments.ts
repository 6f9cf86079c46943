import type { PixelSize } from '../../schemas/segment-job.ts';

/** A run of source frames, 0-based in recorded time, inclusive. */
export type FrameSpan = { first: number; last: number };

const UHD_PIXELS = 3840 * 2160;
const QHD_PIXELS = 2560 * 1440;

/**
 * How many source frames lie between two grid lines. Some 200 million pixels a segment: 24 frames at 4K, 96 at HD, large
 * enough to pay a process start and small enough to lose. The three steps divide each other.
 */
export function gridFrames(source: PixelSize): number {
  const pixels = source.width * source.height;
  if (pixels >= UHD_PIXELS) return 24;
  return pixels >= QHD_PIXELS ? 48 : 96;
}

/**
 * The segments of a plate: its source range cut at the lines of a grid that is fixed to source frame 0, so that two plates
 * of one clip share every whole segment they have in common.
 */
export function segmentsOf(range: FrameSpan, source: PixelSize): FrameSpan[] {
  const grid = gridFrames(source);
  const segments: FrameSpan[] = [];
  for (let first = range.first; first <= range.last; ) {
    const last = Math.min(range.last, (Math.floor(first / grid) + 1) * grid - 1);
    segments.push({ first, last });
    first = last + 1;
  }
  return segments;
}
