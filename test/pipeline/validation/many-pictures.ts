import type { ComparedPicture } from '../../../pipeline/validation/picture.ts';
import { grain, SCENES, type Scene, shoot } from './scenes.ts';

const exterior = SCENES[0]![1];
const face = SCENES[1]![1];
const chart = SCENES[2]![1];

/** The same number at every place of a pixel, blended between pixels: noise that has no meaning between them but a mean. */
function noiseAt(x: number, y: number, z: number): number {
  const [i, j] = [Math.floor(x), Math.floor(y)];
  const [u, v] = [x - i, y - j];
  const top = grain(i, j, z) * (1 - u) + grain(i + 1, j, z) * u;
  return top * (1 - v) + (grain(i, j + 1, z) * (1 - u) + grain(i + 1, j + 1, z) * u) * v;
}

/** Mean over a pixel, as a lens and a sensor make it: edges are soft by a pixel. */
const antialiased =
  (scene: Scene): Scene =>
  (x, y, frame, channel) => {
    let sum = 0;
    for (let v = 0; v < 4; v++)
      for (let u = 0; u < 4; u++) sum += scene(x + (u - 1.5) / 4, y + (v - 1.5) / 4, frame, channel);
    return sum / 16;
  };

/** Lines that get finer to the right and downwards, all over the picture. */
const fineLines =
  (pan: number): Scene =>
  (x, y, frame) => {
    const u = x + pan * frame;
    const period = 2 + Math.floor(Math.max(0, u) / 40);
    return ((y > 45 ? y : u) % period) - period / 2 < 0 ? 0.02 : 0.9;
  };

/** What is compared with its faulty self, by its name; `pan` pixels a frame. */
export const PICTURES: readonly (readonly [string, (pan: number) => Scene])[] = [
  ['noise', (pan) => (x, y, f, c) => 0.18 * 2 ** (3 * (noiseAt(x + pan * f, y, 3 + c) - 0.5))],
  [
    'a gradient',
    (pan) => (x, y, f, c) =>
      0.01 + [0.9, 0.6, 0.4][c]! * ((x + pan * f + 40) / 260) ** 2 + [0.1, 0.3, 0.2][c]! * (y / 90),
  ],
  ['fine lines', fineLines],
  ['a chart', chart],
  ['an antialiased chart', (pan) => antialiased(chart(pan))],
  [
    'a star of lines',
    (pan) =>
      antialiased((x, y, f) => (Math.sin(36 * Math.atan2(y - 44.5, x + pan * f - 79.5)) > 0 ? 0.9 : 0.02)),
  ],
  ['one flat colour', () => (_x, _y, _f, c) => [0.31, 0.22, 0.12][c]!],
  ['near black', (pan) => (x, y, f, c) => 0.0004 + 0.0006 * noiseAt((x + pan * f) / 2, y / 2, 5 + c)],
  ['an exterior', exterior],
  ['a face before a wall', face],
  [
    'a repeated pattern',
    (pan) => (x, y, f, c) => {
      const [i, j] = [Math.floor((((x + pan * f) % 16) + 16) % 16), Math.floor(((y % 10) + 10) % 10)];
      return 0.05 + 0.6 * grain(Math.floor(i / 4), Math.floor(j / 5), 21 + c);
    },
  ],
  [
    'a periodic texture',
    (pan) => (x, y, f, c) =>
      0.18 *
      2 ** (1.5 * Math.sin((2 * Math.PI * (x + pan * f)) / 9) * Math.cos((2 * Math.PI * y) / 7) + 0.2 * c),
  ],
];

/** What was done to a picture: by its name, and the codes that are true of it. */
export type Planted = {
  name: string;
  /** Codes that name what was done, or a part of it. */
  is: readonly string[];
  /** Where it lies, before it is taken. */
  scene?: (scene: Scene) => Scene;
  /** Its light, pixel by pixel. */
  light?: (rgb: number[], x: number, y: number) => number[];
  /** Of the picture that was taken. */
  pixels?: (picture: ComparedPicture) => ComparedPicture;
};

const [CX, CY] = [79.5, 44.5];
const at =
  (place: (x: number, y: number) => [number, number]) =>
  (scene: Scene): Scene =>
  (x, y, frame, channel) =>
    scene(...place(x, y), frame, channel);
const moved = (dx: number, dy: number) => at((x, y) => [x - dx, y - dy]);
const scaled = (s: number, t = s) => at((x, y) => [CX + (x - CX) / s, CY + (y - CY) / t]);
const each = (change: (value: number, channel: number) => number) => (rgb: number[]) => rgb.map(change);
const luma = ([r, g, b]: number[]) => 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
const saturated = (s: number) => (rgb: number[]) => rgb.map((v) => luma(rgb) + s * (v - luma(rgb)));

