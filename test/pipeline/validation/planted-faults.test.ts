import { describe, expect, it } from 'vitest';
import { DEFAULT_THRESHOLDS } from '../../../pipeline/validation/judge.ts';
import type { ComparedPicture } from '../../../pipeline/validation/picture.ts';
import { judge } from './judge-all.ts';

const SIZE = { width: 160, height: 90 };
const FRAMES = 3;
/** Light of a pixel, linear ACES2065-1, at a place that need not be whole. */
type Scene = (x: number, y: number, frame: number, channel: number) => number;

/** A number from 0 to 1 that belongs to a place, the same at every run. */
function grain(x: number, y: number, z: number): number {
  const at = Math.sin(12.9898 * x + 78.233 * y + 37.719 * z) * 43758.5453;
  return at - Math.floor(at);
}

/** Smooth noise: values of a lattice, blended between its points. */
function cloud(x: number, y: number, z: number): number {
  const [i, j] = [Math.floor(x), Math.floor(y)];
  const [u, v] = [x - i, y - j].map((t) => t * t * (3 - 2 * t)) as [number, number];
  const top = grain(i, j, z) * (1 - u) + grain(i + 1, j, z) * u;
  return top * (1 - v) + (grain(i, j + 1, z) * (1 - u) + grain(i + 1, j + 1, z) * u) * v;
}

/** Octaves of clouds, hard edges of props, a lamp far above white: as exteriors are. `pan` pixels a frame. */
const exterior =
  (pan: number): Scene =>
  (x, y, frame, channel) => {
    const u = x + pan * frame;
    let stops = 0;
    for (const [size, weight] of [
      [61, 3],
      [23, 2],
      [9, 1.2],
      [3.3, 0.6],
    ] as const)
      stops += weight * (cloud(u / size, y / size, size + 0.3 * channel) - 0.5);
    if (Math.floor(u / 31) % 3 === 0 && y > 40) stops -= 2.5;
    if ((u % 120) ** 2 < 90 && Math.abs(y - 20) < 8) stops += 5;
    return 0.18 * 2 ** (stops + [0.25, 0, -0.35][channel]! * cloud(u / 40, y / 50, 7));
  };

/** A face before a plain wall: large parts that differ in nothing. */
const interior =
  (pan: number): Scene =>
  (x, y, frame, channel) => {
    const u = x + pan * frame - 80;
    const inFace = (u / 31) ** 2 + ((y - 46) / 38) ** 2 < 1;
    if (!inFace) return [0.08, 0.085, 0.09][channel]! * (1 + 0.0004 * y);
    const skin = [0.42, 0.27, 0.2][channel]! * (0.55 + 0.5 * cloud(u / 17, y / 19, 3));
    return Math.abs(u - 11) < 4 && Math.abs(y - 36) < 2 ? 0.01 : skin * (1 + 0.04 * (grain(u, y, 5) - 0.5));
  };

/** Charts as they are shot on the first day: patches, a grey ramp and a resolution wedge. */
const chart =
  (pan: number): Scene =>
  (x, y, frame, channel) => {
    const u = x + pan * frame;
    if (y > 72) return u % (2 + Math.floor(u / 40)) < 1 ? 0.02 : 0.9;
    if (y > 56) return 0.005 * 2 ** (u / 18);
    const patch = Math.floor(u / 20) + 8 * Math.floor(y / 19);
    return 0.03 + 0.7 * grain(patch, channel, 11);
  };

const SCENES: [string, (pan: number) => Scene][] = [
  ['an exterior', exterior],
  ['a face before a wall', interior],
  ['a chart', chart],
];

/** Frames of a scene, after `change` to each pixel's light. */
function shoot(
  scene: Scene,
  change: (rgb: number[], x: number, y: number) => number[] = (rgb) => rgb,
): ComparedPicture[] {
  return Array.from({ length: FRAMES }, (_, frame) => {
    const pixels = new Float32Array(SIZE.width * SIZE.height * 3);
    for (let y = 0; y < SIZE.height; y++)
      for (let x = 0; x < SIZE.width; x++) {
        const rgb = change(
          [0, 1, 2].map((channel) => scene(x, y, frame, channel)),
          x,
          y,
        );
        for (const channel of [0, 1, 2]) pixels[3 * (y * SIZE.width + x) + channel] = half(rgb[channel]!);
      }
    return { frame, ...SIZE, pixels, header: { timeCode: `01:00:00:0${frame}` } };
  });
}

/** Eleven bits of a half float's mantissa. */
function half(value: number): number {
  if (value === 0 || !Number.isFinite(value)) return value;
  const step = 2 ** (Math.max(-14, Math.floor(Math.log2(Math.abs(value)))) - 10);
  return Math.round(value / step) * step;
}

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
