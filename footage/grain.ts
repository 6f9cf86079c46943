import { makeRandom } from './random.ts';

const TABLE_SIZE = 1 << 16;
/** Just enough to dither a 10-bit log code (one code is 0.9 %), so that the mean of a patch keeps its value; small pictures still average it out. */
const READ_NOISE = 0.0002;
const SHOT_NOISE = 0.006;

/** Adds seeded sensor noise in place, in the camera's linear RGB: sigma = 0.0002 + 0.6 % of the value. */
export type Grain = (pixels: Float32Array, rowValues: number, frame: number) => void;

/** The grain of one camera: each frame of each seed has its own. */
export function makeGrain(seed: number): Grain {
  const table = normalTable(seed);
  return (pixels, rowValues, frame) => {
    const random = makeRandom(Math.imul(seed, 7919) + Math.imul(frame, 104729) + 17);
    for (let row = 0; row < pixels.length; row += rowValues) {
      let at = random() & (TABLE_SIZE - 1);
      // An odd stride visits the whole table before it repeats.
      const stride = (random() & (TABLE_SIZE - 2)) | 1;
      for (let i = row; i < row + rowValues; i++) {
        at = (at + stride) & (TABLE_SIZE - 1);
        const value = pixels[i]!;
        pixels[i] = value + table[at]! * (READ_NOISE + SHOT_NOISE * value);
      }
    }
  };
}

/** Sum of six uniform values: near enough to normal, and without functions whose last bit differs between machines. */
function normalTable(seed: number): Float32Array {
  const random = makeRandom(seed);
  const values = Array.from({ length: TABLE_SIZE }, () => {
    let sum = 0;
    for (let k = 0; k < 6; k++) sum += random() / 2 ** 32;
    return (sum - 3) * Math.SQRT2;
  });
  // A table whose mean is not exactly 0 would shift every patch.
  const mean = values.reduce((a, b) => a + b, 0) / TABLE_SIZE;
  return Float32Array.from(values, (v) => v - mean);
}
