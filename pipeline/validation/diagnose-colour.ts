import {
  leftBySaturationOf,
  MATRIX_LEAVES,
  neutralMatrix,
  type Pair,
  type Triple,
} from './neutral-matrix.ts';
import type { ComparedPicture } from './picture.ts';
import { mistakenPrimaries } from './primaries.ts';
import { RECORDED_CURVES } from './recorded-curves.ts';

/** What a difference in colour looks like, with the figures that say so. */
export type ColourCause = {
  kind:
    | 'exposure'
    | 'white-balance'
    | 'transfer-function'
    | 'range'
    | 'saturation'
    | 'channels'
    | 'primaries'
    | 'colour';
  /** Of green, B over A. */
  stops: number;
  /** B over A, by channel. */
  gains: [number, number, number];
  /** Slope of log light of B over that of A: 1 where only the light's amount differs. */
  slope: number;
  saturation: number;
  /** Which primaries were taken for which, where two known ones explain it. */
  primaries: ReturnType<typeof mistakenPrimaries>;
};

const LEAST_LIGHT = 0.002;
/** What a change of saturation may leave: programs make it in spaces of their own. */
const SATURATION_LEAVES = 0.4;
/** Code values of legal range over those of full range, of ten bits. Source: SMPTE RP 431-2 and ITU-R BT.709: 64 to 940 of 1023. */
const LEGAL = { scale: 876 / 1023, offset: 64 / 1023 };
/** Pixels looked at: a difference of colour is everywhere. */
const SAMPLES = 20_000;

/**
 * Names the likely cause: the same values in other channels; colours nearer to or farther from grey; full range read as legal
 * range or the other way; one gain for all channels (exposure) or one for each (white balance) at every level; a gain that
 * changes with the level (transfer function).
 */
export function colourCause(a: ComparedPicture, b: ComparedPicture): ColourCause {
  const pairs = samplesOf(a, b);
  const channels = [0, 1, 2].map((channel) => ratios(pairs, channel));
  const gains = channels.map(({ all }) => median(all)) as [number, number, number];
  const stops = Math.log2(gains[1] || 1);
  const { slope, scatter: offTheLine } = logLine(pairs);
  const saturation = saturationOf(pairs);
  const matrix = neutralMatrix(pairs);
  const primaries = matrix && mistakenPrimaries(matrix);
  const facts = { stops, gains, slope, saturation: saturation?.factor ?? 1, primaries };
  if (areSwapped(pairs)) return { ...facts, kind: 'channels' };
  if (isRange(pairs, slope, offTheLine)) return { ...facts, kind: 'range' };
  const leftBySaturation = saturation ? leftBySaturationOf(pairs, saturation.factor) : 1;
  if (matrix && leftBySaturation > MATRIX_LEAVES) return { ...facts, kind: 'primaries' };
  // In a picture of few hues a gain of one channel is nearly one of saturation: it has to explain the difference too.
  if (
    saturation &&
    Math.abs(saturation.factor - 1) > 0.02 &&
    saturation.fit > 0.98 &&
    leftBySaturation < SATURATION_LEAVES
  )
    return { ...facts, kind: 'saturation' };
  const drift = Math.max(
    ...channels.map(({ dark, bright }) => Math.abs(Math.log2(median(bright) / median(dark)))),
  );
  const apart = Math.max(...gains.map((gain) => Math.abs(Math.log2(gain / gains[1]))));
  const scatter = Math.max(...channels.map(({ all }) => deviation(all)));
  if (drift > 0.15) return { ...facts, kind: 'transfer-function' };
  if (apart > 0.03) return { ...facts, kind: scatter < 0.1 ? 'white-balance' : 'colour' };
  return { ...facts, kind: Math.abs(stops) > 0.03 ? 'exposure' : 'colour' };
}

function samplesOf(a: ComparedPicture, b: ComparedPicture): Pair[] {
  const step = Math.max(1, Math.floor((a.width * a.height) / SAMPLES));
  const pairs: Pair[] = [];
  for (let k = 0; k < a.pixels.length; k += 3 * step) pairs.push({ a: tripleAt(a, k), b: tripleAt(b, k) });
  return pairs.filter(({ a: x, b: y }) => [...x, ...y].every(Number.isFinite));
}

function tripleAt({ pixels }: ComparedPicture, at: number): Triple {
  return [pixels[at]!, pixels[at + 1]!, pixels[at + 2]!];
}

/** The same light, in other channels: another order explains nearly all that the given one does not. */
function areSwapped(pairs: readonly Pair[]): boolean {
  const orders = [
    [0, 1, 2],
    [2, 1, 0],
    [1, 0, 2],
    [0, 2, 1],
    [1, 2, 0],
    [2, 0, 1],
  ] as const;
  const [inPlace, ...others] = orders.map((order) =>
    mean(pairs.map(({ a, b }) => mean(order.map((from, to) => Math.abs(b[to]! - a[from]!))))),
  );
  return Math.min(...others) < 0.05 * inPlace!;
}

/** The part of a difference that a range leaves: what was recorded in a camera's primaries is compared in others. */
const RANGE_LEAVES = 0.1;

