import type { Rational } from '../../schemas/rational.ts';
import { absolute, add, ceil, floor, multiply, rational } from './rational.ts';

/** A half-open stretch of source time in frames, exact: `[start, end)`. */
export type SourceRange = { start: Rational; end: Rational };

/** Frames shown, in the order of showing: `first` is above `last` in reverse, both the same in a freeze. Inclusive. */
export type ShownFrames = { first: number; last: number };

/**
 * Source time that a use covers: record frame k spans source time `entry + k·step` to `entry + (k+1)·step`.
 * @param entryFrame first source frame shown (in reverse the highest)
 * @param recordFrames record frames, at least 1
 * @param step source frames per record frame: 1 normal, 0 a freeze, negative in reverse
 */
export function sourceRange(entryFrame: number, recordFrames: number, step: Rational): SourceRange {
  if (step.num === 0) return { start: rational(entryFrame), end: rational(entryFrame + 1) };
  const length = multiply(absolute(step), rational(recordFrames));
  if (step.num > 0) return { start: rational(entryFrame), end: add(rational(entryFrame), length) };
  const end = rational(entryFrame + 1);
  return { start: add(end, { num: -length.num, den: length.den }), end };
}

/** Whole frames that hold a source range, rounded outward; inclusive, `first` ≤ `last`. */
export function framesHolding(range: SourceRange): { first: number; last: number } {
  const first = floor(range.start);
  return { first, last: Math.max(first, ceil(range.end) - 1) };
}

/** The same frames in the order of showing: turned round when the step is negative. */
export function shownFrames(frames: { first: number; last: number }, step: Rational): ShownFrames {
  return step.num < 0 ? { first: frames.last, last: frames.first } : frames;
}

/** Handle length in source frames: record handles scaled by the speed and rounded outward; a freeze keeps them as asked. */
export function scaleHandle(recordHandle: number, step: Rational): number {
  return step.num === 0 ? recordHandle : ceil(multiply(absolute(step), rational(recordHandle)));
}
