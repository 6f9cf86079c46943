import { PipelineError } from '../../schemas/failure.ts';
import type { DecodeSettings } from '../../schemas/segment-job.ts';
import type { DngTags } from './dng-tags.ts';
import { apply3, diagonal3, invert3, type Matrix3, multiply3, type Vector3 } from './matrix3.ts';

/** ACES2065-1 to CIE XYZ at the ACES white. Source: SMPTE ST 2065-1:2021 clause 4.4. */
const AP0_TO_XYZ: Matrix3 = [
  0.9525523959, 0, 0.0000936786, 0.3439664498, 0.7281660966, -0.0721325464, 0, 0, 1.0088251844,
];
const ACES_WHITE: readonly [number, number] = [0.32168, 0.33767];

/** Linearized Bradford. Source: DNG 1.4 specification, chapter 6, "Mapping Camera Color Space to CIE XYZ Space". */
const BRADFORD: Matrix3 = [0.8951, 0.2664, -0.1614, -0.7502, 1.7135, 0.0367, 0.0389, -0.0685, 1.0296];

/** Correlated colour temperature of the EXIF light sources that calibration uses, in kelvin. Source: DNG 1.4, tag 50778. */
const ILLUMINANT_KELVIN: Readonly<Record<number, number>> = {
  1: 5500,
  2: 3850,
  3: 2850,
  4: 5500,
  9: 5500,
  10: 6500,
  11: 7500,
  12: 6400,
  13: 5050,
  14: 4150,
  15: 3525,
  17: 2850,
  18: 5500,
  19: 6500,
  20: 5500,
  21: 6500,
  22: 7500,
  23: 5000,
  24: 3200,
};

/** What of a raw picture's tags decides its colour. */
export type DevelopedTags = Pick<
  DngTags,
  'colorMatrices' | 'analogBalance' | 'asShotNeutral' | 'baselineExposureStops'
>;

/** How raw samples become ACES2065-1: the neutral that was balanced to, and the matrix from unbalanced camera values. */
export type Development = { neutral: Vector3; cameraToAces: Matrix3 };

/**
 * The matrix from linear camera values (0 black, 1 sensor white, not white balanced) to ACES2065-1, exposure included:
 * a neutral under the chosen white balance comes out neutral in ACES.
 * @throws PipelineError unreadable when the file has no colour matrix or no white balance
 */
export function development(tags: DevelopedTags, decode: DecodeSettings, name: string): Development {
  const neutral = chosenNeutral(tags, decode, name);
  const white = whiteOf(neutral, tags, name);
  const xyzToCamera = multiply3(diagonal3(tags.analogBalance), interpolatedMatrix(tags, kelvinOf(white)));
  const acesToCamera = multiply3(xyzToCamera, multiply3(adaptation(ACES_WHITE, white), AP0_TO_XYZ));
  // DNG exposure: the reference white lies where the most sensitive channel of the neutral reaches 1.
  const top = Math.max(...apply3(acesToCamera, [1, 1, 1]));
  const gain = 2 ** (tags.baselineExposureStops + (decode.exposureStops ?? 0));
  const cameraToAces = invert3(acesToCamera).map((value) => value * top * gain);
  return { neutral, cameraToAces };
}

function chosenNeutral(tags: DevelopedTags, decode: DecodeSettings, name: string): Vector3 {
  const choice = decode.whiteBalance ?? 'as-shot';
  const neutral: Vector3 | null =
    choice === 'as-shot'
      ? tags.asShotNeutral
      : [1 / choice.gains[0], 1 / choice.gains[1], 1 / choice.gains[2]];
  if (neutral === null || neutral.some((value) => !(value > 0) || !Number.isFinite(value)))
    throw new PipelineError(
      'unreadable',
      `${name} records no usable white balance; set one for its camera format`,
      { name, whiteBalance: choice },
    );
  const top = Math.max(...neutral);
  return [neutral[0] / top, neutral[1] / top, neutral[2] / top];
}

/**
 * White point whose neutral this is: found by iteration, because the matrix depends on it when there are two.
 * Source: DNG 1.4, chapter 6, "Translating Camera Neutral Coordinates to White Balance xy Coordinates".
 */
function whiteOf(neutral: Vector3, tags: DevelopedTags, name: string): readonly [number, number] {
  if (tags.colorMatrices.length === 0)
    throw new PipelineError('unreadable', `${name} has no ColorMatrix, so its colour is not known`, { name });
  let white: readonly [number, number] = [0.3457, 0.3585];
  for (let pass = 0; pass < 30; pass++) {
    const matrix = multiply3(diagonal3(tags.analogBalance), interpolatedMatrix(tags, kelvinOf(white)));
    const [x, y, z] = apply3(invert3(matrix), neutral);
    const next: readonly [number, number] = [x / (x + y + z), y / (x + y + z)];
    const moved = Math.abs(next[0] - white[0]) + Math.abs(next[1] - white[1]);
    white = next;
    if (moved < 1e-9) break;
  }
  return white;
}

/** Linear in inverse temperature between the two calibrations, the nearer one outside of them. */
function interpolatedMatrix(tags: DevelopedTags, kelvin: number): Matrix3 {
  const [first, second] = tags.colorMatrices;
  if (!second) return first!.matrix;
  const warm = ILLUMINANT_KELVIN[first!.illuminant];
  const cold = ILLUMINANT_KELVIN[second.illuminant];
  if (warm === undefined || cold === undefined || warm === cold) return first!.matrix;
  const share = Math.min(1, Math.max(0, (1 / kelvin - 1 / cold) / (1 / warm - 1 / cold)));
  return first!.matrix.map((value, index) => value * share + second.matrix[index]! * (1 - share));
}

/** Correlated colour temperature by McCamy's cubic; within a few kelvin from 2850 to 7500. Source: McCamy 1992. */
function kelvinOf([x, y]: readonly [number, number]): number {
  const n = (x - 0.332) / (0.1858 - y);
  return Math.min(50000, Math.max(1000, 449 * n ** 3 + 3525 * n ** 2 + 6823.3 * n + 5520.33));
}

function adaptation(from: readonly [number, number], to: readonly [number, number]): Matrix3 {
  const cone = ([x, y]: readonly [number, number]) => apply3(BRADFORD, [x / y, 1, (1 - x - y) / y]);
  const a = cone(from);
  const b = cone(to);
  return multiply3(
    invert3(BRADFORD),
    multiply3(diagonal3([b[0] / a[0], b[1] / a[1], b[2] / a[2]]), BRADFORD),
  );
}
