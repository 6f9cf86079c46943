import { type BlurredPicture, blurredPicture, valueAt } from './blurred-picture.ts';
import type { ComparedPicture } from './picture.ts';

/** Where B shows what A shows: read upside down or mirrored, moved by so many pixels, or larger about the middle of the picture. */
export type Place = {
  x: number;
  y: number;
  scaleX: number;
  scaleY: number;
  turn: Turn;
};
export type Turn = 'upright' | 'upside down' | 'mirrored' | 'turned by 180°';
/** `unexplained`: the part of the difference that is left when B is read there, 0 to about 1. */
export type TriedPlace = Place & { unexplained: number };

/** Pixels farther apart than this are not looked at. */
const REACH = 32;
const SAMPLES = 5000;
const COARSE_SAMPLES = 1500;
const FEW_SAMPLES = 700;
/** Sharp edges never fit between two pixels; what is left of them after this blur does. */
const BLUR = 2;
const WIDE_BLURS = [4, 8];
/** Ratios of lenses, and of a picture that was widened twice. Source: lens squeezes of the field, 1.25 to 2. */
const SQUEEZES = [2, 1.8, 1.65, 1.5, 4 / 3, 1.3, 1.25];
/** Part of the picture that both must show. */
const LEAST_SHARED = 0.2;

const IN_PLACE: Place = { x: 0, y: 0, scaleX: 1, scaleY: 1, turn: 'upright' };

/** Both pictures, blurred as much as a place needs it. */
type Both = { a: BlurredPicture; b: BlurredPicture };

/**
 * Every kind of place that B may lie at, each with the one that fits best: turned, moved (to a quarter of a pixel), larger or
 * smaller (to a quarter of a percent), wider or higher alone. Best first.
 */
export function placesOf(a: ComparedPicture, b: ComparedPicture): TriedPlace[] {
  const both = { a: blurredPicture(a), b: blurredPicture(b) };
  const moved = bestMove(both);
  // The same pattern a period farther is another answer to the same question.
  const again = bestMove(both, moved);
  const sized = [...bestScale(both), ...bestSqueeze(both)];
  const turned = (['upside down', 'mirrored', 'turned by 180°'] as const).map((turn) =>
    least(both, [{ ...IN_PLACE, turn }], SAMPLES),
  );
  return [moved, again, ...sized, ...turned]
    .map((place) => lessSharp(both, place))
    .filter((place) => place.unexplained < 1)
    .sort((one, other) => one.unexplained - other.unexplained);
}

/** A part of a pixel shows in the large, where how sharp each side is does not matter. */
function lessSharp(both: Both, place: TriedPlace): TriedPlace {
  const unexplained = WIDE_BLURS.map((blur) => unexplainedAt(both, place, SAMPLES, blur));
  return { ...place, unexplained: Math.min(place.unexplained, ...unexplained) };
}

/** Whether two places are answers of different kinds, or of one kind and far apart. */
export function areUnlike(one: Place, other: Place): boolean {
  return (
    one.turn !== other.turn ||
    Math.abs(one.x - other.x) + Math.abs(one.y - other.y) > 1.5 ||
    Math.abs(one.scaleX / other.scaleX - 1) + Math.abs(one.scaleY / other.scaleY - 1) > 0.02
  );
}

function bestMove(both: Both, but: Place | null = null): TriedPlace {
  const [right, down] = [reachOf(both.a.width), reachOf(both.a.height)];
  const isOther = ([x, y]: [number, number]) => but === null || Math.hypot(x - but.x, y - but.y) > 4;
  const placeAt = ([x, y]: [number, number]) => ({ ...IN_PLACE, x, y });
  // Texture as fine as a pixel shows nothing of a place that is more than one off.
  const near = least(both, grid(right, down, 1).filter(isOther).map(placeAt), FEW_SAMPLES);
  const close = grid(1, 1, 0.25).map(([x, y]) => placeAt([near.x + x, near.y + y]));
  return least(both, close, SAMPLES);
}

function bestScale(both: Both): TriedPlace[] {
  const sized = (scale: number) => ({ ...IN_PLACE, scaleX: scale, scaleY: scale });
  const scales = [0.5, 2, ...Array.from({ length: 61 }, (_, k) => 0.7 + 0.01 * k)];
  const near = least(both, scales.map(sized), COARSE_SAMPLES);
  const finer = Array.from({ length: 9 }, (_, k) => near.scaleX + 0.0025 * (k - 4));
  return [least(both, finer.map(sized), SAMPLES)];
}

