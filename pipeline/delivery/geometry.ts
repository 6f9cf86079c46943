import { type Finding, finding } from '../../schemas/finding.ts';
import type { Geometry, PixelSize } from '../../schemas/segment-job.ts';
import { type ClipSource, rationalField } from './clip-source.ts';
import { isOnItsSide, orientationOf, sourceSize } from './stored-picture.ts';

/** The framing of one plate, and what a person should know about it. */
export type FramingChoice = { geometry: Geometry; findings: Finding[] };

/** The size of the delivered picture: the canvas, else the scaled picture, else the crop. */
export function outputSize(geometry: Geometry): PixelSize {
  const { width, height } = geometry.canvas ?? geometry.scale ?? geometry.crop;
  return { width, height };
}

/**
 * Framing where nobody sent an FDL: every source pixel as it is, nothing scaled, the squeeze kept and written as the
 * pixel aspect ratio.
 */
export function fullSourceGeometry(source: ClipSource): FramingChoice {
  const size = sourceSize(source.clip);
  const squeeze = source.cameraFormat?.lensSqueeze ??
    rationalField(source.clip, 'desqueezeFactor') ??
    rationalField(source.clip, 'lensSqueeze') ??
    rationalField(source.clip, 'pixelAspectRatio') ?? { num: 1, den: 1 };
  const isTurned = isOnItsSide(orientationOf(source.clip));
  const pixelAspectRatio = isTurned ? { num: squeeze.den, den: squeeze.num } : squeeze;
  return {
    geometry: {
      source: size,
      crop: { x: 0, y: 0, ...size },
      scale: null,
      canvas: null,
      pixelAspectRatio,
    },
    findings: [
      finding(
        'framing-default',
        { kind: 'clip', id: source.clipId },
        `There is no FDL for ${source.clip.clipName}: its full ${size.width}x${size.height} picture is delivered, pixel aspect ratio ${pixelAspectRatio.num}:${pixelAspectRatio.den}.`,
        { size, pixelAspectRatio },
      ),
    ],
  };
}
