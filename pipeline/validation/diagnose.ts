import { logCode } from './perceptual.ts';
import type { ComparedPicture } from './picture.ts';

/** Pixels farther apart than this are not looked at: a camera's framing is never off by more without being seen. */
const REACH = 4;
/** A moved or other picture is believed only where it fits this much better than the one in place. */
const CLEARLY = 0.6;
const LEAST_LIGHT = 0.002;

/** How far B lies from where A lies, in whole pixels to the right and down; null: it lies best where it is. */
export function framingOffset(a: ComparedPicture, b: ComparedPicture): { x: number; y: number } | null {
  const [first, second] = [brightness(a), brightness(b)];
  const inPlace = misfit(first, second, a.width, a.height, 0, 0);
  let best = { x: 0, y: 0, misfit: inPlace };
  for (let y = -REACH; y <= REACH; y++)
    for (let x = -REACH; x <= REACH; x++) {
      const moved = misfit(first, second, a.width, a.height, x, y);
      if (moved < best.misfit) best = { x, y, misfit: moved };
    }
  const isMoved = (best.x !== 0 || best.y !== 0) && best.misfit < CLEARLY * inPlace;
  return isMoved ? { x: best.x, y: best.y } : null;
}

/** How many frames B is late (positive) or early against A; 0 when the frames fit, or when nothing moves in them. */
export function frameSlip(a: readonly ComparedPicture[], b: readonly ComparedPicture[]): number {
  const firsts = a.map(brightness);
  const seconds = b.map(brightness);
  const cost = (slip: number) => {
    const pairs = firsts.flatMap((first, k) => {
      const second = seconds[k + slip];
      return second ? [misfit(first, second, a[k]!.width, a[k]!.height, 0, 0)] : [];
    });
    return pairs.length === 0
      ? Number.POSITIVE_INFINITY
      : pairs.reduce((sum, each) => sum + each, 0) / pairs.length;
  };
  const inPlace = cost(0);
  const [slip, best] = [-2, -1, 1, 2]
    .map((each) => [each, cost(each)] as const)
    .reduce((least, each) => (each[1] < least[1] ? each : least));
  return best < CLEARLY * inPlace ? slip : 0;
}

/** What a difference in colour looks like; gains are of B over A, by channel. */
export type ColourCause = {
  kind: 'exposure' | 'white-balance' | 'transfer-function' | 'colour';
  stops: number;
  gains: [number, number, number];
};

/**
 * Names the likely cause of a colour difference: one gain for all channels at every level is exposure, one for each channel
 * is white balance, a gain that changes with the level is the transfer function.
 */
export function colourCause(a: ComparedPicture, b: ComparedPicture): ColourCause {
  const channels = [0, 1, 2].map((channel) => ratios(a, b, channel));
  const gains = channels.map(({ all }) => median(all)) as [number, number, number];
  const stops = Math.log2(gains[1] || 1);
  const drift = Math.max(
    ...channels.map(({ dark, bright }) => Math.abs(Math.log2(median(bright) / median(dark)))),
  );
  const apart = Math.max(...gains.map((gain) => Math.abs(Math.log2(gain / gains[1]))));
  const scatter = Math.max(...channels.map(({ all }) => deviation(all)));
  const kind =
    drift > 0.15
      ? 'transfer-function'
      : apart > 0.03
        ? scatter < 0.1
          ? 'white-balance'
          : 'colour'
        : Math.abs(stops) > 0.03
          ? 'exposure'
          : 'colour';
  return { kind, stops, gains };
}

function ratios(
  a: ComparedPicture,
  b: ComparedPicture,
  channel: number,
): { all: number[]; dark: number[]; bright: number[] } {
  const pairs: [level: number, ratio: number][] = [];
  const step = Math.max(1, Math.floor((a.width * a.height) / 20_000));
  for (let k = channel; k < a.pixels.length; k += 3 * step) {
    const [before, after] = [a.pixels[k]!, b.pixels[k]!];
    if (before > LEAST_LIGHT && after > LEAST_LIGHT / 8) pairs.push([before, after / before]);
  }
  pairs.sort(([x], [y]) => x - y);
  const all = pairs.map(([, ratio]) => ratio);
  const third = Math.floor(all.length / 3);
  return { all, dark: all.slice(0, third), bright: all.slice(all.length - third) };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((x, y) => x - y);
  return sorted[Math.floor(sorted.length / 2)] ?? 1;
}

function deviation(values: readonly number[]): number {
  const middle = median(values);
  return median(values.map((value) => Math.abs(Math.log2(value / middle))));
}

/** Log codes of green: brightness enough to find a picture in another. */
function brightness({ pixels }: ComparedPicture): Float32Array {
  return Float32Array.from({ length: pixels.length / 3 }, (_, k) => logCode(Math.max(0, pixels[3 * k + 1]!)));
}

/** Mean difference of the overlap when B is read `x`, `y` pixels away; a level between the two that is the same everywhere does not count. */
function misfit(
  a: Float32Array,
  b: Float32Array,
  width: number,
  height: number,
  x: number,
  y: number,
): number {
  const step = Math.max(1, Math.floor(Math.sqrt((width * height) / 40_000)));
  const differences: number[] = [];
  for (let v = REACH; v < height - REACH; v += step)
    for (let u = REACH; u < width - REACH; u += step)
      differences.push(b[(v + y) * width + u + x]! - a[v * width + u]!);
  const middle = differences.reduce((sum, each) => sum + each, 0) / Math.max(1, differences.length);
  return (
    differences.reduce((sum, each) => sum + Math.abs(each - middle), 0) / Math.max(1, differences.length)
  );
}
