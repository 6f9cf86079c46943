import type { Vector3 } from '../engine/open/matrix3.ts';
import { type PixelArea, sceneLayout } from './scene-layout.ts';

/** The 24 patches in reading order, ACES2065-1 linear: a colour checker under about one stop more than mid grey needs. Ground truth of every format. */
export const PATCH_VALUES: readonly Vector3[] = [
  [0.11877, 0.08709, 0.05895],
  [0.40002, 0.31916, 0.23736],
  [0.18476, 0.20398, 0.31311],
  [0.10901, 0.13511, 0.06493],
  [0.26684, 0.24604, 0.40932],
  [0.32283, 0.46208, 0.40606],
  [0.38605, 0.22743, 0.05777],
  [0.13822, 0.13037, 0.33703],
  [0.30202, 0.13752, 0.12758],
  [0.0931, 0.06347, 0.13525],
  [0.34876, 0.43654, 0.10613],
  [0.48655, 0.36685, 0.08061],
  [0.08732, 0.07443, 0.27274],
  [0.15366, 0.25692, 0.09071],
  [0.21742, 0.0707, 0.0513],
  [0.58919, 0.53943, 0.09157],
  [0.30904, 0.14818, 0.27426],
  [0.14901, 0.23378, 0.35939],
  [0.86653, 0.86792, 0.85818],
  [0.57356, 0.57256, 0.57169],
  [0.35346, 0.35337, 0.35391],
  [0.20253, 0.20243, 0.20287],
  [0.09467, 0.0952, 0.09637],
  [0.03745, 0.03766, 0.03895],
];

/** How a picture was made from the source: this part of it (in source pixels), scaled to the picture's size. */
export type PictureGeometry = { sourceWidth: number; sourceHeight: number; crop: PixelArea };

/** Share of a patch that is sampled, around its centre: away from its edges, where scaling and coding mix neighbours. */
const SAMPLED_SHARE = 0.6;

/**
 * The mean of each patch, in the picture's own values.
 * @param pixels row by row from the top, `channels` (at least 3) interleaved values each
 * @param geometry @default the whole source, unscaled
 * @returns one per patch in the order of PATCH_VALUES; null for a patch that the crop does not hold whole
 */
export function samplePatches(
  pixels: ArrayLike<number>,
  width: number,
  height: number,
  channels: number,
  geometry: PictureGeometry = {
    sourceWidth: width,
    sourceHeight: height,
    crop: { x: 0, y: 0, width, height },
  },
): (Vector3 | null)[] {
  const { crop, sourceWidth, sourceHeight } = geometry;
  return sceneLayout(sourceWidth, sourceHeight).patches.map((patch) => {
    const left = ((patch.x + (patch.width * (1 - SAMPLED_SHARE)) / 2 - crop.x) / crop.width) * width;
    const top = ((patch.y + (patch.height * (1 - SAMPLED_SHARE)) / 2 - crop.y) / crop.height) * height;
    const right = left + ((patch.width * SAMPLED_SHARE) / crop.width) * width;
    const bottom = top + ((patch.height * SAMPLED_SHARE) / crop.height) * height;
    const area = { x: Math.ceil(left), y: Math.ceil(top), width: 0, height: 0 };
    area.width = Math.floor(right) - area.x;
    area.height = Math.floor(bottom) - area.y;
    const isInside = area.x >= 0 && area.y >= 0 && right <= width && bottom <= height;
    return isInside && area.width > 0 && area.height > 0 ? mean(pixels, width, channels, area) : null;
  });
}

/** Mean over patches and channels of |sampled - known| / known, as a fraction: the figure that the targets are given in. */
export function patchError(samples: readonly (Vector3 | null)[]): number {
  let sum = 0;
  let count = 0;
  for (const [i, sample] of samples.entries())
    for (const [c, value] of (sample ?? []).entries()) {
      const known = PATCH_VALUES[i]![c]!;
      sum += Math.abs(value - known) / known;
      count++;
    }
  return sum / count;
}

function mean(pixels: ArrayLike<number>, width: number, channels: number, area: PixelArea): Vector3 {
  const sum: [number, number, number] = [0, 0, 0];
  for (let y = area.y; y < area.y + area.height; y++)
    for (let x = area.x; x < area.x + area.width; x++)
      for (const c of [0, 1, 2] as const) sum[c] += pixels[(y * width + x) * channels + c]!;
  const count = area.width * area.height;
  return [sum[0] / count, sum[1] / count, sum[2] / count];
}
