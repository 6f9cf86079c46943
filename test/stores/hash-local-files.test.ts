import { randomFillSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { HashFormat } from '../../schemas/hash.ts';
import { hashBytes } from '../../standards/hash/hasher.ts';
import type { Observation } from '../../standards/mhl/verdict.ts';
import { hashLocalFiles } from '../../stores/hashing/hash-local-files.ts';
import { hashThreads } from '../../stores/hashing/hash-threads.ts';
import { startAhead } from '../../stores/hashing/head-start.ts';
import { splitFormats } from '../../stores/hashing/split-formats.ts';

const FORMATS: HashFormat[] = ['c4', 'md5', 'sha1', 'xxh128', 'xxh3', 'xxh64'];

let folder = '';
const contents = new Map<string, Buffer>();
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'rushes-hashing-'));
  contents.clear();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function makeFile(name: string, sizeBytes: number): void {
  const bytes = randomFillSync(Buffer.alloc(sizeBytes));
  contents.set(name, bytes);
  writeFileSync(path.join(folder, name), bytes);
}

async function hashAll(formats: HashFormat[], count: number): Promise<Map<string, Observation>> {
  const found = new Map<string, Observation>();
  const orders = [...contents].map(([name, { length }]) => ({ path: name, sizeBytes: length, formats }));
  await hashLocalFiles(orders, (name, observation) => found.set(name, observation), { folder, count });
  return found;
}

describe('hashing local files', () => {
  // Sizes around a piece of 256 KiB, and more pieces than a ring has places.
  const sizes = [0, 1, 256 * 1024 - 1, 256 * 1024, 256 * 1024 + 1, 9 * 1024 * 1024 + 7];

  for (const count of [1, 2, 4]) {
    test(`on ${count} threads gives every digest of every file`, async () => {
      for (const [index, size] of sizes.entries()) makeFile(`f${index}`, size);
      const found = await hashAll(FORMATS, count);
      for (const [name, bytes] of contents) {
        expect(found.get(name), name).toEqual({
          digests: Object.fromEntries(FORMATS.map((format) => [format, hashBytes(format, bytes)])),
        });
      }
    });
  }

  test('many small files are each told once', async () => {
    for (let index = 0; index < 700; index += 1) makeFile(`s${index}`, index);
    const told: string[] = [];
    const orders = [...contents].map(([name, { length }]) => ({
      path: name,
      sizeBytes: length,
      formats: ['xxh128' as const],
    }));
    await hashLocalFiles(orders, (name) => told.push(name), { folder, count: 3 });
    expect(told.sort()).toEqual([...contents.keys()].sort());
  });

  test('what threads began with early is not read again, and a wrong guess costs nothing but time', async () => {
    for (let index = 0; index < 450; index += 1) makeFile(`s${index}`, index);
    makeFile('large', 5 << 20);
    const files = [...contents].map(([name, { length }]) => ({ path: name, sizeBytes: length }));
    for (const guess of [['xxh128', 'md5'], ['xxh64']] as const) {
      const threads = hashThreads();
      const headStart = startAhead(files, [...guess], { folder, threads, others: 2 });
      expect(headStart).not.toBeNull();
      const found = new Map<string, Observation>();
      const orders = files.map((file) => ({ ...file, formats: ['md5' as const] }));
      await hashLocalFiles(orders, (name, one) => found.set(name, one), {
        folder,
        count: 3,
        threads,
        headStart,
      });
      threads.end();
      expect(found.size).toBe(451);
      for (const [name, bytes] of contents)
        expect(found.get(name)).toEqual({ digests: { md5: hashBytes('md5', bytes) } });
    }
  });

  test('a file that is gone or is none gives a reason, alone and shared among threads', async () => {
    makeFile('large', 20 << 20);
    makeFile('small', 10);
    rmSync(path.join(folder, 'large'));
    rmSync(path.join(folder, 'small'));
    for (const count of [1, 3]) {
      const found = await hashAll(['md5', 'sha1', 'c4'], count);
      for (const name of contents.keys())
        expect(found.get(name)).toEqual({ error: expect.stringContaining('ENOENT') });
    }
  });
});

describe('formats are shared among threads', () => {
  test('so that the slowest has the least to do', () => {
    expect(splitFormats(['md5'], 2)).toEqual([['md5']]);
    expect(splitFormats(['xxh128', 'md5'], 2)).toEqual([['xxh128'], ['md5']]);
    expect(splitFormats(['md5', 'sha1'], 2)).toEqual([['sha1'], ['md5']]);
    expect(
      splitFormats(FORMATS, 3)
        .map(([first]) => first)
        .sort(),
    ).toEqual(['c4', 'md5', 'sha1']);
    expect(splitFormats(FORMATS, 3).flat().sort()).toEqual(FORMATS);
  });
});
