import { describe, expect, it } from 'vitest';
import { absolute, floor, multiply, rational } from '../../../standards/time/rational.ts';
import {
  framesHolding,
  scaleHandle,
  shownFrames,
  sourceRange,
} from '../../../standards/time/source-range.ts';

const frames = (entry: number, length: number, step: { num: number; den: number }) =>
  shownFrames(framesHolding(sourceRange(entry, length, step)), step);

describe('source range of a use', () => {
  it('has one frame per frame at normal speed', () => {
    expect(frames(100, 24, rational(1))).toEqual({ first: 100, last: 123 });
  });

  it('has half the frames at half speed and twice at double speed', () => {
    expect(frames(100, 48, rational(1, 2))).toEqual({ first: 100, last: 123 });
    expect(frames(100, 24, rational(2))).toEqual({ first: 100, last: 147 });
  });

  it('is rounded outward where speed and length give no whole frame', () => {
    expect(frames(100, 25, rational(317, 240))).toEqual({ first: 100, last: 133 });
    expect(frames(100, 25, rational(-317, 240))).toEqual({ first: 100, last: 67 });
  });

  it('is mirrored in reverse and one frame in a freeze', () => {
    expect(frames(123, 24, rational(-1))).toEqual({ first: 123, last: 100 });
    expect(frames(100, 50, rational(0))).toEqual({ first: 100, last: 100 });
  });

  it('scales handles by the speed and rounds outward', () => {
    expect(
      [rational(1), rational(2), rational(1, 2), rational(-3, 2), rational(5, 4), rational(0)].map((speed) =>
        scaleHandle(8, speed),
      ),
    ).toEqual([8, 16, 4, 12, 10, 8]);
    expect(scaleHandle(8, rational(1, 3))).toBe(3);
  });

  it('holds every frame shown and ends within one step of the last, for random uses', () => {
    let seed = 7;
    const random = (below: number) => {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      return seed % below;
    };
    for (let run = 0; run < 50_000; run++) {
      const entry = random(1_000_000) + 100_000;
      const length = 1 + random(200);
      const step = rational(random(400) - 200, 1 + random(60));
      const reach = floor(multiply(absolute(step), rational(length - 1)));
      const lastSampled = step.num < 0 ? entry - reach : entry + reach;
      const { first, last } = frames(entry, length, step);
      const beyond = Math.abs(last - lastSampled);
      if (
        first !== entry ||
        (last - lastSampled) * Math.sign(step.num) < 0 ||
        beyond > Math.abs(step.num / step.den) + 1
      ) {
        expect.fail(
          `entry ${entry}, ${length} frames, step ${step.num}/${step.den}: ${JSON.stringify({ first, last, lastSampled })}`,
        );
      }
    }
  });
});
