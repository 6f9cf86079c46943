import { createHash, hash } from 'node:crypto';
import type { HashAlgorithm, HashFormat } from '../../schemas/hash.ts';
import { digestText } from './digest-text.ts';
import { xxhash, xxhashOf } from './xxhash.ts';

export type { HashAlgorithm };

/** Digests by algorithm in their text form. */
export type ComputedDigests = Partial<Record<HashAlgorithm, string>>;

/** Several digests of one stream of bytes, each byte passed once. */
export type Hasher = {
  /** Takes the next bytes; the chunk may be reused by the caller as soon as this returns. */
  update(chunk: Uint8Array): void;
  /** Ends the stream. Call once. */
  digests(): ComputedDigests;
};

type Stream = { update(chunk: Uint8Array): unknown; digest(): Uint8Array };

/** Starts a hasher for these formats; a format named twice is computed once. */
export function createHasher(formats: Iterable<HashAlgorithm>): Hasher {
  const streams = new Map<HashAlgorithm, Stream>();
  for (const format of formats) {
    if (!streams.has(format)) streams.set(format, startStream(format));
  }
  return {
    update(chunk) {
      for (const stream of streams.values()) stream.update(chunk);
    },
    digests() {
      const digests: ComputedDigests = {};
      for (const [format, stream] of streams) digests[format] = digestText(format, stream.digest());
      return digests;
    },
  };
}

/** Digest of bytes already in memory. */
export function hashBytes(format: HashFormat, bytes: Uint8Array): string {
  return digestText(format, hashRaw(format, bytes));
}

/** Raw digest of bytes already in memory. */
export function hashRaw(format: HashFormat, bytes: Uint8Array): Uint8Array {
  if (format === 'md5' || format === 'sha1') return hash(format, bytes, 'buffer');
  return format === 'c4' ? hash('sha512', bytes, 'buffer') : xxhashOf(format, bytes);
}

function startStream(format: HashAlgorithm): Stream {
  if (format === 'md5' || format === 'sha1') return createHash(format);
  if (format === 'c4') return createHash('sha512');
  return xxhash(format);
}
