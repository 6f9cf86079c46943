/** Encodes a frame of linear camera RGB to 16-bit full-range code values, planar in the order G, B, R (ffmpeg's gbrp16le). */
export type FrameEncoder = (linear: Float32Array) => Buffer;

/** Low bits of a float32 that the table leaves out: twelve bits of fraction stay, an error below 0.013 %. */
const DROPPED_BITS = 11;

/** An encoder for a curve from linear light to 0..1; the result of each call is a new buffer, so that a pipe may hold it. */
export function makeFrameEncoder(curve: (linear: number) => number): FrameEncoder {
  const table = curveTable(curve);
  return (linear) => {
    const count = linear.length / 3;
    const bits = new Uint32Array(linear.buffer, linear.byteOffset, linear.length);
    const buffer = Buffer.allocUnsafeSlow(count * 6);
    const codes = new Uint16Array(buffer.buffer, buffer.byteOffset, count * 3);
    for (let i = 0, p = 0; p < count; i += 3, p++) {
      codes[p] = table[bits[i + 1]! >>> DROPPED_BITS]!;
      codes[p + count] = table[bits[i + 2]! >>> DROPPED_BITS]!;
      codes[p + 2 * count] = table[bits[i]! >>> DROPPED_BITS]!;
    }
    return buffer;
  };
}

/** The curve at the middle of each run of floats that share their upper bits: looking up costs a fraction of computing a logarithm. */
function curveTable(curve: (linear: number) => number): Uint16Array {
  const table = new Uint16Array(2 ** (32 - DROPPED_BITS));
  const bits = new Uint32Array(1);
  const float = new Float32Array(bits.buffer);
  for (let i = 0; i < table.length; i++) {
    bits[0] = (i << DROPPED_BITS) | (1 << (DROPPED_BITS - 1));
    const linear = Number.isNaN(float[0]) ? 0 : Math.max(-1, Math.min(1e4, float[0]!));
    table[i] = Math.max(0, Math.min(65535, Math.round(65535 * curve(linear))));
  }
  return table;
}
