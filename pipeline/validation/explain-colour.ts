import { logCode } from './perceptual.ts';
import type { ComparedPicture } from './picture.ts';

/** Pixels looked at: a change of colour is everywhere. */
const SAMPLES = 8000;

type Row = number[];

/**
 * The part of the difference between two pictures that no change of colour explains, 0 to about 1: what is left when each
 * channel may go through any curve, or all three through any matrix. A picture that lies elsewhere is not explained by either.
 */
export function unexplainedByColour(a: ComparedPicture, b: ComparedPicture): number {
  const step = 3 * Math.max(1, Math.floor((a.width * a.height) / SAMPLES));
  const rows: { a: Row; b: Row }[] = [];
  for (let k = 0; k + 2 < a.pixels.length; k += step) rows.push({ a: tripleAt(a, k), b: tripleAt(b, k) });
  const finite = rows.filter(({ a: x, b: y }) => [...x, ...y].every(Number.isFinite));
  return Math.min(leftByCurves(finite), leftByMatrix(finite));
}

function tripleAt({ pixels }: ComparedPicture, at: number): Row {
  return [pixels[at]!, pixels[at + 1]!, pixels[at + 2]!];
}

/** Sorted by what A has, neighbours have nearly the same in B too, wherever B is a curve of A. */
function leftByCurves(rows: readonly { a: Row; b: Row }[]): number {
  let left = 0;
  let whole = 0;
  for (const channel of [0, 1, 2]) {
    const points = rows
      .map(({ a, b }) => [logCode(a[channel]!), logCode(b[channel]!)] as const)
      .sort(([x], [y]) => x - y);
    for (let k = 1; k + 1 < points.length; k++) {
      const [before, here, after] = [points[k - 1]!, points[k]!, points[k + 1]!];
      const share = after[0] === before[0] ? 0.5 : (here[0] - before[0]) / (after[0] - before[0]);
      left += Math.abs(here[1] - (before[1] + share * (after[1] - before[1])));
      whole += Math.abs(here[1] - here[0]);
    }
  }
  return whole === 0 ? 0 : left / whole;
}

/** What the best matrix with an offset, by least squares, leaves of the difference. */
function leftByMatrix(rows: readonly { a: Row; b: Row }[]): number {
  let left = 0;
  let whole = 0;
  const inputs = rows.map(({ a }) => [...a, 1]);
  for (const channel of [0, 1, 2]) {
    const weights = leastSquares(
      inputs,
      rows.map(({ b }) => b[channel]!),
    );
    rows.forEach(({ a, b }, k) => {
      const made = inputs[k]!.reduce((sum, value, at) => sum + value * weights[at]!, 0);
      left += Math.abs(logCode(b[channel]!) - logCode(made));
      whole += Math.abs(logCode(b[channel]!) - logCode(a[channel]!));
    });
  }
  return whole === 0 ? 0 : left / whole;
}

/** Weights of the inputs that come nearest to the outputs, by the normal equations; inputs that tell nothing get none. */
export function leastSquares(inputs: readonly Row[], outputs: readonly number[]): Row {
  const size = inputs[0]?.length ?? 0;
  const matrix = Array.from({ length: size }, (_, r) => [
    ...Array.from({ length: size }, (__, c) => inputs.reduce((sum, row) => sum + row[r]! * row[c]!, 0)),
    inputs.reduce((sum, row, k) => sum + row[r]! * outputs[k]!, 0),
  ]);
  for (let column = 0; column < size; column++) {
    const pivot = matrix
      .slice(column)
      .reduce((best, row) => (Math.abs(row[column]!) > Math.abs(best[column]!) ? row : best));
    const at = matrix.indexOf(pivot);
    [matrix[column], matrix[at]] = [matrix[at]!, matrix[column]!];
    if (Math.abs(pivot[column]!) < 1e-9) continue;
    for (const row of matrix) {
      if (row === pivot) continue;
      const factor = row[column]! / pivot[column]!;
      for (let k = column; k <= size; k++) row[k] = row[k]! - factor * pivot[k]!;
    }
  }
  return matrix.map((row, k) => (Math.abs(row[k]!) < 1e-9 ? 0 : row[size]! / row[k]!));
}
