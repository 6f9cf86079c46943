import { logCode } from './perceptual.ts';
import type { ComparedPicture } from './picture.ts';

/** Log codes of green of a picture, sharp or as blurred as asked for. */
export type BlurredPicture = {
  width: number;
  height: number;
  /** Means over `2 * radius + 1` pixels in each direction; kept, so that it may be asked for again. */
  by(radiusX: number, radiusY: number): Float32Array;
};

/** Opens a picture for blurring. */
export function blurredPicture({ pixels, width, height }: ComparedPicture): BlurredPicture {
  const sharp = Float32Array.from({ length: width * height }, (_, k) =>
    logCode(Math.max(0, pixels[3 * k + 1]!)),
  );
  const made = new Map<string, Float32Array>();
  return {
    width,
    height,
    by(radiusX, radiusY) {
      const key = `${radiusX}/${radiusY}`;
      const known = made.get(key);
      if (known) return known;
      const across = blurredLines(sharp, width, height, 1, width, radiusX);
      const both = blurredLines(across, height, width, width, 1, radiusY);
      made.set(key, both);
      return both;
    },
  };
}

/** A value between four pixels. */
export function valueAt(values: Float32Array, width: number, height: number, x: number, y: number): number {
  const [p, q] = [Math.min(width - 2, Math.floor(x)), Math.min(height - 2, Math.floor(y))];
  const [s, t] = [x - p, y - q];
  const at = q * width + p;
  const top = values[at]! * (1 - s) + values[at + 1]! * s;
  return top * (1 - t) + (values[at + width]! * (1 - s) + values[at + width + 1]! * s) * t;
}

/** Mean over neighbours along lines of `length`, edges held; `next` from one to the next on a line, `line` from a line to the next. */
function blurredLines(
  values: Float32Array,
  length: number,
  lines: number,
  next: number,
  line: number,
  radius: number,
): Float32Array {
  if (radius === 0) return values;
  const result = new Float32Array(values.length);
  for (let l = 0; l < lines; l++) {
    const at = (k: number) => values[l * line + Math.min(length - 1, Math.max(0, k)) * next]!;
    let sum = 0;
    for (let k = -radius; k <= radius; k++) sum += at(k);
    for (let k = 0; k < length; k++) {
      result[l * line + k * next] = sum / (2 * radius + 1);
      sum += at(k + radius + 1) - at(k - radius);
    }
  }
  return result;
}
