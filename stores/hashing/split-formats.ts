/** Seconds of one processor for a gigabyte, relative to each other. Source: measured here with OpenSSL and xxHash; only the ratios matter. */
const COST: Record<string, number> = { md5: 1.7, c4: 1.1, sha1: 0.7, xxh32: 0.25, xxh64: 0.14, xxh3: 0.1, xxh128: 0.1 };
const READING_COST = 0.1;
const UNKNOWN_COST = 1;

/**
 * Shares formats among threads so that the slowest thread has the least to do; the first share also reads.
 * Fewer shares than threads come back where more would not be faster.
 */
export function splitFormats(formats: readonly string[], threads: number): string[][] {
  const shares = Array.from({ length: Math.max(1, Math.min(threads, formats.length)) }, () => ({ formats: [] as string[], cost: 0 }));
  shares[0]!.cost = READING_COST;
  for (const format of [...formats].sort((a, b) => costOf(b) - costOf(a))) {
    const least = shares.reduce((a, b) => (b.cost < a.cost ? b : a));
    least.formats.push(format);
    least.cost += costOf(format);
  }
  const used = shares.filter((share) => share.formats.length > 0);
  return isWorthSplitting(formats, Math.max(...used.map(({ cost }) => cost))) ? used.map((share) => share.formats) : [[...formats]];
}

// Passing pieces between threads costs something too: a tenth saved is not worth it.
function isWorthSplitting(formats: readonly string[], slowest: number): boolean {
  const alone = formats.reduce((sum, format) => sum + costOf(format), READING_COST);
  return slowest < alone * 0.9;
}

function costOf(format: string): number {
  return COST[format] ?? UNKNOWN_COST;
}
