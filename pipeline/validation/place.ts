import { logCode } from './perceptual.ts';
import type { ComparedPicture } from './picture.ts';

/** Where B shows what A shows: moved by so many pixels, or larger about the middle of the picture. */
export type Place = {
  x: number;
  y: number;
  scaleX: number;
  scaleY: number;
  /** The part of the difference that is left when B is read there, 0 to 1. */
  unexplained: number;
};

type Field = { values: Float32Array; width: number; height: number };

/** Pixels farther apart than this are not looked at. */
const REACH = 32;
const SAMPLES = 5000;
const COARSE_SAMPLES = 1500;
/** Another place is believed only where it fits this much better. */
const CLEARLY = 0.75;
/** Sharp edges never fit between two pixels; what is left of them after this blur does. */
const BLUR = 2;
/** Ratios of lenses, and of a picture that was widened twice. Source: lens squeezes of the field, 1.25 to 2. */
const SQUEEZES = [2, 1.8, 1.65, 1.5, 4 / 3, 1.3, 1.25];

/**
 * Finds B in A at another place, to a quarter of a pixel, or at another scale, to a quarter of a percent; in one direction
 * where a squeeze was forgotten. null: it lies best where it is.
 */
export function placeOf(a: ComparedPicture, b: ComparedPicture): Place | null {
  const [first, second] = [fieldOf(a), fieldOf(b)];
  const [moved, sized] = [bestMove(first, second), bestScale(first, second)];
  const best = sized.unexplained < moved.unexplained ? sized : moved;
  return best.unexplained < CLEARLY ? best : null;
}

function bestMove(a: Field, b: Field): Place {
  const [right, down] = [reachOf(a.width), reachOf(a.height)];
  const moves = grid(right, down, 2).map(([x, y]) => ({ x, y, scaleX: 1, scaleY: 1 }));
  const near = least(a, b, moves, COARSE_SAMPLES);
  const finer = grid(2, 2, 0.25).map(([x, y]) => ({ ...near, x: near.x + x, y: near.y + y }));
  return least(a, b, finer, SAMPLES);
}

function bestScale(a: Field, b: Field): Place {
  const uniform = Array.from({ length: 61 }, (_, k) => 0.7 + 0.01 * k).map((s) => [s, s] as const);
  const squeezed = SQUEEZES.flatMap(
    (s) =>
      [
        [s, 1],
        [1 / s, 1],
        [1, s],
        [1, 1 / s],
      ] as const,
  );
  const scales = [...uniform, ...squeezed].map(([scaleX, scaleY]) => ({ x: 0, y: 0, scaleX, scaleY }));
  const near = least(a, b, scales, SAMPLES);
  if (near.scaleX !== near.scaleY) return near;
  const finer = Array.from({ length: 9 }, (_, k) => near.scaleX + 0.0025 * (k - 4));
  return least(
    a,
    b,
    finer.map((scale) => ({ ...near, scaleX: scale, scaleY: scale })),
    SAMPLES,
  );
}

function grid(right: number, down: number, step: number): [x: number, y: number][] {
  const line = (reach: number) =>
    Array.from({ length: 2 * Math.floor(reach / step) + 1 }, (_, k) => step * (k - Math.floor(reach / step)));
  return line(down).flatMap((y) => line(right).map((x) => [x, y] as [number, number]));
}

function reachOf(length: number): number {
  return Math.min(REACH, Math.floor(length / 5));
}

function least(a: Field, b: Field, places: Omit<Place, 'unexplained'>[], samples: number): Place {
  let best: Place = { x: 0, y: 0, scaleX: 1, scaleY: 1, unexplained: 1 };
  for (const place of places) {
    const unexplained = unexplainedAt(a, b, place, samples);
    if (unexplained < best.unexplained) best = { ...place, unexplained };
  }
  return best;
}

/** Room for the differences of one place; a grid of so many samples has a few more at its edges. */
const [THERE, HERE] = [new Float64Array(2 * SAMPLES), new Float64Array(2 * SAMPLES)];

/** What reading B there leaves, over what reading it in place leaves at the same pixels; a level that is the same everywhere does not count. */
function unexplainedAt(a: Field, b: Field, place: Omit<Place, 'unexplained'>, samples: number): number {
  const { width, height, values } = a;
  const step = Math.max(1, Math.sqrt((width * height) / samples));
  const [cx, cy] = [(width - 1) / 2, (height - 1) / 2];
  let count = 0;
  for (let v = BLUR; v < height - BLUR; v += step)
    for (let u = BLUR; u < width - BLUR; u += step) {
      const [p, q] = [Math.floor(u), Math.floor(v)];
      const x = cx + (p - cx) * place.scaleX + place.x;
      const y = cy + (q - cy) * place.scaleY + place.y;
      if (x < 0 || y < 0 || x > width - 1 || y > height - 1) continue;
      const is = values[q * width + p]!;
      THERE[count] = valueAt(b, x, y) - is;
      HERE[count++] = b.values[q * width + p]! - is;
    }
  if (count < 0.2 * (width / step) * (height / step)) return 1;
  const inPlace = spread(HERE, count);
  return inPlace === 0 ? 1 : spread(THERE, count) / inPlace;
}

function spread(values: Float64Array, count: number): number {
  let [sum, apart] = [0, 0];
  for (let k = 0; k < count; k++) sum += values[k]!;
  for (let k = 0; k < count; k++) apart += Math.abs(values[k]! - sum / count);
  return apart / count;
}

function valueAt({ values, width, height }: Field, x: number, y: number): number {
  const [p, q] = [Math.min(width - 2, Math.floor(x)), Math.min(height - 2, Math.floor(y))];
  const [s, t] = [x - p, y - q];
  const at = q * width + p;
  const top = values[at]! * (1 - s) + values[at + 1]! * s;
  return top * (1 - t) + (values[at + width]! * (1 - s) + values[at + width + 1]! * s) * t;
}

/** Log codes of green, blurred. */
function fieldOf({ pixels, width, height }: ComparedPicture): Field {
  const sharp = Float32Array.from({ length: width * height }, (_, k) =>
    logCode(Math.max(0, pixels[3 * k + 1]!)),
  );
  const across = blurred(sharp, width, height, 1, width);
  return { values: blurred(across, height, width, width, 1), width, height };
}

/** Mean over a few neighbours along lines of `length`; `next` from one to the next on a line, `line` from a line to the next. */
function blurred(
  values: Float32Array,
  length: number,
  lines: number,
  next: number,
  line: number,
): Float32Array {
  const result = new Float32Array(values.length);
  for (let l = 0; l < lines; l++)
    for (let k = 0; k < length; k++) {
      let sum = 0;
      for (let d = -BLUR; d <= BLUR; d++)
        sum += values[l * line + Math.min(length - 1, Math.max(0, k + d)) * next]!;
      result[l * line + k * next] = sum / (2 * BLUR + 1);
    }
  return result;
}
