/** Luminance of a scene value of 1.0 in the metric, cd/m². The metric is absolute; 100 is diffuse white of an SDR display. */
const WHITE = 100;

type Row = readonly [number, number, number];

/** ACES2065-1 to BT.2020 through XYZ, adapted from D60 to D65 by Bradford. Sources: SMPTE ST 2065-1; AMPAS CTL D60_2_D65; ITU-R BT.2020. */
const TO_BT2020 = product(
  [
    [1.716651188, -0.3556707838, -0.2533662814],
    [-0.6666843518, 1.6164812366, 0.0157685458],
    [0.0176398574, -0.0427706133, 0.9421031212],
  ],
  product(
    [
      [0.9872240087, -0.0061132286, 0.0159532883],
      [-0.0075983718, 1.0018614847, 0.0053300358],
      [0.0030725771, -0.0050959615, 1.0816806031],
    ],
    [
      [0.9525523959, 0, 0.0000936786],
      [0.3439664498, 0.7281660966, -0.0721325464],
      [0, 0, 1.0088251844],
    ],
  ),
);

/** Source: ITU-R BT.2100, table 7, ICtCp. */
const TO_LMS = scaled([
  [1688, 2146, 262],
  [683, 2951, 462],
  [99, 309, 3688],
]);
const LMS = product(TO_LMS, TO_BT2020);

/** Intensity, T and P of one pixel, whose distance times 720 is a difference in just noticeable steps. Source: ITU-R BT.2124, ΔE ITP. */
export function itpOf(r: number, g: number, b: number): [i: number, t: number, p: number] {
  const [l, m, s] = LMS.map(([x, y, z]) => pq(WHITE * (x * r + y * g + z * b))) as [number, number, number];
  return [
    0.5 * l + 0.5 * m,
    (0.5 * (6610 * l - 13613 * m + 7003 * s)) / 4096,
    (17933 * l - 17390 * m - 543 * s) / 4096,
  ];
}

/** ΔE ITP between two pixels; 1 is just noticeable. */
export function deltaItp(a: readonly number[], b: readonly number[]): number {
  return 720 * Math.hypot(a[0]! - b[0]!, a[1]! - b[1]!, a[2]! - b[2]!);
}

/** Code of a scene value on the ACEScct curve, of 1023; what a grader's log picture would hold. Source: AMPAS S-2016-001. */
export function logCode(value: number): number {
  const code =
    value <= 0.0078125 ? 10.5402377416545 * value + 0.0729055341958355 : (Math.log2(value) + 9.72) / 17.52;
  return 1023 * code;
}

/** Source: SMPTE ST 2084; negative light is taken for none. */
function pq(luminance: number): number {
  const y = Math.max(0, luminance / 10_000) ** 0.1593017578125;
  return ((0.8359375 + 18.8515625 * y) / (1 + 18.6875 * y)) ** 78.84375;
}

function product(a: readonly Row[], b: readonly Row[]): Row[] {
  const entry = (row: Row, k: 0 | 1 | 2) => row[0] * b[0]![k] + row[1] * b[1]![k] + row[2] * b[2]![k];
  return a.map((row) => [entry(row, 0), entry(row, 1), entry(row, 2)] as const);
}

function scaled(rows: Row[]): Row[] {
  return rows.map(([x, y, z]) => [x / 4096, y / 4096, z / 4096] as const);
}
