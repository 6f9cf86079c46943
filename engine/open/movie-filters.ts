import type { Geometry, MovieOutput, PixelSize, SegmentJob } from '../../schemas/segment-job.ts';
import { escapeFilterValue } from '../tools/ffmpeg.ts';
import { canvasFilters, cropAndScaleFilters, outputSize } from './framing.ts';

/**
 * Filters of a movie up to display values: `rgb` makes 16-bit R′G′B′ of what was read, then framing, then the colour by
 * cube. Without a canvas the picture is scaled once, straight to its final size, before the colour.
 */
export function movieFilters(
  job: SegmentJob & { output: MovieOutput },
  rgb: readonly string[],
  cube: string | null,
): string[] {
  const { geometry, output } = job;
  const color = cube === null ? [] : [`lut3d=file=${escapeFilterValue(cube)}:interp=tetrahedral`];
  if (geometry.canvas)
    return [
      ...[...rgb, ...cropAndScaleFilters(geometry), ...color],
      ...[...canvasFilters(geometry), ...fitFilters(geometry, output.size)],
    ];
  const { scale, pad } = placeInFrame(geometry, output.size);
  return [...rgb, ...cropAndScaleFilters({ ...geometry, scale }), ...color, ...pad];
}

/** Filters that fit a framed picture into the movie's frame: square pixels, nothing cut, black around. */
function fitFilters(geometry: Geometry, size: PixelSize): string[] {
  const { scale, pad } = placeInFrame(geometry, size);
  return [`zscale=w=${scale.width}:h=${scale.height}:filter=lanczos`, ...pad];
}

/** Pixels of the movie's frame that are picture: neither bars of the frame nor of the framing's canvas. */
export function activePixels({ geometry, output }: SegmentJob & { output: MovieOutput }): number {
  const { scale } = placeInFrame(geometry, output.size);
  const fitted = scale.width * scale.height;
  if (!geometry.canvas) return fitted;
  const picture = geometry.scale ?? geometry.crop;
  return (fitted * picture.width * picture.height) / (geometry.canvas.width * geometry.canvas.height);
}

function placeInFrame(geometry: Geometry, size: PixelSize): { scale: PixelSize; pad: string[] } {
  const picture = outputSize(geometry);
  const square = (picture.width * geometry.pixelAspectRatio.num) / geometry.pixelAspectRatio.den;
  const factor = Math.min(size.width / square, size.height / picture.height);
  // Within a pixel pair of the frame there is nothing to pad: sizes were rounded to even when they were planned.
  const side = (value: number, limit: number) => (limit - value < 2 ? limit : 2 * Math.round(value / 2));
  const scale = {
    width: side(square * factor, size.width),
    height: side(picture.height * factor, size.height),
  };
  if (scale.width === size.width && scale.height === size.height) return { scale, pad: ['setsar=1'] };
  const x = 2 * Math.floor((size.width - scale.width) / 4);
  const y = 2 * Math.floor((size.height - scale.height) / 4);
  return { scale, pad: [`pad=${size.width}:${size.height}:${x}:${y}:color=black`, 'setsar=1'] };
}
