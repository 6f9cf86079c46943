/** A seeded source of 32-bit unsigned integers: the same seed gives the same run on every machine. Source: Marsaglia, Xorshift RNGs (2003), 13/17/5. */
export function makeRandom(seed: number): () => number {
  // Xorshift stays at 0 for ever, so neighbouring small seeds are spread first and 0 is replaced.
  let state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state;
  };
}
