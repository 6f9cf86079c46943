import type { HashAlgorithm } from '../../standards/hash/hasher.ts';

/** Seconds of one processor for a gigabyte, relative to each other. Source: measured here with OpenSSL and xxHash; only the ratios matter. */
const COST: Record<HashAlgorithm, number> = {
  md5: 1.7,
  c4: 1.1,
  sha1: 0.7,
  xxh32: 0.25,
  xxh64: 0.14,
  xxh3: 0.1,
  xxh128: 0.1,
};
const READING_COST = 0.1;

/**
 * Shares formats among threads so that the slowest thread has the least to do; the first share also reads.
 * One share comes back where more would not be a tenth faster: passing pieces between threads costs something too.
 */
export function splitFormats(formats: readonly HashAlgorithm[], threads: number): HashAlgorithm[][] {
  const shares = Array.from({ length: Math.max(1, Math.min(threads, formats.length)) }, () => ({
    formats: [] as HashAlgorithm[],
    cost: 0,
  }));
  shares[0]!.cost = READING_COST;
  for (const format of [...formats].sort((a, b) => COST[b] - COST[a])) {
    const least = shares.reduce((a, b) => (b.cost < a.cost ? b : a));
    least.formats.push(format);
    least.cost += COST[format];
  }
  const alone = formats.reduce((sum, format) => sum + COST[format], READING_COST);
  const slowest = Math.max(...shares.map(({ cost }) => cost));
  return slowest < alone * 0.9 ? shares.map((share) => share.formats) : [[...formats]];
}
