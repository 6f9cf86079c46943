import { logCode } from './perceptual.ts';
import type { ComparedPicture } from './picture.ts';

/** Red, green and blue. */
export type Triple = readonly [number, number, number];
/** The light of one pixel in both pictures. */
export type Pair = { a: Triple; b: Triple };

/** Pixels looked at: a change of colour is everywhere. */
const SAMPLES = 6000;
/** Codes that count as one level, or one hue; parts of the pixels that must have it. */
const BIN = 16;
const HUE_BIN = 6;
/** Hues go over into each other: few pixels have quite the same. */
const LEAST_OF_HUE = 2;
const LEAST_PART = 0.004;
const GREY = '0/0';

/** Pixels from all over both pictures, those left out that are no numbers. */
export function colourSamples(a: ComparedPicture, b: ComparedPicture): Pair[] {
  const step = Math.max(1, Math.floor((a.width * a.height) / SAMPLES));
  const pairs: Pair[] = [];
  for (let k = 0; k + 2 < a.pixels.length; k += 3 * step)
    pairs.push({ a: tripleAt(a, k), b: tripleAt(b, k) });
  return pairs.filter(({ a: x, b: y }) => [...x, ...y].every(Number.isFinite));
}

function tripleAt({ pixels }: ComparedPicture, at: number): Triple {
  return [pixels[at]!, pixels[at + 1]!, pixels[at + 2]!];
}

/** What a picture has to tell changes of colour apart by: levels of all channels, and of each; how far apart; hues, and whether grey is the only one. */
export type Variety = {
  levels: number;
  spanCodes: number;
  leastSpanCodes: number;
  hues: number;
  isGrey: boolean;
};

/** Counts what the first picture has of levels and hues. */
export function varietyOf(pairs: readonly Pair[]): Variety {
  const codes = pairs.map(({ a }) => a.map(logCode) as [number, number, number]);
  const least = LEAST_PART * codes.length;
  const populated = (keys: string[], by = least) =>
    [...Map.groupBy(keys, (key) => key)].filter(([, all]) => all.length > by).map(([key]) => key);
  const spanOf = (levels: readonly string[]) =>
    levels.length === 0 ? 0 : BIN * (Math.max(...levels.map(Number)) - Math.min(...levels.map(Number)));
  const bin = (code: number) => String(Math.round(code / BIN));
  const levels = populated(codes.flatMap((triple) => triple.map(bin)));
  const spans = [0, 1, 2].map((channel) => spanOf(populated(codes.map((triple) => bin(triple[channel]!)))));
  const hue = (apart: number) => Math.round(apart / HUE_BIN);
  const hues = populated(
    codes.map(([r, g, b]) => `${hue(r - g)}/${hue(b - g)}`),
    LEAST_OF_HUE,
  );
  return {
    levels: levels.length,
    spanCodes: spanOf(levels),
    leastSpanCodes: Math.min(...spans),
    hues: hues.length,
    isGrey: hues.every((each) => each === GREY),
  };
}

/** The part of the difference, in log codes of all channels, that is left when what was done to the first is done. */
export function leftBy(pairs: readonly Pair[], done: (rgb: Triple) => Triple): number {
  let [left, whole] = [0, 0];
  for (const { a, b } of pairs) {
    const made = done(a);
    for (const c of [0, 1, 2] as const) {
      const is = logCode(b[c]);
      left += Math.abs(is - logCode(made[c]));
      whole += Math.abs(is - logCode(a[c]));
    }
  }
  return whole === 0 ? 1 : left / whole;
}

/** The value in the middle. */
export function median(values: readonly number[]): number {
  return Float64Array.from(values).sort()[Math.floor(values.length / 2)] ?? 1;
}
