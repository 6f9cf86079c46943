import { apply3, invert3, type Matrix3, multiply3, type Vector3 } from '../engine/open/matrix3.ts';
import type { CameraEncoding } from './camera-encoding.ts';

/** XYZ (D65) to the sensor's RGB: a plausible cinema sensor, and the ColorMatrix1 of its files. */
export const XYZ_TO_SENSOR: Matrix3 = [
  0.8856, -0.3121, -0.0441, -0.4151, 1.2321, 0.207, -0.065, 0.153, 0.587,
];

/** AP0 to XYZ of its own white (D60). Source: SMPTE ST 2065-1, 4.1 (normalized primary matrix). */
const AP0_TO_XYZ: Matrix3 = [
  0.9525523959, 0, 0.0000936786, 0.3439664498, 0.7281660966, -0.0721325464, 0, 0, 1.0088251844,
];
/** Source: K. M. Lam, Metamerism and Colour Constancy (1985): the Bradford cone responses. */
const BRADFORD: Matrix3 = [0.8951, 0.2664, -0.1614, -0.7502, 1.7135, 0.0367, 0.0389, -0.0685, 1.0296];
const D60 = whitePoint(0.32168, 0.33767);
const D65 = whitePoint(0.3127, 0.329);

/** What the sensor gives for a neutral of 1, green as 1: the AsShotNeutral of its files. */
export const SENSOR_NEUTRAL: Vector3 = (() => {
  const [r, g, b] = apply3(XYZ_TO_SENSOR, D65);
  return [r / g, 1, b / g];
})();

/** The sensor's linear RGB, without white balance; the green of a neutral is the scene's value. */
export const BAYER_SENSOR = {
  name: 'camera-native',
  fromAp0: multiply3(XYZ_TO_SENSOR, multiply3(adaptation(D60, D65), AP0_TO_XYZ)).map(
    (value) => value / apply3(XYZ_TO_SENSOR, D65)[1],
  ),
  curve: null,
} satisfies CameraEncoding;

/** Code values of a 16- or 12-bit file: black level, and the level at which the sensor is full. */
export const SENSOR_LEVELS = { 16: { black: 4096, white: 65535 }, 12: { black: 256, white: 4095 } } as const;

/** Scene-linear value at which the sensor is full; its logarithm to base 2 is the BaselineExposure of the files. */
export const SENSOR_FULL_AT = 8;

/** One frame as an RGGB mosaic of code values. */
export function mosaic(linear: Float32Array, width: number, height: number, bits: 16 | 12): Uint16Array {
  const { black, white } = SENSOR_LEVELS[bits];
  const gain = (white - black) / SENSOR_FULL_AT;
  const codes = new Uint16Array(width * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const at = y * width + x;
      const channel = (y & 1) + (x & 1);
      const code = black + gain * linear[at * 3 + channel]! + 0.5;
      codes[at] = Math.max(0, Math.min(white, code));
    }
  return codes;
}

function whitePoint(x: number, y: number): Vector3 {
  return [x / y, 1, (1 - x - y) / y];
}

function adaptation(from: Vector3, to: Vector3): Matrix3 {
  const [a, b] = [apply3(BRADFORD, from), apply3(BRADFORD, to)];
  const scale = [b[0] / a[0], 0, 0, 0, b[1] / a[1], 0, 0, 0, b[2] / a[2]];
  return multiply3(invert3(BRADFORD), multiply3(scale, BRADFORD));
}
