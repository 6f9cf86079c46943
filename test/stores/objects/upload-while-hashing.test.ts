import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { appendFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSite, someBytes, type TestSite } from './open-store.ts';

let site: TestSite;
let ocf: string;
beforeAll(async () => {
  site = await openSite();
  ocf = site.store.bucket('ocf');
});
afterAll(() => site.close());

const md5 = (bytes: Uint8Array): string => createHash('md5').update(bytes).digest('hex');
const MIB = 1024 ** 2;

describe.each([
  ['an empty file', 0],
  ['one byte', 1],
  ['exactly one piece', 2 * MIB],
  ['one byte more than a piece', 2 * MIB + 1],
  ['many pieces', 9 * MIB + 77],
  ['parts', 12 * MIB + 1],
  ['many parts', 31 * MIB],
])('%s', (name, size) => {
  const bytes = someBytes(size, size + 1);

  test('is stored with the bytes and the hashes it has on the card', async () => {
    const file = await site.writeLocal(`good-${size}`, bytes);
    const seen: number[] = [];
    const upload = await site.store.uploadWhileHashing({
      file,
      bucket: ocf,
      key: `p/d/r/good ${name}`,
      formats: ['c4', 'sha1'],
      expected: { md5: md5(bytes) },
      progress: (done) => seen.push(done),
    });
    expect(upload).toMatchObject({
      outcome: 'written',
      sizeBytes: size,
      digests: { md5: md5(bytes), sha1: createHash('sha1').update(bytes).digest('hex') },
    });
    const stored = await site.store.getBytes({ bucket: ocf, key: `p/d/r/good ${name}` });
    expect(stored.equals(bytes)).toBe(true);
    const stat = await site.store.stat(ocf, `p/d/r/good ${name}`);
    expect(stat?.versionId).not.toBeNull();
    expect(upload).toMatchObject({ versionId: stat?.versionId, etag: stat?.etag });
    expect(seen.at(-1)).toBe(size);
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
  });

  test('never becomes an object when one of its recorded hashes differs, and both hashes are told', async () => {
    const file = await site.writeLocal(`bad-${size}`, bytes);
    const expected = { md5: md5(bytes), xxh64: '0000000000000000' };
    const upload = await site.store.uploadWhileHashing({
      file,
      bucket: ocf,
      key: `p/d/r/bad ${name}`,
      expected,
    });
    expect(upload).toMatchObject({
      outcome: 'mismatch',
      expected,
      differing: ['xxh64'],
      digests: { md5: md5(bytes), xxh64: expect.stringMatching(/^[0-9a-f]{16}$/) },
    });
    expect(await site.store.stat(ocf, `p/d/r/bad ${name}`)).toBeNull();
    expect(await site.store.dropStaleUploads(ocf, `p/d/r/bad ${name}`, -60_000)).toBe(0);
  });
});

test.each([6, 3 * MIB])(
  'an object that is there is left alone by a file of %i bytes, good or damaged or gone, and what it is is told',
  async (size) => {
    const file = await site.writeLocal(`second-${size}`, someBytes(size));
    const at = { bucket: ocf, key: `p/d/r/first-${size}` };
    await site.store.putWholeIfAbsent(at.bucket, at.key, Buffer.from('first'));
    const there = { outcome: 'already', existing: { sizeBytes: 5 } };
    expect(await site.store.uploadWhileHashing({ file, ...at })).toMatchObject(there);
    const expected = { xxh128: '0'.repeat(32) };
    expect(await site.store.uploadWhileHashing({ file, ...at, expected })).toMatchObject(there);
    expect(await site.store.uploadWhileHashing({ file: `${file}-gone`, ...at })).toMatchObject(there);
    expect((await site.store.getBytes(at)).toString()).toBe('first');
    expect((await site.store.versionsOf(at.bucket, at.key)).length).toBe(1);
  },
);

