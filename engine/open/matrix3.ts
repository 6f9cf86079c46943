/** A 3x3 matrix, row by row. */
export type Matrix3 = readonly number[];

/** Three components: a colour, a white point. */
export type Vector3 = readonly [number, number, number];

/** The matrix that changes nothing. */
export const IDENTITY3: Matrix3 = [1, 0, 0, 0, 1, 0, 0, 0, 1];

/** `a` after `b`: the matrix that applies `b` first. */
export function multiply3(a: Matrix3, b: Matrix3): Matrix3 {
  return [0, 1, 2].flatMap((row) =>
    [0, 1, 2].map((column) => [0, 1, 2].reduce((sum, k) => sum + a[row * 3 + k]! * b[k * 3 + column]!, 0)),
  );
}

/** The matrix applied to a column. */
export function apply3(m: Matrix3, v: Vector3): Vector3 {
  const row = (r: number) => m[r * 3]! * v[0] + m[r * 3 + 1]! * v[1] + m[r * 3 + 2]! * v[2];
  return [row(0), row(1), row(2)];
}

/**
 * The matrix that undoes `m`.
 * @throws RangeError when there is none
 */
export function invert3(m: Matrix3): Matrix3 {
  const [a, b, c, d, e, f, g, h, i] = m as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const determinant = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
  if (!Number.isFinite(1 / determinant)) throw new RangeError(`a matrix without inverse: ${m.join(' ')}`);
  return [
    e * i - f * h,
    c * h - b * i,
    b * f - c * e,
    f * g - d * i,
    a * i - c * g,
    c * d - a * f,
    d * h - e * g,
    b * g - a * h,
    a * e - b * d,
  ].map((value) => value / determinant);
}

/** A matrix that scales each component by itself. */
export function diagonal3(v: Vector3): Matrix3 {
  return [v[0], 0, 0, 0, v[1], 0, 0, 0, v[2]];
}