/** The picture read between its pixels, as a program that resamples does it; edges are held. */
export function resampled(place: (x: number, y: number) => [number, number]) {
  return (picture: ComparedPicture): ComparedPicture => {
    const { width, height, pixels } = picture;
    const made = new Float32Array(pixels.length);
    const read = (x: number, y: number, c: number) => {
      const [u, v] = [Math.min(width - 1, Math.max(0, x)), Math.min(height - 1, Math.max(0, y))];
      const [i, j] = [Math.min(width - 2, Math.floor(u)), Math.min(height - 2, Math.floor(v))];
      const of = (k: number, l: number) => pixels[3 * (l * width + k) + c]!;
      const top = of(i, j) * (1 - u + i) + of(i + 1, j) * (u - i);
      return top * (1 - v + j) + (of(i, j + 1) * (1 - u + i) + of(i + 1, j + 1) * (u - i)) * (v - j);
    };
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        for (const c of [0, 1, 2]) made[3 * (y * width + x) + c] = read(...place(x, y), c);
    return { ...picture, pixels: made };
  };
}
const resized = (s: number, t = s) => resampled((x, y) => [CX + (x - CX) / s, CY + (y - CY) / t]);

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
/** Light of ACES2065-1 in Rec.709, and of P3-D65 in ACES2065-1. Source: OpenColorIO's ACES config, Bradford. */
const TO_709 = [
  [2.52168619, -1.13413099, -0.3875552],
  [-0.27647991, 1.37271909, -0.09623917],
  [-0.01537806, -0.15297534, 1.1683534],
];
const FROM_P3 = [
  [0.51893348, 0.28625658, 0.19480993],
  [0.07385939, 0.81984514, 0.10629545],
  [-0.00030701, 0.04380705, 0.95649993],
];
const by = (matrix: number[][]) => (rgb: number[]) =>
  matrix.map((row) => row[0]! * rgb[0]! + row[1]! * rgb[1]! + row[2]! * rgb[2]!);
const primaries = (rgb: number[]) => by(FROM_P3)(by(TO_709)(rgb));

const noisy = (strength: number) => (rgb: number[], x: number, y: number) =>
  rgb.map((v, c) => v * 2 ** (strength * (grain(x + 0.3, y, 91 + c) - 0.5)));

const PLACES: Planted[] = [
  ...(
    [
      [1, 0],
      [0, -1],
      [-2, 3],
      [7, 0],
      [0.5, 0],
      [-0.5, 0.5],
      [20, -9],
    ] as const
  ).map(([x, y]) => ({
    name: `moved ${x},${y}`,
    is: ['framing-offset'],
    scene: moved(x, y),
  })),
  { name: 'moved 0.5,0, resampled', is: ['framing-offset'], pixels: resampled((x, y) => [x - 0.5, y]) },
  ...[1.01, 0.99, 1.05, 0.9, 1.25, 0.5, 2].map((s) => ({
    name: `scaled ${s}`,
    is: ['framing-scale'],
    scene: scaled(s),
  })),
  ...[1.01, 0.5, 2].map((s) => ({
    name: `scaled ${s}, resampled`,
    is: ['framing-scale'],
    pixels: resized(s),
  })),
  ...[2, 0.5, 1.3, 1 / 1.3].map((s) => ({
    name: `wide by ${s.toFixed(2)}`,
    is: ['framing-scale'],
    scene: scaled(s, 1),
  })),
  ...[2, 0.5, 1.3].map((s) => ({
    name: `wide by ${s}, resampled`,
    is: ['framing-scale'],
    pixels: resized(s, 1),
  })),
  {
    name: 'cropped and moved',
    is: ['framing-scale', 'framing-offset'],
    scene: at((x, y) => [x * 0.9 + 4, y * 0.9]),
  },
  { name: 'flipped', is: ['orientation'], scene: at((x, y) => [x, 89 - y]) },
  { name: 'flopped', is: ['orientation'], scene: at((x, y) => [159 - x, y]) },
  { name: 'turned', is: ['orientation'], scene: at((x, y) => [159 - x, 89 - y]) },
];

