import { randomFillSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { c4FromSha512, sha512FromC4 } from '../../../standards/hash/c4.ts';
import { digestBytes, digestText } from '../../../standards/hash/digest-text.ts';
import { createHasher, hashBytes } from '../../../standards/hash/hasher.ts';
import { xxhash } from '../../../standards/hash/xxhash.ts';
import { portableXxhash } from '../../../standards/hash/xxhash-portable.ts';

// Source: ascmitc/mhl tests/test_hasher.py, the bytes `media-hash-list`.
const VECTORS = {
  md5: '9db0fc9f30f5ee70041a7538809e2858',
  sha1: '7b57673ac5633937a55b59009ad0c57ee08188b7',
  xxh64: '584b2ea1974f2b7c',
  xxh3: '6d4cbd75905c81aa',
  xxh128: '61a67c014f703a456ee7a776fd8c06bd',
  c4: 'c456LycWwpMMS7VDZEKvYv2L1uJS6s4qAFnaJdnQiy5JVbBFZMA8aLDS6SPaJjLqxXH4qZdnbuktopMt9frtC2qL1R',
} as const;
const FORMATS = Object.keys(VECTORS) as (keyof typeof VECTORS)[];

describe('hashes', () => {
  test('every format of ASC MHL gives the published vector, all in one pass', () => {
    const hasher = createHasher(FORMATS);
    hasher.update(Buffer.from('media-'));
    hasher.update(new Uint8Array(Buffer.from('hash-list')));
    expect(hasher.digests()).toEqual(VECTORS);
  });

  test('bytes in memory have the same digests as a stream', () => {
    for (const format of FORMATS)
      expect(hashBytes(format, Buffer.from('media-hash-list'))).toBe(VECTORS[format]);
  });

  test('WebAssembly gives the digests of the native addon, also when streams take turns', () => {
    const bytes = randomFillSync(Buffer.alloc(100_003));
    for (const format of ['xxh32', 'xxh64', 'xxh3', 'xxh128'] as const) {
      const native = xxhash(format);
      const [one, other] = [portableXxhash(format), portableXxhash(format)];
      for (let at = 0; at < bytes.length; at += 777) {
        const piece = bytes.subarray(at, at + 777);
        native.update(piece);
        one.update(piece);
        other.update(piece.subarray(1));
      }
      expect(Buffer.from(one.digest()).toString('hex')).toBe(Buffer.from(native.digest()).toString('hex'));
      expect(other.digest()).toHaveLength(native.digest().length);
    }
  });

  test('a chunk may be reused by its owner as soon as the hasher has taken it', () => {
    const buffer = Buffer.from('media-');
    const hasher = createHasher(FORMATS);
    hasher.update(buffer);
    buffer.fill(0);
    hasher.update(Buffer.from('hash-list'));
    expect(hasher.digests()).toEqual(VECTORS);
  });
});

describe('C4', () => {
  test('leading zeros keep an identifier at 90 characters', () => {
    const digest = Buffer.alloc(64);
    expect(c4FromSha512(digest)).toBe(`c4${'1'.repeat(88)}`);
    digest[63] = 57;
    expect(c4FromSha512(digest)).toBe(`c4${'1'.repeat(87)}z`);
    expect(c4FromSha512(Buffer.alloc(64, 0xff))).toHaveLength(90);
  });

  test('an identifier leads back to its digest', () => {
    for (const fill of [0, 1, 0x7f, 0xff]) {
      const digest = Buffer.alloc(64, fill);
      expect(Buffer.from(sha512FromC4(c4FromSha512(digest))!).equals(digest)).toBe(true);
    }
  });

  test('what is no identifier, or too large for 512 bits, leads nowhere', () => {
    for (const text of ['', 'c4', `c4${'0'.repeat(88)}`, `c4${'z'.repeat(88)}`, VECTORS.c4.slice(1)]) {
      expect(sha512FromC4(text)).toBeNull();
    }
  });
});

test('a digest text of the wrong length or alphabet is no digest', () => {
  expect(digestBytes('md5', 'abc')).toBeNull();
  expect(digestBytes('xxh64', 'zzzzzzzzzzzzzzzz')).toBeNull();
  expect(digestText('xxh64', digestBytes('xxh64', '00EA3B369A463D9D')!)).toBe('00ea3b369a463d9d');
});
