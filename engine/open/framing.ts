import { PipelineError } from '../../schemas/failure.ts';
import type { Geometry, Orientation, PixelSize } from '../../schemas/segment-job.ts';

/** Size of the picture that is written: the canvas, else the scaled picture, else the crop. */
export function outputSize(geometry: Geometry): PixelSize {
  const { width, height } = geometry.canvas ?? geometry.scale ?? geometry.crop;
  return { width, height };
}

/** Where the (scaled) picture lies on its canvas: a canvas may also cut it. All in pixels of the scaled picture. */
export type Placement = {
  cut: { x: number; y: number; width: number; height: number };
  pad: { width: number; height: number; x: number; y: number };
};

/** The part of the (scaled) picture that its canvas holds, and where. */
export function placement(picture: PixelSize, canvas: NonNullable<Geometry['canvas']>): Placement {
  const left = Math.max(0, canvas.x);
  const top = Math.max(0, canvas.y);
  const right = Math.min(canvas.width, canvas.x + picture.width);
  const bottom = Math.min(canvas.height, canvas.y + picture.height);
  return {
    cut: { x: left - canvas.x, y: top - canvas.y, width: right - left, height: bottom - top },
    pad: { width: canvas.width, height: canvas.height, x: left, y: top },
  };
}

/**
 * FFmpeg filters that crop and scale full-resolution RGB frames; scaling is zimg's Lanczos. Empty when nothing changes.
 * They stand before the colour: what is resampled is what the camera recorded.
 */
export function cropAndScaleFilters(geometry: Geometry): string[] {
  const { source, crop, scale } = geometry;
  const filters: string[] = [];
  if (!isWhole(crop, source)) filters.push(`crop=${crop.width}:${crop.height}:${crop.x}:${crop.y}`);
  if (scale) filters.push(`zscale=w=${scale.width}:h=${scale.height}:filter=lanczos`);
  return filters;
}

/** What FFmpeg says when a picture meets the filter of `oneSizeFilter` and has another size. */
export const OTHER_SIZE = /non positive size for width '-1'/;

/**
 * An FFmpeg filter that lets pictures of the clip's size pass untouched and ends the program at any other: FFmpeg would make
 * its filters anew and scale what follows to the size of what came before, or hand over pictures of another length.
 */
export function oneSizeFilter(source: PixelSize, orientation: Orientation | undefined): string {
  const { width, height } = storedSize(source, orientation);
  return `crop=w='if(eq(iw,${width})*eq(ih,${height}),iw,-1)':h=ih:x=0:y=0:exact=1`;
}

/** The size of a picture as it lies in its file, of that which it has upright. */
export function storedSize({ width, height }: PixelSize, orientation: Orientation | undefined): PixelSize {
  const isTurned = (orientation?.clockwise ?? 0) % 180 !== 0;
  return isTurned ? { width: height, height: width } : { width, height };
}

/** FFmpeg filters that place the picture on its canvas; after the colour, so that the surround is black as delivered. */
export function canvasFilters(geometry: Geometry): string[] {
  const { crop, scale, canvas } = geometry;
  if (!canvas) return [];
  const { cut, pad } = placement(scale ?? crop, canvas);
  return [
    `crop=${cut.width}:${cut.height}:${cut.x}:${cut.y}`,
    `pad=${pad.width}:${pad.height}:${pad.x}:${pad.y}:color=black`,
  ];
}

/** oiiotool commands that turn a stored picture upright; none when it is. */
export function turnArguments(orientation: Orientation | undefined): string[] {
  if (!orientation) return [];
  const { mirrored, clockwise } = orientation;
  return [...(mirrored ? ['--flop'] : []), ...(clockwise === 0 ? [] : [`--rotate${clockwise}`])];
}

/** Crop and scale as oiiotool commands. */
export function cropAndScaleArguments(geometry: Geometry): string[] {
  const { source, crop, scale } = geometry;
  const args: string[] = [];
  if (!isWhole(crop, source)) args.push('--cut', `${crop.width}x${crop.height}+${crop.x}+${crop.y}`);
  if (scale) args.push('--resize:filter=lanczos3', `${scale.width}x${scale.height}`);
  return args;
}

/** Placement on the canvas as oiiotool commands. */
export function canvasArguments(geometry: Geometry): string[] {
  const { crop, scale, canvas } = geometry;
  if (!canvas) return [];
  const { cut, pad } = placement(scale ?? crop, canvas);
  return [
    '--cut',
    `${cut.width}x${cut.height}+${cut.x}+${cut.y}`,
    '--origin',
    `+${pad.x}+${pad.y}`,
    '--fullsize',
    `${pad.width}x${pad.height}+0+0`,
    '--croptofull',
  ];
}

/**
 * Refuses a geometry that contradicts itself, before any program runs.
 * @throws PipelineError input-invalid
 */
export function requireSoundGeometry(geometry: Geometry): void {
  const { source, crop, scale, canvas } = geometry;
  if (crop.x + crop.width > source.width || crop.y + crop.height > source.height)
    throw new PipelineError(
      'input-invalid',
      `geometry.crop: ${crop.width}x${crop.height} at ${crop.x},${crop.y} leaves the ${source.width}x${source.height} source`,
      { geometry },
    );
  if (!canvas) return;
  const { cut } = placement(scale ?? crop, canvas);
  if (cut.width <= 0 || cut.height <= 0)
    throw new PipelineError('input-invalid', 'geometry.canvas: no pixel of the picture lies on the canvas', {
      geometry,
    });
}

function isWhole(crop: Geometry['crop'], source: PixelSize): boolean {
  return crop.x === 0 && crop.y === 0 && crop.width === source.width && crop.height === source.height;
}
