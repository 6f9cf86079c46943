import { describe, expect, it } from 'vitest';
import type { ViewedFrame } from '../../../engine/engine.ts';
import { compareReference } from '../../../pipeline/delivery/compare-reference.ts';
import { filesByPlate } from '../../../pipeline/delivery/given-names.ts';
import { makePlannedPlate } from './clip-source-fixture.ts';

const [WIDTH, HEIGHT] = [320, 180];
type Look = {
  /** Pixels that the picture lies to the right, and how much larger it is. */
  right?: number;
  zoom?: number;
  gain?: readonly [number, number, number];
  /** Rows of black above and below. */
  bars?: number;
};

/** A scene with texture everywhere and a bright disc that moves ten pixels a frame, with the noise of a codec. */
function picture(frame: number, { right = 0, zoom = 1, gain = [1, 1, 1], bars = 0 }: Look = {}): ViewedFrame {
  const height = HEIGHT + 2 * bars;
  const pixels = new Float32Array(3 * WIDTH * height);
  for (let row = 0; row < HEIGHT; row++)
    for (let column = 0; column < WIDTH; column++) {
      const x = (column - right - WIDTH / 2) / zoom + WIDTH / 2;
      const y = (row - HEIGHT / 2) / zoom + HEIGHT / 2;
      const texture = 0.35 + 0.15 * Math.sin(x / 9 + y / 23) + 0.1 * Math.cos(y / 7 - x / 31);
      const isDisc = Math.hypot(x - 20 - 10 * frame, y - 90) < 25;
      const noise = 0.004 * Math.sin(column * 12.9898 + row * 78.233 + frame);
      for (let c = 0; c < 3; c++) {
        const code = (isDisc ? 0.9 : texture * (1 - 0.15 * c)) + noise;
        pixels[3 * ((row + bars) * WIDTH + column) + c] = Math.min(1, code * gain[c]!);
      }
    }
  return { frame, width: WIDTH, height, pixels };
}

function compare(look: Look, late = 0, isMovie = true) {
  const views = [8, 12, 16].map((frame) => picture(frame));
  const shown = (frame: number) =>
    Array.from({ length: 13 }, (_, k) => ({ ...picture(frame - 6 + k - late, look), frame: k - 6 }));
  const candidates = views.map(({ frame }) =>
    isMovie ? shown(frame) : [{ ...picture(12, look), frame: 0 }],
  );
  const { check, findings } = compareReference({
    ...{ plateId: 'P', fileName: 'dailies.mov', views, candidates, isMovie, plateWidth: 3200 },
  });
  return { check, codes: findings.map(({ code }) => code), text: findings.map((f) => f.forPeople).join(' ') };
}

describe('a plate beside its dailies reference', () => {
  it('agrees where both show the same, with a letterbox too', () => {
    for (const look of [{}, { bars: 24 }]) {
      const { check, codes } = compare(look);
      expect(codes).toEqual([]);
      expect(check).toMatchObject({ agrees: true, slipFrames: 0, framingOffset: null, scale: null });
    }
  });

  it('is told to be late or early by the frames it is', () => {
    for (const late of [-4, -1, 1, 2, 5]) {
      const { check, codes } = compare({}, late);
      expect([check.slipFrames, codes]).toEqual([late, ['reference-slipped']]);
    }
  });

  it('is told to lie elsewhere in pixels of the plate, or to be of another size', () => {
    for (const right of [-20, -3, 2, 15]) {
      const { check, codes } = compare({ right });
      expect(codes, JSON.stringify(check)).toEqual(['reference-framing-differs']);
      expect(Math.abs(check.framingOffset!.x - 10 * right)).toBeLessThan(15);
      expect(Math.abs(check.framingOffset!.y)).toBeLessThan(15);
    }
    const { check, codes, text } = compare({ zoom: 1.1 });
    expect(codes, JSON.stringify(check)).toEqual(['reference-framing-differs']);
    expect(check.scale).toBeCloseTo(1.1, 1);
    expect(text).toMatch(/1\.\d\d times as large/);
  });

  it('is told to be both of another size and elsewhere', () => {
    for (const [zoom, right] of [
      [1.15, 12],
      [0.9, -10],
      [1.06, 20],
    ] as const) {
      const { check, codes, text } = compare({ zoom, right });
      expect(codes, JSON.stringify(check)).toEqual(['reference-framing-differs']);
      expect(Math.abs(check.scale! - zoom), JSON.stringify(check)).toBeLessThan(0.02);
      expect(Math.abs(check.framingOffset!.x - 10 * right)).toBeLessThan(25);
      expect(text).toContain('times as large, and about');
    }
  });

  it('is told to have other colours, and how they differ', () => {
    for (const gain of [
      [1.08, 1.08, 1.08],
      [1.1, 1, 0.92],
    ] as const)
      expect(compare({ gain }).codes).toEqual(['reference-colour-differs']);
    expect(compare({ gain: [1.004, 1, 1] }).codes).toEqual([]);
  });

  it('finds the frame that a still was taken of, and asks no time of it', () => {
    const { check, codes } = compare({}, 0, false);
    expect(codes).toEqual([]);
    expect(check).toMatchObject({ kind: 'still', frames: [12], slipFrames: null });
  });
});

describe('files that came for plates', () => {
  const plates = [
    { ...makePlannedPlate(), plateId: 'A_010_PL01', shot: 'A_010', clipName: 'A001C001' },
    { ...makePlannedPlate(), plateId: 'A_010_PL02', shot: 'A_010', clipName: 'A001C002' },
    { ...makePlannedPlate(), plateId: 'A_0100_PL01', shot: 'A_0100', clipName: 'A001C003' },
  ];

  it('are each for what their name is or begins with, the longest name first', () => {
    const given = ['/d/A_010_PL02.mov', '/d/a_010_graded.jpg', '/d/A001C003_709.mov', '/d/A001C0031.mov'];
    expect(Object.fromEntries(filesByPlate(plates, given))).toEqual({
      A_010_PL02: ['/d/A_010_PL02.mov', '/d/a_010_graded.jpg'],
      A_010_PL01: ['/d/a_010_graded.jpg'],
      A_0100_PL01: ['/d/A001C003_709.mov'],
      null: ['/d/A001C0031.mov'],
    });
  });
});
