import type { ComparedPicture } from './picture.ts';
import { placesOf, type TriedPlace } from './place.ts';

/** A place that B is proven to lie at, and another that explains as much, where there is one. */
export type ProvenPlace = TriedPlace & {
  /** Whether it leaves so little that nothing but an equal explains it; else it is a matter of a pixel or less. */
  isClear: boolean;
  rival: TriedPlace | null;
};

/** What a place may leave, and what a small one may: of that, how sharp each side is decides as much as where it lies. */
const [CLEARLY, PERHAPS] = [0.4, 0.77];
/** Pixels, and parts of the size, that count as small. */
const [SMALL_MOVE, SMALL_SCALE] = [1.5, 0.06];
/** A rival leaves no more than so many times as much and this; where little is proven, this alone. */
const [AS_MUCH, AND, HARDLY] = [1.5, 0.03, 0.02];

/** The kind of fault that a place is. */
export function kindOf({
  turn,
  scaleX,
  scaleY,
}: TriedPlace): 'orientation' | 'framing-offset' | 'framing-scale' {
  if (turn !== 'upright') return 'orientation';
  return scaleX === 1 && scaleY === 1 ? 'framing-offset' : 'framing-scale';
}

/** Where B lies, if reading it there undoes the difference; null: nowhere else. */
export function provenPlace(a: ComparedPicture, b: ComparedPicture): ProvenPlace | null {
  const places = placesOf(a, b);
  const [best] = places;
  if (!best || best.unexplained > PERHAPS) return null;
  const isClear = best.unexplained <= CLEARLY;
  if (!isClear && !isSmall(best)) return null;
  const limit = isClear ? AS_MUCH * best.unexplained + AND : best.unexplained + HARDLY;
  const asGood = places.filter(({ unexplained }) => unexplained <= limit);
  const rival = asGood.find((each) => kindOf(each) !== kindOf(best)) ?? null;
  // Of a pattern that repeats, the nearest of the places that fit.
  const sizeOf = ({ x, y }: TriedPlace) => Math.hypot(x, y);
  const nearest = asGood
    .filter((each) => kindOf(each) === kindOf(best))
    .reduce((least, each) => (sizeOf(each) < sizeOf(least) ? each : least), best);
  return { ...nearest, isClear, rival };
}

function isSmall({ x, y, scaleX, scaleY, turn }: TriedPlace): boolean {
  return (
    turn === 'upright' &&
    Math.max(Math.abs(x), Math.abs(y)) <= SMALL_MOVE &&
    Math.max(Math.abs(scaleX - 1), Math.abs(scaleY - 1)) <= SMALL_SCALE
  );
}
