import { describe, expect, it } from 'vitest';
import { DEFAULT_THRESHOLDS } from '../../../pipeline/validation/judge.ts';
import type { ComparedPicture } from '../../../pipeline/validation/picture.ts';
import { judge } from './judge-all.ts';
import { FRAMES, SCENES, type Scene, SIZE, shoot } from './scenes.ts';

const each = (change: (value: number, channel: number) => number) => (rgb: number[]) => rgb.map(change);
const at =
  (place: (x: number, y: number) => [number, number], from: Scene): Scene =>
  (x, y, frame, channel) =>
    from(...place(x, y), frame, channel);
/** Between two pixels, as a program that resamples has it: half of each. */
const between =
  (scene: Scene, dx: number, dy: number): Scene =>
  (x, y, frame, channel) =>
    (scene(x, y, frame, channel) + scene(x + dx, y + dy, frame, channel)) / 2;
const luma = ([r, g, b]: number[]) => 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
/** Sony's log curve and back. Source: technical summary for S-Log3, 2014. */
const slog3 = (v: number) =>
  v >= 0.01125
    ? (420 + Math.log10((v + 0.01) / 0.19) * 261.5) / 1023
    : ((v * (171.2102946929 - 95)) / 0.01125 + 95) / 1023;
const unSlog3 = (c: number) =>
  c >= 171.2102946929 / 1023
    ? 10 ** ((1023 * c - 420) / 261.5) * 0.19 - 0.01
    : ((1023 * c - 95) * 0.01125) / (171.2102946929 - 95);
const legal = (c: number) => (64 + 876 * c) / 1023;
const unLegal = (c: number) => (1023 * c - 64) / 876;
const [CX, CY] = [(SIZE.width - 1) / 2, (SIZE.height - 1) / 2];
const scaled =
  (s: number, t = s) =>
  (x: number, y: number) =>
    [CX + (x - CX) / s, CY + (y - CY) / t] as [number, number];

type Planted = {
  scene?: (scene: Scene) => Scene;
  change?: (rgb: number[], x: number, y: number) => number[];
  code: string;
  /** Where fine lines leave nothing to tell it by: it does not pass, and the figures say how far. */
  isOnlyFoundIn?: string;
};
const PLANTED: [string, Planted][] = [
  ['half a pixel to the right', { scene: (s) => at((x, y) => [x - 0.5, y], s), code: 'framing-offset' }],
  ['half a pixel up, resampled', { scene: (s) => between(s, 0, 1), code: 'framing-offset' }],
  ['one pixel down', { scene: (s) => at((x, y) => [x, y - 1], s), code: 'framing-offset' }],
  ['seven pixels to the left', { scene: (s) => at((x, y) => [x + 7, y], s), code: 'framing-offset' }],
  [
    '1.01 times as large',
    { scene: (s) => at(scaled(1.01), s), code: 'framing-scale', isOnlyFoundIn: 'a chart' },
  ],
  [
    'not desqueezed',
    { scene: (s) => at(scaled(0.5, 1), s), code: 'framing-scale', isOnlyFoundIn: 'a chart' },
  ],
  ['desqueezed twice', { scene: (s) => at(scaled(2, 1), s), code: 'framing-scale' }],
  ['mirrored', { scene: (s) => at((x, y) => [SIZE.width - 1 - x, y], s), code: 'orientation' }],
  [
    'display gamma 2.2 for 2.4',
    { change: each((v) => Math.max(0, v) ** (2.2 / 2.4)), code: 'transfer-function' },
  ],
  ['one stop', { change: each((v) => 2 * v), code: 'exposure' }],
  ['a third of a stop under', { change: each((v) => v * 2 ** (-1 / 3)), code: 'exposure' }],
  ['blue for red', { change: ([r, g, b]) => [b!, g!, r!], code: 'channels' }],
  ['another white balance', { change: each((v, c) => v * [1.18, 1, 0.82][c]!), code: 'white-balance' }],
  [
    'saturation 0.95',
    { change: (rgb) => rgb.map((v) => luma(rgb) + 0.95 * (v - luma(rgb))), code: 'saturation' },
  ],
  ['log read as legal range', { change: each((v) => unSlog3(unLegal(slog3(v)))), code: 'range' }],
  ['log read as full range', { change: each((v) => unSlog3(legal(slog3(v)))), code: 'range' }],
  ['light read as legal range', { change: each((v) => unLegal(v)), code: 'range' }],
  ['black', { change: () => [0, 0, 0], code: 'black' }],
];

/** What most frames are said to have. */
function mostOften(codes: readonly string[]): string | undefined {
  const counts = Map.groupBy(codes, (code) => code);
  return [...counts].sort(([, a], [, b]) => b.length - a.length)[0]?.[0];
}

describe.each(SCENES)('%s', (name, sceneOf) => {
  const right = shoot(sceneOf(6));

  it.each(PLANTED)('%s is named', (_, { scene = (s) => s, change = (rgb) => rgb, code, isOnlyFoundIn }) => {
    const { passed, faults, worst } = judge(right, shoot(scene(sceneOf(6)), change), DEFAULT_THRESHOLDS);
    expect(passed).toBe(false);
    expect(faults).toHaveLength(FRAMES);
    expect(worst.deltaItp.p99).toBeGreaterThan(DEFAULT_THRESHOLDS.deltaItp.p99);
    const codes = faults.map((fault) => fault.code);
    if (name !== isOnlyFoundIn) expect(mostOften(codes), faults[0]?.forPeople).toBe(code);
  });

  it('two runs pass, and frames that are one late are called so', () => {
    expect(judge(right, shoot(sceneOf(6)), DEFAULT_THRESHOLDS)).toMatchObject({ passed: true, faults: [] });
    const late = shoot((x, y, frame, channel) => sceneOf(6)(x, y, frame - 1, channel));
    expect(judge(right, late, DEFAULT_THRESHOLDS).faults).toMatchObject([
      { code: 'frame-slip', technical: { slip: 1 } },
    ]);
  });

  it('a shot in which nothing moves is not called late, whichever of its frames is compared', () => {
    const still = shoot(sceneOf(0));
    const late = shoot((x, y, frame, channel) => sceneOf(0)(x, y, frame - 1, channel));
    expect(judge(still, late, DEFAULT_THRESHOLDS)).toMatchObject({ passed: true, faults: [] });
    const brighter = shoot(
      sceneOf(0),
      each((v) => v * Math.SQRT2),
    );
    expect(judge(still, brighter, DEFAULT_THRESHOLDS).faults.map(({ code }) => code)).toEqual(
      Array(FRAMES).fill('exposure'),
    );
  });

  it('one black frame among good ones is the only one told', () => {
    const frames = shoot(sceneOf(6));
    frames[1] = { ...frames[1]!, pixels: new Float32Array(frames[1]!.pixels.length) };
    expect(judge(right, frames, DEFAULT_THRESHOLDS).faults).toMatchObject([{ code: 'black', frame: 1 }]);
  });
});

it('a size that differs by a squeeze says so', () => {
  const wide = (width: number, height: number): ComparedPicture[] => [
    { frame: 0, width, height, pixels: new Float32Array(3 * width * height), header: null },
  ];
  const told = (a: ComparedPicture[], b: ComparedPicture[]) =>
    judge(a, b, DEFAULT_THRESHOLDS).faults[0]!.forPeople;
  expect(told(wide(40, 18), wide(20, 18))).toBe(
    '40x18 against 20x18: as if only one of them were desqueezed by 2',
  );
  expect(told(wide(40, 18), wide(20, 9))).toBe('40x18 against 20x9');
});