test.each([MIB, 3 * MIB, 13 * MIB])(
  'of eight uploads of %i bytes to one key at once one writes, the others find it',
  async (size) => {
    const bytes = someBytes(size);
    const file = await site.writeLocal(`race-${size}`, bytes);
    const uploads = await Promise.all(
      Array.from({ length: 8 }, () =>
        site.store.uploadWhileHashing({ file, bucket: ocf, key: `p/d/r/race-${size}` }),
      ),
    );
    expect(uploads.map((upload) => upload.outcome).sort()).toEqual([...Array(7).fill('already'), 'written']);
    expect((await site.store.getBytes({ bucket: ocf, key: `p/d/r/race-${size}` })).equals(bytes)).toBe(true);
  },
);

test.each([30 * MIB, 11 * MIB])(
  'an upload of %i bytes that is cancelled leaves no object, and no parts after a sweep',
  async (size) => {
    const file = await site.writeLocal(`cancelled-${size}`, someBytes(size));
    const cancel = new AbortController();
    const upload = site.store.uploadWhileHashing({
      file,
      bucket: ocf,
      key: `p/d/r/cancelled-${size}`,
      signal: cancel.signal,
      progress: () => cancel.abort(),
    });
    await expect(upload).rejects.toMatchObject({ name: 'AbortError' });
    expect(await site.store.stat(ocf, `p/d/r/cancelled-${size}`)).toBeNull();
    // A server that is still writing a part may refuse to forget it; the sweep by age does.
    await expect
      .poll(() => site.store.dropStaleUploads(ocf, `p/d/r/cancelled-${size}`, -60_000).catch(() => -1))
      .toBe(0);
  },
);

test('a worker killed in the middle of an upload leaves no object', async () => {
  const file = await site.writeLocal('killed', someBytes(11 * MIB));
  const worker = spawn(
    process.execPath,
    [
      path.join(import.meta.dirname, 'slow-uploader.ts'),
      JSON.stringify({ config: site.config, file, bucket: ocf, key: 'p/d/r/killed' }),
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  await once(worker.stdout, 'data');
  worker.kill('SIGKILL');
  await once(worker, 'exit');
  // The server needs a moment to notice; a truncated object would appear within it.
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(await site.store.stat(ocf, 'p/d/r/killed')).toBeNull();
});

test('a card file that grows while it is read is a failure, and nothing is stored', async () => {
  const file = await site.writeLocal('growing', someBytes(11 * MIB));
  let grown = false;
  const upload = site.store.uploadWhileHashing({
    file,
    bucket: ocf,
    key: 'p/d/r/growing',
    progress: () => {
      if (!grown) appendFileSync(file, 'more');
      grown = true;
    },
  });
  await expect(upload).rejects.toMatchObject({ code: 'source-changed' });
  expect(await site.store.stat(ocf, 'p/d/r/growing')).toBeNull();
});

test('a file that is not there, and a folder in its place, are failures that say so', async () => {
  await expect(
    site.store.uploadWhileHashing({ file: path.join(site.folder, 'none'), bucket: ocf, key: 'p/d/r/none' }),
  ).rejects.toMatchObject({ code: 'not-found' });
  await expect(
    site.store.uploadWhileHashing({ file: site.folder, bucket: ocf, key: 'p/d/r/none' }),
  ).rejects.toMatchObject({ code: 'unreadable' });
});

test('a recorded hash in capital letters is the same hash', async () => {
  const bytes = someBytes(1000, 5);
  const file = await site.writeLocal('capitals', bytes);
  const upload = await site.store.uploadWhileHashing({
    file,
    bucket: ocf,
    key: 'p/d/r/capitals',
    expected: { md5: md5(bytes).toUpperCase() },
  });
  expect(upload.outcome).toBe('written');
});

test('an expected xxh128 stands in the metadata of the object', async () => {
  const file = await site.writeLocal('told', Buffer.from('told'));
  const { digests } = await site.files.hash(file, { formats: ['xxh128'] });
  await site.store.uploadWhileHashing({
    file,
    bucket: ocf,
    key: 'p/d/r/told',
    expected: digests,
    metadata: { offload: '1' },
  });
  expect((await site.store.stat(ocf, 'p/d/r/told'))?.metadata).toMatchObject({
    xxh128: digests.xxh128,
    offload: '1',
  });
});
