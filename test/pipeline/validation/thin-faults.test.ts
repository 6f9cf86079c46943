import { describe, expect, it } from 'vitest';
import { DEFAULT_THRESHOLDS } from '../../../pipeline/validation/judge.ts';
import type { ComparedPicture } from '../../../pipeline/validation/picture.ts';
import { judge } from './judge-all.ts';
import { grain, SCENES, SIZE, shoot } from './scenes.ts';

const told = (a: ComparedPicture[], b: ComparedPicture[]) => judge(a, b, DEFAULT_THRESHOLDS).faults;
type Change = (rgb: number[], x: number, y: number) => number[];

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

/** A log code of 0 to 1, and its light. */
const toLog = (v: number) => Math.log2(Math.max(1e-5, v) + 0.01) / 14 + 0.6;
const toLight = (c: number) => 2 ** (14 * (c - 0.6)) - 0.01;

/** Colour of every second pixel across, in Y′CbCr of the log codes. */
function subsampled(pictures: ComparedPicture[]): ComparedPicture[] {
  return pictures.map((picture) => {
    const pixels = new Float32Array(picture.pixels.length);
    const code = (k: number) =>
      [0, 1, 2].map((c) => toLog(picture.pixels[3 * k + c]!)) as [number, number, number];
    const lumaOf = ([r, g, b]: number[]) => 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
    for (let k = 0; k < pixels.length / 3; k++) {
      const [one, two] = [code(k - (k % 2)), code(k - (k % 2) + 1)];
      const luma = lumaOf(code(k));
      for (const c of [0, 1, 2]) {
        const colour = (one[c]! - lumaOf(one) + two[c]! - lumaOf(two)) / 2;
        pixels[3 * k + c] = toLight(luma + colour);
      }
    }
    return { ...picture, pixels };
  });
}

/** Mean of each pixel and those around it. */
function smoothed(pictures: ComparedPicture[]): ComparedPicture[] {
  return pictures.map((picture) => {
    const { width, height } = picture;
    const pixels = picture.pixels.slice();
    for (let y = 1; y < height - 1; y++)
      for (let x = 1; x < width - 1; x++)
        for (const c of [0, 1, 2]) {
          let sum = 0;
          for (const v of [-1, 0, 1])
            for (const u of [-1, 0, 1]) sum += picture.pixels[3 * ((y + v) * width + x + u) + c]!;
          pixels[3 * (y * width + x) + c] = sum / 9;
        }
    return { ...picture, pixels };
  });
}

const grainy: Change = (rgb, x, y) => rgb.map((v, c) => v * 2 ** (0.5 * (grain(x + 0.3, y, 91 + c) - 0.5)));

/** Pictures that do not have what it takes to name a fault: one hue tells no primaries, plain patches no rounding. It is found all the same. */
const UNTOLD: Record<string, string[]> = {
  'a face before a wall': ['Rec.709 taken for P3'],
  'a chart': ['eight bits of log'],
};

describe.each(SCENES)('%s', (name, sceneOf) => {
  const scene = sceneOf(6);
  const right = shoot(scene, undefined, 1);

  it.each<[string, Change, string, RegExp]>([
    [
      'Rec.709 taken for P3',
      (rgb) => by(FROM_P3)(by(TO_709)(rgb)),
      'primaries',
      /Rec.709 was taken for P3-D65/,
    ],
    ['a tenth of a stop', (rgb) => rgb.map((v) => v * 2 ** 0.1), 'exposure', /0.10 stops/],
    [
      'eight bits of log',
      (rgb) => rgb.map((v) => toLight(Math.round(255 * toLog(v)) / 255)),
      'quantization',
      /values/,
    ],
    ['other grain', grainy, 'grain', /% of the fine detail/],
  ])('%s is named', (what, change, code, words) => {
    const [fault, ...others] = told(right, shoot(scene, change, 1));
    expect(others).toEqual([]);
    expect(fault?.frame).toBe(0);
    if (UNTOLD[name]?.includes(what)) return;
    expect(fault?.code, fault?.forPeople).toBe(code);
    expect(fault!.forPeople).toMatch(words);
  });

  it('less than half a hundredth of a stop passes', () => {
    const b = shoot(scene, (rgb) => rgb.map((v) => v * 2 ** 0.004), 1);
    expect(told(right, b)).toEqual([]);
  });

  it('two frames in each other’s place are named, and no other', () => {
    const [five, swapped] = [shoot(scene, undefined, 5), shoot(scene, undefined, 5)];
    [swapped[2]!.pixels, swapped[3]!.pixels] = [swapped[3]!.pixels, swapped[2]!.pixels];
    expect(told(five, swapped)).toMatchObject([
      { code: 'frame-order', frame: 2, technical: { shown: 3 } },
      { code: 'frame-order', frame: 3, technical: { shown: 2 } },
    ]);
    const repeated = shoot(scene, undefined, 5);
    repeated[4] = { ...repeated[4]!, pixels: repeated[3]!.pixels };
    expect(told(five, repeated)).toMatchObject([{ code: 'frame-order', frame: 4, technical: { shown: 3 } }]);
  });

  it('another white balance of one frame is told of that frame', () => {
    const b = shoot(scene, undefined, 2);
    b[1] = shoot(scene, (rgb) => rgb.map((v, c) => v * [1.15, 1, 0.88][c]!), 2)[1]!;
    expect(told(shoot(scene, undefined, 2), b)).toMatchObject([{ code: 'white-balance', frame: 1 }]);
  });
});

