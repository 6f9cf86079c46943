import { describe, expect, it } from 'vitest';
import { DEFAULT_THRESHOLDS } from '../../../pipeline/validation/judge.ts';
import { itpOf, logCode } from '../../../pipeline/validation/perceptual.ts';
import type { ComparedPicture } from '../../../pipeline/validation/picture.ts';
import { judge } from './judge-all.ts';

const SIZE = { width: 96, height: 54 };

/** A scene with detail at every level that moves five pixels a frame, read at a place. */
function light(x: number, y: number, frame: number, channel: number): number {
  const u = x + 5 * frame;
  const wave = Math.sin(u / 3.1 + channel) * Math.cos(y / 2.7) + 0.6 * Math.sin(u * 0.37 + y * 0.53);
  return 0.18 * 2 ** (2.2 * wave + 0.2 * channel);
}

function shoot(
  frames: number,
  of: (x: number, y: number, frame: number, channel: number) => number = light,
): ComparedPicture[] {
  return Array.from({ length: frames }, (_, frame) => {
    const pixels = new Float32Array(SIZE.width * SIZE.height * 3);
    for (let k = 0; k < pixels.length; k++) {
      const [pixel, channel] = [Math.floor(k / 3), k % 3];
      pixels[k] = of(pixel % SIZE.width, Math.floor(pixel / SIZE.width), frame, channel);
    }
    return { frame, ...SIZE, pixels, header: { timeCode: `01:00:00:0${frame}`, software: 'x' } };
  });
}

const codesOf = (b: ComparedPicture[]) => [
  ...new Set(judge(shoot(4), b, DEFAULT_THRESHOLDS).faults.map(({ code }) => code)),
];

