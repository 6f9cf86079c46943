/** Three numbers: a row of a matrix, or a colour. */
type Row = readonly [number, number, number];
/** Rows of what becomes red, green and blue. */
export type Matrix = readonly [Row, Row, Row];
type Gamut = { red: Row2; green: Row2; blue: Row2; white: Row2 };
type Row2 = readonly [x: number, y: number];

const D65: Row2 = [0.3127, 0.329];
const D60: Row2 = [0.32168, 0.33767];

/** Primaries that pictures are coded in. Sources: the makers' papers named in `recorded-curves.ts`, ITU-R BT.709 and BT.2020, SMPTE RP 431-2 and ST 2065-1. */
const GAMUTS: Readonly<Record<string, Gamut>> = {
  'Rec.709': { red: [0.64, 0.33], green: [0.3, 0.6], blue: [0.15, 0.06], white: D65 },
  'P3-D65': { red: [0.68, 0.32], green: [0.265, 0.69], blue: [0.15, 0.06], white: D65 },
  'Rec.2020': { red: [0.708, 0.292], green: [0.17, 0.797], blue: [0.131, 0.046], white: D65 },
  'ACES2065-1': { red: [0.7347, 0.2653], green: [0, 1], blue: [0.0001, -0.077], white: D60 },
  ACEScg: { red: [0.713, 0.293], green: [0.165, 0.83], blue: [0.128, 0.044], white: D60 },
  AWG3: { red: [0.684, 0.313], green: [0.221, 0.848], blue: [0.0861, -0.102], white: D65 },
  AWG4: { red: [0.7347, 0.2653], green: [0.1424, 0.8576], blue: [0.0991, -0.0308], white: D65 },
  'S-Gamut3': { red: [0.73, 0.28], green: [0.14, 0.855], blue: [0.1, -0.05], white: D65 },
  'S-Gamut3.Cine': { red: [0.766, 0.275], green: [0.225, 0.8], blue: [0.089, -0.087], white: D65 },
  REDWideGamutRGB: {
    red: [0.780308, 0.304253],
    green: [0.121595, 1.493994],
    blue: [0.095612, -0.084589],
    white: D65,
  },
  'V-Gamut': { red: [0.73, 0.28], green: [0.165, 0.84], blue: [0.1, -0.03], white: D65 },
};

/** One set of primaries taken for another, and what that does to light in ACES2065-1. */
export type Mistake = { coded: string; readAs: string; matrix: Matrix };

/** Every known set of primaries taken for every other. */
export function mistakenPrimaries(): Mistake[] {
  const names = Object.keys(GAMUTS);
  return names.flatMap((coded) =>
    names
      .filter((readAs) => readAs !== coded)
      .map((readAs) => ({ coded, readAs, matrix: product(TO_ACES[readAs]!, inverse(TO_ACES[coded]!)) })),
  );
}

/** Source: Bradford cone responses, as in ICC.1 annex E. */
const CONES: Matrix = [
  [0.8951, 0.2664, -0.1614],
  [-0.7502, 1.7135, 0.0367],
  [0.0389, -0.0685, 1.0296],
];

const TO_ACES: Record<string, Matrix> = toAces();

function toAces(): Record<string, Matrix> {
  const fromXyz = inverse(toXyz(GAMUTS['ACES2065-1']!));
  return Object.fromEntries(
    Object.entries(GAMUTS).map(([name, gamut]) => [
      name,
      product(fromXyz, product(adaptation(gamut.white), toXyz(gamut))),
    ]),
  );
}

/** Normalized primaries of a gamut. Source: SMPTE RP 177. */
function toXyz({ red, green, blue, white }: Gamut): Matrix {
  const [r, g, b] = [red, green, blue].map(xyzOf) as [Row, Row, Row];
  const columns: Matrix = [
    [r[0], g[0], b[0]],
    [r[1], g[1], b[1]],
    [r[2], g[2], b[2]],
  ];
  const [s, t, u] = times(inverse(columns), xyzOf(white));
  return columns.map(([x, y, z]) => [x * s, y * t, z * u] as const) as unknown as Matrix;
}

function adaptation(white: Row2): Matrix {
  const [from, to] = [times(CONES, xyzOf(white)), times(CONES, xyzOf(D60))];
  const gains: Matrix = [
    [to[0] / from[0], 0, 0],
    [0, to[1] / from[1], 0],
    [0, 0, to[2] / from[2]],
  ];
  return product(inverse(CONES), product(gains, CONES));
}

function xyzOf([x, y]: Row2): Row {
  return [x / y, 1, (1 - x - y) / y];
}

function times(matrix: Matrix, [x, y, z]: Row): Row {
  return matrix.map(([a, b, c]) => a * x + b * y + c * z) as unknown as Row;
}

function product(a: Matrix, b: Matrix): Matrix {
  const entry = (row: Row, k: 0 | 1 | 2) => row[0] * b[0][k] + row[1] * b[1][k] + row[2] * b[2][k];
  return a.map((row) => [entry(row, 0), entry(row, 1), entry(row, 2)] as const) as unknown as Matrix;
}

function inverse([[a, b, c], [d, e, f], [g, h, i]]: Matrix): Matrix {
  const determinant = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
  return [
    [e * i - f * h, c * h - b * i, b * f - c * e],
    [f * g - d * i, a * i - c * g, c * d - a * f],
    [d * h - e * g, b * g - a * h, a * e - b * d],
  ].map((row) => row.map((value) => value / determinant)) as unknown as Matrix;
}
