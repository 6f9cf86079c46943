import { sceneLayout, WIDTH_IN_MODULES } from './scene-layout.ts';

/** What the counter says: the source frame (0-based, 0..65535) and the tag of the clip (0..255). */
export type CounterReading = { frame: number; tag: number };

/** Runs of the finder mark, black first, as in a QR code: found at any scale, and rare in pictures. Source: ISO/IEC 18004, 6.3.3 (1:1:3:1:1). */
const FINDER = [1, 1, 3, 1, 1] as const;
const FINDER_MODULES = 7;
const DATA_BITS = 32;
/** Finder, white, data, white, finder. */
const COUNTER_MODULES = FINDER_MODULES * 2 + 2 + DATA_BITS;
/** Rows of the picture that have to agree; a chance match of finders and check byte in this many rows does not happen. */
const ROWS_TO_AGREE = 2;

/** The modules of a counter from left to right: 1 is white. Data: 16 bits frame, 8 bits tag, 8 bits check, most significant first. */
export function counterModules(reading: CounterReading): Uint8Array {
  const payload = ((reading.frame & 0xffff) << 8) | (reading.tag & 0xff);
  const word = payload * 256 + check(payload);
  const data = Array.from({ length: DATA_BITS }, (_, i) => Math.floor(word / 2 ** (DATA_BITS - 1 - i)) % 2);
  const finder = [0, 1, 0, 0, 0, 1, 0];
  return Uint8Array.from([...finder, 1, ...data, 1, ...finder]);
}

/** Left edge of the first module, in pixels. */
export function counterLeft(width: number): number {
  const { modulePx } = sceneLayout(width, WIDTH_IN_MODULES);
  return Math.floor((width - COUNTER_MODULES * modulePx) / 2);
}

/**
 * Finds and reads the counter wherever it stands: after a crop, a scale, a log curve, a display transform or lossy coding.
 * @param pixels row by row from the top, `channels` interleaved values each, on any rising scale (8-bit, 16-bit, float)
 * @returns null when no two rows agree on a reading with a correct check byte
 */
export function readCounter(
  pixels: ArrayLike<number>,
  width: number,
  height: number,
  channels: number,
): CounterReading | null {
  const votes = new Map<number, number>();
  const row = new Float64Array(width);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * channels;
      let sum = 0;
      for (let c = 0; c < Math.min(channels, 3); c++) sum += pixels[at + c]!;
      row[x] = sum;
    }
    const payload = readRow(row);
    if (payload !== null) votes.set(payload, (votes.get(payload) ?? 0) + 1);
  }
  const [best, second] = [...votes].sort((a, b) => b[1] - a[1]);
  if (!best || best[1] < ROWS_TO_AGREE || best[1] === second?.[1]) return null;
  return { frame: best[0] >> 8, tag: best[0] & 0xff };
}

/** CRC-8, polynomial x^8 + x^2 + x + 1, over the three payload bytes. */
function check(payload: number): number {
  let crc = 0;
  for (const shift of [16, 8, 0]) {
    crc ^= (payload >> shift) & 0xff;
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x80 ? ((crc << 1) ^ 0x07) & 0xff : crc << 1;
  }
  return crc;
}

/** The strip has nothing but black and white in its rows, so half way between them is the threshold on any scale. */
function readRow(row: Float64Array): number | null {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of row) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (!(high > low)) return null;
  const threshold = (low + high) / 2;
  const edges = findEdges(row, threshold);
  for (const { start, pitch } of finderPairs(findFinders(row, edges, threshold))) {
    const payload = readData(row, start + (FINDER_MODULES + 1) * pitch, pitch, threshold);
    if (payload !== null) return payload;
  }
  return null;
}

/** Pairs of finders that may frame a counter, the most even first: data can look like a finder, and then stands at a wrong distance. */
function finderPairs(finders: { start: number; end: number }[]): { start: number; pitch: number }[] {
  const pairs = finders.flatMap((left) =>
    finders
      .filter((right) => right.start > left.end)
      .map((right) => {
        const pitch = (right.end - left.start) / COUNTER_MODULES;
        const unevenness = Math.max(
          ...[left, right].map((f) => Math.abs((f.end - f.start) / FINDER_MODULES / pitch - 1)),
        );
        return { start: left.start, pitch, unevenness };
      }),
  );
  return pairs.filter(({ unevenness }) => unevenness < 0.3).sort((a, b) => a.unevenness - b.unevenness);
}

/** Places where the row crosses the threshold, to a fraction of a pixel; pixel i spans i..i+1. A tight crop cuts at a finder, so the borders count. */
function findEdges(row: Float64Array, threshold: number): number[] {
  const edges: number[] = [0];
  for (let x = 1; x < row.length; x++) {
    const [before, after] = [row[x - 1]!, row[x]!];
    if (before < threshold !== after < threshold)
      edges.push(x - 0.5 + (threshold - before) / (after - before));
  }
  edges.push(row.length);
  return edges;
}

function findFinders(
  row: Float64Array,
  edges: number[],
  threshold: number,
): { start: number; end: number }[] {
  const found: { start: number; end: number }[] = [];
  for (let i = 0; i + FINDER.length < edges.length; i++) {
    const start = edges[i]!;
    const end = edges[i + FINDER.length]!;
    const startsBlack = row[Math.min(row.length - 1, Math.floor(start + 0.5))]! < threshold;
    const pitch = (end - start) / FINDER_MODULES;
    const fits = FINDER.every(
      (modules, k) => Math.abs((edges[i + k + 1]! - edges[i + k]!) / pitch - modules) < 0.6,
    );
    if (startsBlack && fits) found.push({ start, end });
  }
  return found;
}

function readData(row: Float64Array, start: number, pitch: number, threshold: number): number | null {
  let word = 0;
  for (let i = 0; i < DATA_BITS; i++) {
    const centre = row[Math.floor(start + (i + 0.5) * pitch)];
    if (centre === undefined) return null;
    word = word * 2 + (centre >= threshold ? 1 : 0);
  }
  const payload = Math.floor(word / 256);
  return check(payload) === word % 256 ? payload : null;
}