function bestSqueeze(both: Both): TriedPlace[] {
  const ratios = SQUEEZES.flatMap((squeeze) => [squeeze, 1 / squeeze]);
  const [wide, high] = [
    ratios.map((scaleX) => ({ ...IN_PLACE, scaleX })),
    ratios.map((scaleY) => ({ ...IN_PLACE, scaleY })),
  ];
  return [wide, high].map((places) => least(both, places, SAMPLES));
}

function grid(right: number, down: number, step: number): [x: number, y: number][] {
  const line = (reach: number) =>
    Array.from({ length: 2 * Math.floor(reach / step) + 1 }, (_, k) => step * (k - Math.floor(reach / step)));
  return line(down).flatMap((y) => line(right).map((x) => [x, y] as [number, number]));
}

function reachOf(length: number): number {
  return Math.min(REACH, Math.floor(length / 5));
}

function least(both: Both, places: readonly Place[], samples: number): TriedPlace {
  let best: TriedPlace = { ...IN_PLACE, unexplained: 1 };
  for (const place of places) {
    const unexplained = unexplainedAt(both, place, samples);
    if (unexplained < best.unexplained) best = { ...place, unexplained };
  }
  return best;
}

/** Room for the values of one place; a grid of so many samples has a few more at its edges. */
const [THERE, HERE, SHOWN] = [0, 0, 0].map(() => new Float64Array(2 * SAMPLES)) as [
  Float64Array,
  Float64Array,
  Float64Array,
];
/** Codes: what differs in place by less shows nothing of a place. */
const LEAST_APART = 0.2;

/**
 * What reading B there leaves, over what reading it in place leaves at the same pixels, both as blurred; over what is to be
 * seen at all where that is less, because a blank fits on a blank everywhere. A level that is the same everywhere does not count.
 */
function unexplainedAt(both: Both, place: Place, samples: number, blur = BLUR): number {
  const { width, height } = both.a;
  // What is small on one side was blurred less there: both are brought to the same sharpness.
  const radius = (scale: number) => Math.round(blur * Math.max(1, scale));
  const [byX, byY] = [1 / place.scaleX, 1 / place.scaleY].map(radius) as [number, number];
  const a = both.a.by(byX, byY);
  const b = both.b.by(radius(place.scaleX), radius(place.scaleY));
  const here = both.b.by(byX, byY);
  const step = Math.max(1, Math.sqrt((width * height) / samples));
  const read = readerOf(place, width, height);
  const edge = Math.min(blur, Math.floor(Math.min(width, height) / 4));
  let count = 0;
  for (let v = edge; v < height - edge; v += step)
    for (let u = edge; u < width - edge; u += step) {
      const [p, q] = [Math.floor(u), Math.floor(v)];
      const [x, y] = [read.x(p), read.y(q)];
      if (x < 0 || y < 0 || x > width - 1 || y > height - 1) continue;
      const is = a[q * width + p]!;
      THERE[count] = valueAt(b, width, height, x, y) - is;
      SHOWN[count] = is;
      HERE[count++] = here[q * width + p]! - is;
    }
  if (count < LEAST_SHARED * (width / step) * (height / step)) return 1;
  const inPlace = spread(HERE, count);
  return inPlace < LEAST_APART ? 1 : spread(THERE, count) / Math.min(inPlace, spread(SHOWN, count));
}

/** Where in B a pixel of A is found. */
export function readerOf(place: Place, width: number, height: number) {
  const [cx, cy] = [(width - 1) / 2, (height - 1) / 2];
  const isOver = place.turn === 'upside down' || place.turn === 'turned by 180°';
  const isMirrored = place.turn === 'mirrored' || place.turn === 'turned by 180°';
  return {
    x: (u: number) => cx + (isMirrored ? cx - u : u - cx) * place.scaleX + place.x,
    y: (v: number) => cy + (isOver ? cy - v : v - cy) * place.scaleY + place.y,
  };
}

function spread(values: Float64Array, count: number): number {
  let [sum, apart] = [0, 0];
  for (let k = 0; k < count; k++) sum += values[k]!;
  for (let k = 0; k < count; k++) apart += Math.abs(values[k]! - sum / count);
  return apart / count;
}
