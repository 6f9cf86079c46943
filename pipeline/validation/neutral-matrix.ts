import { leastSquares } from './explain-colour.ts';
import { logCode } from './perceptual.ts';

/** Red, green and blue. */
export type Triple = readonly [number, number, number];
/** The light of one pixel in both pictures. */
export type Pair = { a: Triple; b: Triple };

type Matrix = readonly [Triple, Triple, Triple];

/** A matrix explains no more than this part of the difference away when it is not the cause. */
export const MATRIX_LEAVES = 0.1;

/** The matrix from A to B where it explains the difference, leaves grey as it is, and mixes channels; else null. */
export function neutralMatrix(pairs: readonly Pair[]): Matrix | null {
  const matrix = [0, 1, 2].map((channel) =>
    leastSquares(
      // Each pixel counts by its own light: the brightest alone would decide.
      pairs.map(({ a }) => a.map((value) => value / weightOf(a))),
      pairs.map(({ a, b }) => b[channel]! / weightOf(a)),
    ),
  ) as unknown as Matrix;
  const isNeutral = matrix.every((row) => Math.abs(row[0] + row[1] + row[2] - 1) < 0.02);
  const mixing = Math.max(
    ...matrix.flatMap((row, r) => row.map((value, c) => (r === c ? 0 : Math.abs(value)))),
  );
  if (!isNeutral || mixing < 0.02) return null;
  return leftByMatrix(pairs, matrix) < MATRIX_LEAVES ? matrix : null;
}

/** The part of the difference that a matrix leaves. */
function leftByMatrix(pairs: readonly Pair[], matrix: Matrix): number {
  let [left, whole] = [0, 0];
  for (const { a, b } of pairs)
    for (const [channel, row] of matrix.entries()) {
      const made = row[0] * a[0] + row[1] * a[1] + row[2] * a[2];
      left += Math.abs(logCode(b[channel]!) - logCode(made));
      whole += Math.abs(logCode(b[channel]!) - logCode(a[channel]!));
    }
  return whole === 0 ? 1 : left / whole;
}

function weightOf([r, g, b]: Triple): number {
  return 0.02 + Math.max(Math.abs(r), Math.abs(g), Math.abs(b));
}

/** The part of the difference that is left when colours are brought nearer to grey or farther from it, and nothing else. */
export function leftBySaturationOf(pairs: readonly Pair[], factor: number): number {
  const weights = [0.2126, 0.7152, 0.0722];
  const matrix = weights.map((_, r) =>
    weights.map((weight, c) => (r === c ? factor : 0) + (1 - factor) * weight),
  ) as unknown as Matrix;
  return leftByMatrix(pairs, matrix);
}
