import { logCode } from './perceptual.ts';
import type { ComparedPicture } from './picture.ts';

/** B against A: how much larger about the middle, and how far right and down then, in pixels of the pictures compared. */
export type Placement = { scale: number; x: number; y: number };

type Plane = { width: number; height: number; codes: Float32Array };

/** Both at once are believed only where they fit this much better than either alone. */
const CLEARLY = 0.6;
/** Scales and shares of the width that are looked for: beyond them nobody takes the two for one picture. */
const [LEAST_SCALE, MOST_SCALE, SCALE_STEP] = [0.7, 1.4, 0.02];
const MOST_MOVE = 1 / 6;
/** What must be inside the other picture, as a part of what is looked at. */
const LEAST_SHARED = 0.5;
/** The middle of A, as a share of it on each side. */
const MARGIN = 0.15;

/**
 * Finds a picture in another that is both of another size and elsewhere: in small pictures first, then around that in
 * larger ones. Null where one of the two by itself explains as much, or nothing does.
 * @param small A and B in few pixels
 * @param large A and B in more
 */
export function scaleAndPlace(
  small: readonly [ComparedPicture, ComparedPicture],
  large: readonly [ComparedPicture, ComparedPicture],
): Placement | null {
  const [a, b] = small.map(planeOf) as [Plane, Plane];
  const reach = Math.round(a.width * MOST_MOVE);
  const scales = range(LEAST_SCALE, MOST_SCALE, SCALE_STEP);
  const moves = range(-reach, reach, 1);
  const coarse = best(a, b, scales, moves, moves);
  const [fineA, fineB] = large.map(planeOf) as [Plane, Plane];
  const factor = fineA.width / a.width;
  const near = (middle: number, steps: number, step: number) =>
    range(middle - steps * step, middle + steps * step, step);
  const around = ({ scale, x, y }: Placement, scaleSteps: number) =>
    best(fineA, fineB, near(scale, scaleSteps, 0.005), near(x * factor, 4, 1), near(y * factor, 4, 1));
  const found = around(coarse, 4);
  const onlyMoved = around(best(a, b, [1], moves, moves), 0);
  const onlyScaled = best(fineA, fineB, range(LEAST_SCALE, MOST_SCALE, 0.01), [0], [0]);
  const isBoth = Math.abs(found.scale - 1) > 0.005 && Math.hypot(found.x, found.y) >= 1;
  if (!isBoth || found.misfit > CLEARLY * Math.min(onlyMoved.misfit, onlyScaled.misfit)) return null;
  return { scale: found.scale, x: found.x, y: found.y };
}

function best(
  a: Plane,
  b: Plane,
  scales: readonly number[],
  rights: readonly number[],
  downs: readonly number[],
): Placement & { misfit: number } {
  let least = { scale: 1, x: 0, y: 0, misfit: Number.POSITIVE_INFINITY };
  for (const scale of scales)
    for (const y of downs)
      for (const x of rights) {
        const misfit = misfitAt(a, b, { scale, x, y });
        if (misfit < least.misfit) least = { scale, x, y, misfit };
      }
  return least;
}

/** Room for the differences of one placement: ten thousand are looked at. */
const DIFFERENCES = new Float64Array(16_384);

/** Mean difference of what both show, without a level that is the same everywhere. */
function misfitAt(a: Plane, b: Plane, { scale, x, y }: Placement): number {
  const step = Math.max(1, Math.floor(Math.sqrt((a.width * a.height) / 2000)));
  const [cx, cy] = [(a.width - 1) / 2, (a.height - 1) / 2];
  let [wanted, shared, sum] = [0, 0, 0];
  for (let v = Math.ceil(MARGIN * a.height); v < (1 - MARGIN) * a.height; v += step)
    for (let u = Math.ceil(MARGIN * a.width); u < (1 - MARGIN) * a.width; u += step) {
      wanted++;
      const code = between(b, cx + (u - cx) * scale + x, cy + (v - cy) * scale + y);
      if (Number.isNaN(code)) continue;
      const difference = code - a.codes[v * a.width + u]!;
      DIFFERENCES[shared++] = difference;
      sum += difference;
    }
  if (shared < LEAST_SHARED * wanted) return Number.POSITIVE_INFINITY;
  const middle = sum / shared;
  let apart = 0;
  for (let k = 0; k < shared; k++) apart += Math.abs(DIFFERENCES[k]! - middle);
  return apart / shared;
}

/** A code between pixels; not a number outside of the picture. */
function between({ width, height, codes }: Plane, x: number, y: number): number {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  if (left < 0 || top < 0 || left + 1 >= width || top + 1 >= height) return Number.NaN;
  const [right, down] = [x - left, y - top];
  const at = top * width + left;
  const upper = codes[at]! * (1 - right) + codes[at + 1]! * right;
  const lower = codes[at + width]! * (1 - right) + codes[at + width + 1]! * right;
  return upper * (1 - down) + lower * down;
}

function planeOf({ width, height, pixels }: ComparedPicture): Plane {
  const codes = Float32Array.from({ length: width * height }, (_, k) =>
    logCode(Math.max(0, pixels[3 * k + 1]!)),
  );
  return { width, height, codes };
}

function range(from: number, to: number, step: number): number[] {
  return Array.from({ length: Math.round((to - from) / step) + 1 }, (_, k) => from + k * step);
}
