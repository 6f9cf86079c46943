import { logCode } from './perceptual.ts';
import type { ComparedPicture } from './picture.ts';

/** Pixels farther apart than this are not looked at: a camera's framing is never off by more without being seen. */
const REACH = 4;
/** A moved or other picture is believed only where it fits this much better than the one in place, and better than any change of colour. */
const CLEARLY = 0.6;

/** How far B lies from where A lies, in whole pixels to the right and down; null: it lies best where it is. */
export function framingOffset(
  a: ComparedPicture,
  b: ComparedPicture,
): { x: number; y: number; unexplained: number } | null {
  const [first, second] = [brightness(a), brightness(b)];
  const inPlace = misfit(first, second, a.width, a.height, 0, 0);
  let best = { x: 0, y: 0, misfit: inPlace };
  for (let y = -REACH; y <= REACH; y++)
    for (let x = -REACH; x <= REACH; x++) {
      const moved = misfit(first, second, a.width, a.height, x, y);
      if (moved < best.misfit) best = { x, y, misfit: moved };
    }
  const isMoved = (best.x !== 0 || best.y !== 0) && best.misfit < CLEARLY * inPlace;
  return isMoved ? { x: best.x, y: best.y, unexplained: best.misfit / inPlace } : null;
}

/** What one sample alone must gain by another place to be believed; a still scene costs the same everywhere. */
const LEAST_GAIN = 0.9;

/** A picture, and the pictures that it may be, each under how many frames later it stands. */
export type SlipSample = { picture: ComparedPicture; at: ReadonlyMap<number, ComparedPicture> };

/**
 * How many frames later the samples are found; 0 when they fit in place. Texture that two codecs keep differently is in
 * every cost, so that another place costs little less: it is believed where every sample by itself points there.
 */
export function bestSlip(samples: readonly SlipSample[]): number {
  const places = samples.map(placesOf);
  const [first, ...others] = places.map(
    (costs) =>
      [...costs].reduce((least, each) => (each[1] < least[1] ? each : least), [0, Infinity] as const)[0],
  );
  if (first === undefined || first === 0 || others.some((slip) => slip !== first)) return 0;
  const [inPlace, best] = [0, first].map((slip) =>
    places.reduce((sum, costs) => sum + (costs.get(slip) ?? Number.POSITIVE_INFINITY), 0),
  ) as [number, number];
  return others.length > 0 || best < LEAST_GAIN * inPlace ? first : 0;
}

function placesOf({ picture, at }: SlipSample): Map<number, number> {
  const mine = brightness(picture);
  const { width, height } = picture;
  return new Map(
    [...at].map(([slip, other]) => [slip, misfit(mine, brightness(other), width, height, 0, 0)]),
  );
}

/** B as it would lie if A were turned over: the way it is turned, or null when it lies as it should. */
export function turned(
  a: ComparedPicture,
  b: ComparedPicture,
): { way: 'upside down' | 'mirrored' | 'turned by 180°'; unexplained: number } | null {
  const [first, second] = [brightness(a), brightness(b)];
  const { width, height } = a;
  const at = (x: number, y: number) => second[y * width + x]!;
  const lookedAt = (place: (x: number, y: number) => number) => {
    const moved = Float32Array.from(second, (_, k) => place(k % width, Math.floor(k / width)));
    return misfit(first, moved, width, height, 0, 0);
  };
  const ways = [
    ['upside down', lookedAt((x, y) => at(x, height - 1 - y))],
    ['mirrored', lookedAt((x, y) => at(width - 1 - x, y))],
    ['turned by 180°', lookedAt((x, y) => at(width - 1 - x, height - 1 - y))],
  ] as const;
  const [way, best] = ways.reduce((least, each) => (each[1] < least[1] ? each : least));
  const unexplained = best / misfit(first, second, width, height, 0, 0);
  return unexplained < CLEARLY ? { way, unexplained } : null;
}

/** Scales that are looked for, B over A about the middle: what a crop that should have been a scale, or the other way, gives. */
const SCALES = Array.from({ length: 61 }, (_, k) => 0.7 + 0.01 * k).filter(
  (scale) => Math.abs(scale - 1) > 0.005,
);

/** How much larger B shows what A shows, about the middle of the picture; null when it is no other scale. */
export function scaleOf(
  a: ComparedPicture,
  b: ComparedPicture,
): { scale: number; unexplained: number } | null {
  const [first, second] = [brightness(a), brightness(b)];
  const inPlace = scaledMisfit(first, second, a, 1);
  const [scale, best] = SCALES.map((each) => [each, scaledMisfit(first, second, a, each)] as const).reduce(
    (least, each) => (each[1] < least[1] ? each : least),
  );
  return best < CLEARLY * inPlace ? { scale, unexplained: best / inPlace } : null;
}

/** Mean difference over the middle of the picture when B is read at a scale about its middle. */
function scaledMisfit(
  a: Float32Array,
  b: Float32Array,
  { width, height }: { width: number; height: number },
  scale: number,
): number {
  const step = Math.max(1, Math.floor(Math.sqrt((width * height) / 10_000)));
  const [cx, cy] = [(width - 1) / 2, (height - 1) / 2];
  const differences: number[] = [];
  for (let v = Math.ceil(0.2 * height); v < 0.8 * height; v += step)
    for (let u = Math.ceil(0.2 * width); u < 0.8 * width; u += step) {
      const [x, y] = [Math.round(cx + (u - cx) * scale), Math.round(cy + (v - cy) * scale)];
      if (x >= 0 && x < width && y >= 0 && y < height)
        differences.push(b[y * width + x]! - a[v * width + u]!);
    }
  const middle = differences.reduce((sum, each) => sum + each, 0) / Math.max(1, differences.length);
  return (
    differences.reduce((sum, each) => sum + Math.abs(each - middle), 0) / Math.max(1, differences.length)
  );
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