// A chart's patches are plain, and its fine lines have no noise to take away.
describe.each(SCENES.filter(([name]) => name !== 'a chart'))('detail of %s', (_, sceneOf) => {
  const scene = sceneOf(6);

  it('coarser colour is named', () => {
    const right = shoot(scene, undefined, 1);
    expect(told(right, subsampled(right))).toMatchObject([{ code: 'colour-detail' }]);
  });

  it('noise reduction is named, and how much detail it took', () => {
    const noisy = shoot(scene, grainy, 1);
    const [fault] = told(noisy, smoothed(noisy));
    expect(fault?.code, fault?.forPeople).toBe('grain');
    expect(fault!.technical.energy).toBeLessThan(0.9);
  });
});

it('one bad frame of a shot in which nothing moves is that frame, not a late set', () => {
  const still = SCENES[0]![1](0);
  const b = shoot(still);
  b[0] = shoot(still, (rgb) => rgb.map((v) => Math.max(0, 1.4 * v - 0.02)))[0]!;
  const faults = told(shoot(still), b);
  expect(faults).toHaveLength(1);
  expect(faults[0]!.frame).toBe(0);
});

it('a gain of channels in a picture of few hues is a white balance, not a saturation', () => {
  const wash: Parameters<typeof shoot>[0] = (x, y, _, c) =>
    0.1 + [0.9, 0.5, 0.3][c]! * (x / SIZE.width) + [0.1, 0.3, 0.02][c]! * (y / SIZE.height);
  const faults = told(
    shoot(wash, undefined, 1),
    shoot(wash, (rgb) => rgb.map((v, c) => v * [1.08, 1, 0.9][c]!), 1),
  );
  expect(faults).toMatchObject([{ code: 'white-balance' }]);
});

describe('what stands beside the pixels', () => {
  const frames = (numbers: number[], header: Record<string, string> | null = null): ComparedPicture[] =>
    numbers.map((frame) => ({
      frame,
      width: 16,
      height: 9,
      pixels: new Float32Array(3 * 16 * 9).fill(0.18),
      header,
    }));

  it('a missing frame, and handles too long, are told by their numbers', () => {
    expect(told(frames([1, 2, 3, 4]), frames([1, 2, 4]))[0]!.forPeople).toBe(
      'of 4 and 3 frames 3 are the same ones: only the first set has frame 3',
    );
    expect(told(frames([9, 10, 11]), frames([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]))[0]!.forPeople).toBe(
      'of 3 and 12 frames 3 are the same ones: only the second set has frames 1 to 8, frame 12',
    );
  });

  it('a timecode one frame off is told as timecode', () => {
    const code = (timeAndFlags: number) => ({ timeCode: `{"timeAndFlags":${timeAndFlags},"userData":0}` });
    expect(told(frames([1], code(0x10153007)), frames([1], code(0x10153008)))).toMatchObject([
      { code: 'timecode', forPeople: 'timeCode: «10:15:30:07» against «10:15:30:08»' },
    ]);
  });

  it('a lost alpha channel is told by its name', () => {
    const channels = (names: string[]) => ({
      channels: JSON.stringify(names.map((name) => ({ name, type: 1 }))),
    });
    expect(
      told(frames([1], channels(['A', 'B', 'G', 'R'])), frames([1], channels(['B', 'G', 'R']))),
    ).toMatchObject([{ code: 'alpha', forPeople: 'only the first set has the channel A' }]);
  });

  it('frames of another size are told and shown, and not compared', () => {
    const wide = frames([1]);
    wide[0]!.width = 8;
    const { faults, frames: shown } = judge(frames([1]), wide, DEFAULT_THRESHOLDS);
    expect(faults).toMatchObject([{ code: 'size' }]);
    expect(shown).toMatchObject([{ frame: 1, difference: null, views: { map: null, a: { width: 16 } } }]);
    expect(SIZE.width).toBeGreaterThan(0);
  });
});
