/** Value of a binary16 bit pattern. Source: IEEE 754-2019, 3.4. */
export function valueOfHalf(bits: number): number {
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  const magnitude =
    exponent === 31
      ? fraction === 0
        ? Number.POSITIVE_INFINITY
        : Number.NaN
      : exponent === 0
        ? fraction * 2 ** -24
        : (1 + fraction / 1024) * 2 ** (exponent - 15);
  return bits & 0x8000 ? -magnitude : magnitude;
}

/** The non-negative half that is next to `value` toward zero, as its bit pattern; at most the largest finite one. */
export function halfBelow(value: number): number {
  if (!(value > 0)) return 0;
  if (value >= 65504) return 0x7bff;
  const exponent = Math.max(-14, Math.floor(Math.log2(value)));
  // log2 may land on the next power of two just below it.
  const power = value < 2 ** exponent && exponent > -14 ? exponent - 1 : exponent;
  const steps = Math.floor(value / 2 ** (power - 10));
  return steps + (power + 14) * 1024;
}