/** Full range read as legal or the other way: a line of known slope and offset, in code values of a camera or display, or in the light itself. */
function isRange(pairs: readonly Pair[], slope: number, scatter: number): boolean {
  const isLogLine = [LEGAL.scale, 1 / LEGAL.scale].some((known) => Math.abs(slope / known - 1) < 0.012);
  if (isLogLine && scatter < 0.02) return true;
  const lines = [LEGAL, { scale: 1 / LEGAL.scale, offset: -LEGAL.offset / LEGAL.scale }];
  const isLine = (codeOf: (light: number) => number) => {
    const codes = pairs.map(({ a, b }) => [codeOf(a[1]), codeOf(b[1])] as const);
    const middles = [(of: Off) => median(codes.map(of)), (of: Off) => medianByLevel(codes, of)];
    return lines.some(({ scale, offset }) =>
      middles.every(
        (middle) =>
          middle(([x, y]) => Math.abs(y - (scale * x + offset))) <
          RANGE_LEAVES * middle(([x, y]) => Math.abs(y - x)),
      ),
    );
  };
  return isLine((light) => light) || RECORDED_CURVES.some(isLine);
}

const LEVELS = 16;
/** How far off a pair of codes is. */
type Off = (code: readonly [number, number]) => number;

/** The median over the levels of a picture of the median at each: a wall that fills it would decide alone, and many lines pass by one level. */
function medianByLevel(codes: readonly (readonly [number, number])[], of: Off): number {
  const xs = codes.map(([x]) => x);
  const [least, most] = [xs.reduce((m, x) => Math.min(m, x), 1e9), xs.reduce((m, x) => Math.max(m, x), -1e9)];
  const levels = Map.groupBy(codes, ([x]) => Math.floor((LEVELS * (x - least)) / (most - least || 1)));
  const told = [...levels.values()].filter((level) => level.length > 4);
  // A line is told by three points; of fewer it is no number, which is near nothing.
  return told.length < 3 ? Number.NaN : median(told.map((level) => median(level.map(of))));
}

/** Straight line through log light of green: its slope, and how far values lie from it, in stops. */
function logLine(pairs: readonly Pair[]): { slope: number; scatter: number } {
  const points = pairs
    .filter(({ a, b }) => a[1] > LEAST_LIGHT && b[1] > LEAST_LIGHT / 8)
    .map(({ a, b }) => [Math.log2(a[1]), Math.log2(b[1])] as const);
  const { slope, offset } = lineThrough(points);
  return { slope, scatter: mean(points.map(([x, y]) => Math.abs(y - (slope * x + offset)))) };
}

/** How much farther from grey B is than A, and how well one factor explains it; null where the light itself differs. */
function saturationOf(pairs: readonly Pair[]): { factor: number; fit: number } | null {
  const points = pairs.flatMap(({ a, b }) => {
    const [x, y] = [lightOf(a), lightOf(b)];
    return [0, 1, 2].map((channel) => [a[channel]! - x, b[channel]! - y, x, y] as const);
  });
  const lights = points.filter(([, , x]) => x > LEAST_LIGHT).map(([, , x, y]) => y / x);
  if (Math.abs(Math.log2(median(lights))) > 0.03 || deviation(lights) > 0.02) return null;
  const product = points.reduce((sum, [x, y]) => sum + x * y, 0);
  const [first, second] = [0, 1].map((k) => points.reduce((sum, point) => sum + point[k]! ** 2, 0));
  return first! > 0 && second! > 0
    ? { factor: product / first!, fit: product / Math.sqrt(first! * second!) }
    : null;
}

/** Light of a pixel as CDLs weigh it. Source: ASC CDL 1.2, saturation; BT.709 weights. */
function lightOf([r, g, b]: Triple): number {
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function ratios(
  pairs: readonly Pair[],
  channel: number,
): { all: number[]; dark: number[]; bright: number[] } {
  const all = pairs
    .map(({ a, b }) => [a[channel]!, b[channel]!] as const)
    .filter(([before, after]) => before > LEAST_LIGHT && after > LEAST_LIGHT / 8)
    .sort(([x], [y]) => x - y)
    .map(([before, after]) => after / before);
  const third = Math.floor(all.length / 3);
  return { all, dark: all.slice(0, third), bright: all.slice(all.length - third) };
}

function lineThrough(points: readonly (readonly [number, number])[]): { slope: number; offset: number } {
  const [x, y] = [mean(points.map(([each]) => each)), mean(points.map(([, each]) => each))];
  const over = points.reduce((sum, [u, v]) => sum + (u - x) * (v - y), 0);
  const under = points.reduce((sum, [u]) => sum + (u - x) ** 2, 0);
  // Of one level there is no slope: what is left of it is rounding.
  const slope = under < 1e-6 * points.length ? 1 : over / under;
  return { slope, offset: y - slope * x };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((x, y) => x - y);
  return sorted[Math.floor(sorted.length / 2)] ?? 1;
}

function deviation(values: readonly number[]): number {
  const middle = median(values);
  return median(values.map((value) => Math.abs(Math.log2(value / middle))));
}