const COLOURS: Planted[] = [
  ...[0.5, -0.5, 1, -1, 0.1, -1 / 3].map((stops) => ({
    name: `${stops.toFixed(2)} stops`,
    is: ['exposure'],
    light: each((v) => v * 2 ** stops),
  })),
  ...(
    [
      [1.25, 1, 0.8],
      [0.85, 1, 1.2],
      [1.05, 1, 0.97],
    ] as const
  ).map((gains) => ({
    name: `gains ${gains.join(' ')}`,
    is: ['white-balance'],
    light: each((v, c) => v * gains[c]!),
  })),
  ...[1.2, 0.85, 1.1, 2.2 / 2.4].map((gamma) => ({
    name: `gamma ${gamma.toFixed(2)}`,
    is: ['transfer-function'],
    light: each((v) => Math.max(0, v) ** gamma),
  })),
  { name: 'log shown as light', is: ['transfer-function'], light: each((v) => slog3(v)) },
  { name: 'log read as legal', is: ['range'], light: each((v) => unSlog3(unLegal(slog3(v)))) },
  { name: 'log read as full', is: ['range'], light: each((v) => unSlog3(legal(slog3(v)))) },
  { name: 'light read as legal', is: ['range'], light: each(unLegal) },
  { name: 'light read as full', is: ['range'], light: each(legal) },
  ...[0.95, 0.7, 1.3, 0].map((s) => ({ name: `saturation ${s}`, is: ['saturation'], light: saturated(s) })),
  { name: 'Rec.709 for P3', is: ['primaries'], light: primaries },
  { name: 'blue for red', is: ['channels'], light: ([r, g, b]) => [b!, g!, r!] },
  { name: 'green for red', is: ['channels'], light: ([r, g, b]) => [g!, r!, b!] },
  { name: 'clipped', is: ['clipping'], light: each((v) => Math.min(v, 0.3)) },
  { name: 'black', is: ['black'], light: () => [0, 0, 0] },
];

const DETAILS: Planted[] = [
  { name: 'other noise', is: ['grain'], light: noisy(0.5) },
  { name: 'little noise', is: ['grain'], light: noisy(0.1) },
  {
    name: 'softened',
    is: ['grain'],
    pixels: (picture) => {
      const [left, right] = [0.7, -0.7].map((d) => resampled((x, y) => [x + d, y])(picture).pixels);
      return { ...picture, pixels: picture.pixels.map((v, k) => v / 3 + (left![k]! + right![k]!) / 3) };
    },
  },
  {
    name: 'one tile missing',
    is: [],
    light: (rgb, x, y) => (x >= 64 && x < 96 && y >= 32 && y < 64 ? [0, 0, 0] : rgb),
  },
  {
    name: 'one row of tiles brighter',
    is: [],
    light: (rgb, _, y) => (y < 32 ? rgb.map((v) => 1.2 * v) : rgb),
  },
  {
    name: 'dark corners',
    is: [],
    light: (rgb, x, y) => rgb.map((v) => v * (1 - (0.5 * (((x - CX) / CX) ** 2 + ((y - CY) / CY) ** 2)) / 2)),
  },
];

const PAIRS: Planted[] = [
  {
    name: 'moved 3,1 and half a stop',
    is: ['framing-offset', 'exposure'],
    scene: moved(3, 1),
    light: each((v) => v * Math.SQRT2),
  },
  {
    name: 'half a stop and other gains',
    is: ['exposure', 'white-balance'],
    light: each((v, c) => v * Math.SQRT2 * [1.2, 1, 0.85][c]!),
  },
  {
    name: 'a gamma and a saturation',
    is: ['transfer-function', 'saturation'],
    light: (rgb) => saturated(0.8)(rgb).map((v) => Math.max(0, v) ** 1.15),
  },
  {
    name: 'mirrored and a third of a stop',
    is: ['orientation', 'exposure'],
    scene: at((x, y) => [159 - x, y]),
    light: each((v) => v * 2 ** (1 / 3)),
  },
  {
    name: 'scaled 0.9 and other gains',
    is: ['framing-scale', 'white-balance'],
    scene: scaled(0.9),
    light: each((v, c) => v * [1.2, 1, 0.85][c]!),
  },
  {
    name: 'blue for red, moved 1,0',
    is: ['channels', 'framing-offset'],
    scene: moved(1, 0),
    light: ([r, g, b]) => [b!, g!, r!],
  },
  {
    name: 'a gamma and noise',
    is: ['transfer-function', 'grain'],
    light: (rgb, x, y) =>
      noisy(0.2)(
        rgb.map((v) => Math.max(0, v) ** 1.2),
        x,
        y,
      ),
  },
  {
    name: 'primaries and half a stop',
    is: ['primaries', 'exposure'],
    light: (rgb) => primaries(rgb).map((v) => v * Math.SQRT2),
  },
];

/** All that is planted. */
export const PLANTED: readonly Planted[] = [
  { name: 'nothing', is: [] },
  ...PLACES,
  ...COLOURS,
  ...DETAILS,
  ...PAIRS,
];

/** Takes frames of a picture with something planted in them. */
export function plant(sceneOf: Scene, { scene = (s) => s, light, pixels = (p) => p }: Planted, frames = 1) {
  return shoot(scene(sceneOf), light, frames).map(pixels);
}
