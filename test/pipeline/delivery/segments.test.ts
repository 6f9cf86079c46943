import { describe, expect, it } from 'vitest';
import { gridFrames, segmentsOf } from '../../../pipeline/delivery/segments.ts';

const UHD = { width: 3840, height: 2160 };

describe('segments on a fixed grid of source frames', () => {
  it('has 24 frames at 4K and 96 at HD', () => {
    expect(gridFrames({ width: 4096, height: 2160 })).toBe(24);
    expect(gridFrames(UHD)).toBe(24);
    expect(gridFrames({ width: 2880, height: 1620 })).toBe(48);
    expect(gridFrames({ width: 1920, height: 1080 })).toBe(96);
  });

  it('cuts a range at grid lines that count from source frame 0', () => {
    expect(segmentsOf({ first: 20, last: 51 }, UHD)).toEqual([
      { first: 20, last: 23 },
      { first: 24, last: 47 },
      { first: 48, last: 51 },
    ]);
    expect(segmentsOf({ first: 24, last: 47 }, UHD)).toEqual([{ first: 24, last: 47 }]);
    expect(segmentsOf({ first: 7, last: 7 }, UHD)).toEqual([{ first: 7, last: 7 }]);
  });

  it('covers every frame once, for any range', () => {
    for (let first = 0; first < 60; first += 7) {
      for (let last = first; last < first + 80; last += 11) {
        const frames = segmentsOf({ first, last }, UHD).flatMap((s) => range(s.first, s.last));
        expect(frames).toEqual(range(first, last));
      }
    }
  });

  it('shares the inner segments of two plates that overlap', () => {
    const one = segmentsOf({ first: 3, last: 90 }, UHD);
    const extended = segmentsOf({ first: 0, last: 120 }, UHD);
    expect(extended).toEqual(expect.arrayContaining(one.slice(1, -1)));
  });
});

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}
