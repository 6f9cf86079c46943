import { type ColourModel, colourModels } from './colour-models.ts';
import { colourSamples, varietyOf } from './colour-samples.ts';
import { unexplainedByColour } from './explain-colour.ts';
import type { ComparedPicture } from './picture.ts';

/** What a difference in colour comes from, as far as that is proven, with the figures that say so. */
export type ColourCause = {
  /** `colour`: some change of colour that has no name, or more than one; `unexplained`: none does it. */
  kind: ColourModel['kind'] | 'colour' | 'unexplained';
  words: string;
  /** The part of the difference that is left when it is done to the first picture. */
  unexplained: number;
  /** Of green, B over A. */
  stops: number;
  /** B over A, by channel. */
  gains: readonly [number, number, number];
  /** Slope of log light of B over that of A: 1 where only the light's amount differs. */
  slope: number;
  saturation: number;
  /** Which primaries were taken for which, where two known ones explain it. */
  primaries: { coded: string; readAs: string } | null;
};

/** What a named cause may leave of the difference: noise, and another debayering, are in it too. What any change of colour may, which is free in more. */
const [PROVEN_LEAVES, ANY_LEAVES] = [0.15, 0.2];
/** The same where both are seen through samples of few bits: fractions of a code and light beyond white are in it too. */
const PROVEN_LEAVES_COARSELY = 0.25;
/** A rival explains as much that leaves no more than so many times as much, or this more. */
const [AS_MUCH, AND] = [2.5, 0.006];
/** A cause is the simpler case of the others: where it explains as much, they are not needed. */
const INCLUDED: Partial<Record<ColourModel['kind'], readonly ColourModel['kind'][]>> = {
  exposure: ['white-balance', 'transfer-function'],
};

/**
 * Names what was done to the colour, where doing it to the first picture gives the second, nothing else does as well, and the
 * picture has the levels and hues to tell.
 * @param isCoarse both were read through a coding of few bits
 */
export function colourCause(a: ComparedPicture, b: ComparedPicture, isCoarse = false): ColourCause {
  const provenLeaves = isCoarse ? PROVEN_LEAVES_COARSELY : PROVEN_LEAVES;
  const pairs = colourSamples(a, b);
  const models = colourModels(pairs, varietyOf(pairs));
  const gains = models.find(({ kind }) => kind === 'white-balance')!.facts.gains!;
  const slope = models.find((each) => each.facts.slope !== undefined)!.facts.slope!;
  const figures = { stops: Math.log2(gains[1]), gains, slope, saturation: 1, primaries: null };
  const [best] = models;
  if (!best || best.left > provenLeaves) {
    const unexplained = unexplainedByColour(a, b);
    return unexplained <= ANY_LEAVES
      ? { ...figures, kind: 'colour', words: 'a change of colour, and none that is known', unexplained }
      : { ...figures, kind: 'unexplained', words: 'no cause that is known explains it', unexplained };
  }
  const asGood = models.filter(({ left }) => left <= Math.min(provenLeaves, AS_MUCH * best.left + AND));
  const kinds = [...new Set(asGood.map(({ kind }) => kind))];
  const simplest = kinds.filter((kind) => !kinds.some((other) => INCLUDED[other]?.includes(kind)));
  const named = asGood.find(({ kind }) => kind === simplest[0])!;
  if (simplest.length === 1 && named.isTold)
    return { ...figures, ...named.facts, kind: named.kind, words: named.words, unexplained: named.left };
  const words =
    simplest.length > 1
      ? `a change of colour that this picture cannot tell: ${simplest.map((kind) => asGood.find((each) => each.kind === kind)!.words).join('; or: ')}`
      : `a change of colour, which could be ${named.words}; the picture has too few levels or hues to tell`;
  return { ...figures, kind: 'colour', words, unexplained: named.left };
}
