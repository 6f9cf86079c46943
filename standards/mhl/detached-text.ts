/**
 * The same text in memory of its own. A piece cut from a long string keeps the whole of it alive, so that 200,000 paths would keep their manifest;
 * a copy through bytes keeps nothing.
 */
export function detached(text: string): string {
  return text.length < SHORTEST_CUT ? text : Buffer.from(text, 'utf8').toString();
}

/** Shorter cuts are copied by the engine anyway. Source: V8, SlicedString::kMinLength. */
const SHORTEST_CUT = 13;
