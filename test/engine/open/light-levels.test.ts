import { expect, test } from 'vitest';
import { lightMeter } from '../../../engine/open/light-levels.ts';

/** 16-bit codes of 100, 1000 and 10000 cd/m². Source: SMPTE ST 2084:2014, the curve's values 0.5081, 0.7518 and 1. */
const [NITS_100, NITS_1000, NITS_10000] = [33_297, 49_271, 65_535];

/** Planes of green, blue and red, as FFmpeg has them. */
function frame(pixels: [red: number, green: number, blue: number][]): Buffer {
  const planes = [1, 2, 0].flatMap((channel) => pixels.map((pixel) => pixel[channel]!));
  return Buffer.from(Uint16Array.from(planes).buffer);
}

test('the light of a pixel is that of its greatest colour, of a frame the mean, of a movie the most', () => {
  const meter = lightMeter(2, 2);
  const dim: [number, number, number] = [0, NITS_100, 0];
  const both = Buffer.concat([
    frame([dim, dim]),
    frame([
      [NITS_1000, 0, 0],
      [0, 0, 0],
    ]),
    frame([dim, dim]),
  ]);
  // In pieces that end within a sample.
  for (let at = 0; at < both.length; at += 5) meter.take(both.subarray(at, at + 5));
  expect(meter.levels()).toEqual({ maxCll: 1000, maxFall: 500 });
});

test('bars are no part of the mean', () => {
  const meter = lightMeter(4, 2);
  const black: [number, number, number] = [0, 0, 0];
  meter.take(frame([black, [NITS_100, NITS_100, NITS_100], [NITS_100, 0, 0], black]));
  expect(meter.levels()).toEqual({ maxCll: 100, maxFall: 100 });
});

test('the top of the scale is ten thousand', () => {
  const meter = lightMeter(1, 1);
  meter.take(frame([[NITS_10000, 0, 0]]));
  expect(meter.levels()).toEqual({ maxCll: 10_000, maxFall: 10_000 });
});
