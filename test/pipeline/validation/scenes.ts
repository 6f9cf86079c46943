import type { ComparedPicture } from '../../../pipeline/validation/picture.ts';

/** Size of every picture here. */
export const SIZE = { width: 160, height: 90 };
/** Frames of a set. */
export const FRAMES = 3;
/** Light of a pixel, linear ACES2065-1, at a place that need not be whole. */
export type Scene = (x: number, y: number, frame: number, channel: number) => number;

/** A number from 0 to 1 that belongs to a place, the same at every run. */
export function grain(x: number, y: number, z: number): number {
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

/** What is filmed, by its name. */
export const SCENES: [string, (pan: number) => Scene][] = [
  ['an exterior', exterior],
  ['a face before a wall', interior],
  ['a chart', chart],
];

/** Frames of a scene, after `change` to each pixel's light. */
export function shoot(
  scene: Scene,
  change: (rgb: number[], x: number, y: number) => number[] = (rgb) => rgb,
  frames = FRAMES,
): ComparedPicture[] {
  return Array.from({ length: frames }, (_, frame) => {
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
