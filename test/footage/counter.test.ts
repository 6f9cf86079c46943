import { describe, expect, it } from 'vitest';
import { IDENTITY3 } from '../../engine/open/matrix3.ts';
import { ARRI_LOGC3 } from '../../footage/camera-encoding.ts';
import { readCounter } from '../../footage/counter.ts';
import { makeScene } from '../../footage/scene.ts';

const size = { width: 256, height: 144 };
const scene = (width = size.width, height = size.height) =>
  makeScene({ width, height, seed: 3, tag: 0xc5, fromAp0: IDENTITY3 });

describe('the frame counter', () => {
  it('reads back every kind of frame number from scene-linear pixels', () => {
    const film = scene();
    for (const frame of [0, 1, 7, 255, 256, 4096, 65535])
      expect(readCounter(film(frame), 256, 144, 3)).toEqual({ frame, tag: 0xc5 });
  });

  it('reads back from one plane of a log picture in 8 bits', () => {
    const linear = scene()(77);
    const green = Uint8Array.from({ length: 256 * 144 }, (_, p) =>
      Math.round(255 * Math.max(0, Math.min(1, ARRI_LOGC3.curve(linear[p * 3 + 1]!)))),
    );
    expect(readCounter(green, 256, 144, 1)).toEqual({ frame: 77, tag: 0xc5 });
  });

  it('reads back after a crop to the middle and a scale to half', () => {
    const linear = scene(512, 288)(1234);
    const [left, top, width, height] = [64, 36, 192, 108];
    const half = new Float32Array(width * height);
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        half[y * width + x] = linear[((top + y * 2) * 512 + left + x * 2) * 3 + 1]!;
    expect(readCounter(half, width, height, 1)).toEqual({ frame: 1234, tag: 0xc5 });
  });

  it('is not found in a picture without one, nor in one whose modules were painted over', () => {
    expect(readCounter(new Float32Array(64 * 64), 64, 64, 1)).toBeNull();
    const linear = scene()(9).slice();
    for (let y = 80; y < 100; y++)
      for (let x = 96; x < 104; x++) linear.fill(0.9, (y * 256 + x) * 3, (y * 256 + x + 1) * 3);
    expect(readCounter(linear, 256, 144, 3)?.frame).not.toBe(9);
  });
});
