/** Whole frames from first to last, inclusive. */
export type FrameRange = { first: number; last: number };

/** How many frames a range holds. */
export function countFrames(range: FrameRange): number {
  return range.last - range.first + 1;
}

/** Whether every frame of `inner` is in `outer`. */
export function holds(outer: FrameRange, inner: FrameRange): boolean {
  return outer.first <= inner.first && inner.last <= outer.last;
}

/** Whether two ranges share a frame. */
export function meet(a: FrameRange, b: FrameRange): boolean {
  return a.first <= b.last && b.first <= a.last;
}

/** The same frames as few ranges in rising order; ranges that touch become one. */
export function joinRanges(ranges: readonly FrameRange[]): FrameRange[] {
  const joined: FrameRange[] = [];
  for (const range of [...ranges].sort((a, b) => a.first - b.first)) {
    const last = joined.at(-1);
    if (last && range.first <= last.last + 1) last.last = Math.max(last.last, range.last);
    else joined.push({ ...range });
  }
  return joined;
}

/** The frames of `range` that none of `others` holds. */
export function withoutRanges(range: FrameRange, others: readonly FrameRange[]): FrameRange[] {
  const left: FrameRange[] = [];
  let first = range.first;
  for (const other of joinRanges(others)) {
    if (other.last < first || other.first > range.last) continue;
    if (other.first > first) left.push({ first, last: other.first - 1 });
    first = Math.max(first, other.last + 1);
  }
  if (first <= range.last) left.push({ first, last: range.last });
  return left;
}