describe('the gate', () => {
  it('passes two runs of the same engine, and names no difference at all', () => {
    const { passed, worst } = judge(shoot(4), shoot(4), DEFAULT_THRESHOLDS);
    expect(passed).toBe(true);
    expect(worst.deltaItp).toEqual({ max: 0, mean: 0, p99: 0 });
  });

  it('passes rounding to half float', () => {
    const rounded = shoot(4, (...at) => light(...at) * (1 + 2 ** -12));
    expect(judge(shoot(4), rounded, DEFAULT_THRESHOLDS).passed).toBe(true);
  });

  it('finds half a stop of exposure', () => {
    const { faults } = judge(
      shoot(4),
      shoot(4, (...at) => light(...at) * Math.SQRT2),
      DEFAULT_THRESHOLDS,
    );
    expect(faults).toHaveLength(4);
    expect(faults[0]).toMatchObject({ code: 'exposure', technical: { stops: expect.closeTo(0.5, 3) } });
  });

  it('finds a swapped white balance', () => {
    const gains = [1.25, 1, 0.8];
    expect(codesOf(shoot(4, (x, y, f, c) => light(x, y, f, c) * gains[c]!))).toEqual(['white-balance']);
  });

  it('finds a wrong transfer function', () => {
    expect(codesOf(shoot(4, (...at) => 0.18 * (light(...at) / 0.18) ** 1.2))).toEqual(['transfer-function']);
  });

  it.each([
    [1, 0],
    [0, -1],
    [-2, 1],
  ])('finds a picture that lies %i,%i pixels away', (dx, dy) => {
    const { faults } = judge(
      shoot(1),
      shoot(1, (x, y, f, c) => light(x - dx, y - dy, f, c)),
      DEFAULT_THRESHOLDS,
    );
    expect(faults).toMatchObject([{ code: 'framing-offset', technical: { x: dx, y: dy } }]);
  });

  it('finds frames that are one late', () => {
    const { faults } = judge(
      shoot(5),
      shoot(5, (x, y, f, c) => light(x, y, f - 1, c)),
      DEFAULT_THRESHOLDS,
    );
    expect(faults).toMatchObject([{ code: 'frame-slip', technical: { slip: 1 } }]);
  });

  it('finds another size, missing frames, another timecode', () => {
    const other = shoot(4);
    other[1]!.header = { timeCode: '01:00:00:09', software: 'y' };
    other[2]!.width = 95;
    other.pop();
    expect(codesOf(other)).toEqual(['frames', 'size', 'timecode']);
  });

  it.each<[string, (x: number, y: number) => [number, number]]>([
    ['upside down', (x, y) => [x, SIZE.height - 1 - y]],
    ['mirrored', (x, y) => [SIZE.width - 1 - x, y]],
    ['turned by 180°', (x, y) => [SIZE.width - 1 - x, SIZE.height - 1 - y]],
  ])('finds a picture that is %s', (way, at) => {
    const b = shoot(2, (x, y, f, c) => light(...at(x, y), f, c));
    const { faults } = judge(shoot(2), b, DEFAULT_THRESHOLDS);
    expect(faults).toMatchObject([
      { code: 'orientation', technical: { way } },
      { code: 'orientation', technical: { way } },
    ]);
  });

  it.each([0.8, 0.9, 1.1, 1.25])(
    'finds a crop that should have been a scale, or the other way: %f',
    (scale) => {
      const [cx, cy] = [(SIZE.width - 1) / 2, (SIZE.height - 1) / 2];
      const b = shoot(1, (x, y, f, c) => light(cx + (x - cx) / scale, cy + (y - cy) / scale, f, c));
      const { faults } = judge(shoot(1), b, DEFAULT_THRESHOLDS);
      expect(faults).toMatchObject([
        { code: 'framing-scale', technical: { scale: expect.closeTo(scale, 1) } },
      ]);
    },
  );

  it.each([876 / 1023, 1023 / 876])(
    'finds full range taken for legal range, or the other way: %f',
    (scale) => {
      // Of a logarithmic camera code: a line in code is a line in log light.
      const inLog = shoot(2, (...at) => 2 ** (scale * Math.log2(light(...at)) - 0.3));
      expect(codesOf(inLog)).toContain('range');
      const inLight = shoot(2, (...at) =>
        scale < 1 ? light(...at) * scale + 64 / 1023 : (light(...at) - 64 / 1023) * scale,
      );
      expect(judge(shoot(2), inLight, DEFAULT_THRESHOLDS).faults.map(({ code }) => code)).toEqual([
        'range',
        'range',
      ]);
    },
  );

  it.each([0.7, 1.3])('finds a saturation of %f', (factor) => {
    const b = shoot(1, (x, y, f, c) => {
      const [red, green, blue] = [0, 1, 2].map((channel) => light(x, y, f, channel)) as [
        number,
        number,
        number,
      ];
      const grey = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
      return grey + factor * (light(x, y, f, c) - grey);
    });
    expect(judge(shoot(1), b, DEFAULT_THRESHOLDS).faults).toMatchObject([
      { code: 'saturation', technical: { saturation: expect.closeTo(factor, 2) } },
    ]);
  });

  it('finds red and blue swapped', () => {
    const b = shoot(1, (x, y, f, c) => light(x, y, f, 2 - c));
    expect(judge(shoot(1), b, DEFAULT_THRESHOLDS).faults).toMatchObject([{ code: 'channels' }]);
  });

  it.each([0.85, 1.1])('finds a gamma of %f and tells it', (gamma) => {
    const b = shoot(1, (...at) => light(...at) ** gamma);
    const { faults } = judge(shoot(1), b, DEFAULT_THRESHOLDS);
    expect(['transfer-function', 'range']).toContain(faults[0]!.code);
    expect(faults[0]!.technical.slope).toBeCloseTo(gamma, 2);
  });

  it("tells a workstation's own headers without counting them, but counts another timecode", () => {
    const stills = shoot(2);
    for (const still of stills) still.header = { ...still.header, colourist: 'Ada' };
    const judged = judge(shoot(2), stills, DEFAULT_THRESHOLDS, false);
    expect(judged.passed).toBe(true);
    expect(judged.notes).toHaveLength(2);
    expect(judge(shoot(2), stills, DEFAULT_THRESHOLDS).passed).toBe(false);
    stills[1]!.header = { timeCode: '01:00:00:09' };
    expect(judge(shoot(2), stills, DEFAULT_THRESHOLDS, false).faults).toMatchObject([{ code: 'timecode' }]);
  });

  it('finds light that is no number', () => {
    expect(
      judge(
        shoot(1),
        shoot(1, (x, ...at) => (x === 7 ? Number.NaN : light(x, ...at))),
        DEFAULT_THRESHOLDS,
      ).passed,
    ).toBe(false);
  });
});

describe('the metric', () => {
  it('grey has no colour, and the log curve puts grey where the standard says', () => {
    const [, t, p] = itpOf(0.18, 0.18, 0.18);
    expect(Math.hypot(t, p)).toBeLessThan(1e-4);
    expect(logCode(0.18) / 1023).toBeCloseTo(0.4135884, 5);
  });
});
