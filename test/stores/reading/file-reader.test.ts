import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFile, mkdtemp, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createFileReader, type FileReader } from '../../../stores/reading/file-reader.ts';

let reader: FileReader;
let folder: string;
beforeAll(async () => {
  reader = createFileReader({ threads: 2 });
  folder = await mkdtemp(path.join(tmpdir(), 'rushes-reader-'));
});
afterAll(async () => {
  await reader.close();
  await rm(folder, { recursive: true, force: true });
});

const MIB = 1024 ** 2;
const local = async (name: string, bytes: Uint8Array): Promise<string> => {
  await writeFile(path.join(folder, name), bytes);
  return path.join(folder, name);
};

test('fifty files at once are hashed each as its own', async () => {
  const files = await Promise.all(
    Array.from({ length: 50 }, (_, i) => local(`many-${i}`, Buffer.alloc(i * 70_000, i))),
  );
  const hashed = await Promise.all(files.map((file) => reader.hash(file, { formats: ['md5', 'sha1'] })));
  hashed.forEach(({ sizeBytes, digests }, i) => {
    expect(sizeBytes).toBe(i * 70_000);
    expect(digests).toEqual({
      md5: createHash('md5')
        .update(Buffer.alloc(i * 70_000, i))
        .digest('hex'),
      sha1: createHash('sha1')
        .update(Buffer.alloc(i * 70_000, i))
        .digest('hex'),
    });
  });
});

test('the bytes come in order and whole, and no more than a few pieces are held', async () => {
  const bytes = Buffer.concat(Array.from({ length: 21 }, (_, i) => Buffer.alloc(MIB, i)));
  const file = await local('ordered', bytes);
  const read = await reader.read(file, { formats: ['md5'] });
  const pieces: Buffer[] = [];
  for await (const chunk of read.chunks) {
    pieces.push(Buffer.from(chunk.bytes));
    chunk.release();
  }
  expect(Buffer.concat(pieces).equals(bytes)).toBe(true);
  expect((await read.digests).md5).toBe(createHash('md5').update(bytes).digest('hex'));
});

test('a reader whose pieces are not taken stands still instead of filling the memory', async () => {
  const file = await local('stalled', Buffer.alloc(64 * MIB));
  const read = await reader.read(file, { formats: ['xxh128'] });
  const state = { ended: false };
  read.digests.then(
    () => {
      state.ended = true;
    },
    () => undefined,
  );
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(state.ended).toBe(false);
  read.cancel();
});

test.each([
  ['grows', (file: string) => appendFile(file, 'x')],
  ['is written over in place', (file: string) => utimes(file, new Date(), new Date(Date.now() + 5000))],
  [
    'is replaced by another file',
    async (file: string) => {
      await writeFile(`${file}.new`, Buffer.alloc(16 * MIB));
      await rename(`${file}.new`, file);
    },
  ],
])('a file that %s while it is read is a failure', async (_, change) => {
  const file = await local(`changing-${Math.random()}`, Buffer.alloc(16 * MIB));
  const read = await reader.read(file, { formats: ['xxh128'] });
  let changed: Promise<void> | undefined;
  const readAll = async (): Promise<void> => {
    for await (const chunk of read.chunks) {
      changed ??= change(file);
      await changed;
      chunk.release();
    }
    await read.digests;
  };
  await expect(readAll()).rejects.toMatchObject({ code: 'source-changed', facts: { path: file } });
});

test('a named pipe and a folder are refused at once', async () => {
  execFileSync('mkfifo', [path.join(folder, 'pipe')]);
  await expect(reader.hash(path.join(folder, 'pipe'), { formats: ['md5'] })).rejects.toMatchObject({
    code: 'unreadable',
  });
  await expect(reader.hash(folder, { formats: ['md5'] })).rejects.toMatchObject({ code: 'unreadable' });
  await expect(reader.hash(path.join(folder, 'none'), { formats: ['md5'] })).rejects.toMatchObject({
    code: 'not-found',
  });
});

test('hashing that is cancelled ends at once, and the thread serves the next file', async () => {
  const file = await local('cancelled', Buffer.alloc(64 * MIB));
  const cancel = new AbortController();
  const hashing = reader.hash(file, {
    formats: ['c4', 'md5'],
    signal: cancel.signal,
    progress: () => cancel.abort(),
  });
  await expect(hashing).rejects.toMatchObject({ name: 'AbortError' });
  expect(
    (await reader.hash(await local('next', Buffer.from('next')), { formats: ['md5'] })).digests.md5,
  ).toBe(createHash('md5').update('next').digest('hex'));
});
