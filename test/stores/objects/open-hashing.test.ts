import { afterAll, beforeAll, expect, test } from 'vitest';
import { hashBytes } from '../../../standards/hash/hasher.ts';
import { openSite, someBytes, type TestSite } from './open-store.ts';

let home: TestSite;
let away: TestSite;

beforeAll(async () => {
  [home, away] = await Promise.all([openSite(), openSite()]);
});

afterAll(async () => {
  await home?.close();
  await away?.close();
});

/** Puts bytes among the originals at home, and gives what sends them to the other site. */
async function original(key: string, bytes: Buffer) {
  const bucket = home.store.bucket('ocf');
  await home.store.putWholeIfAbsent(bucket, key, bytes);
  return {
    bucket: away.store.bucket('ocf'),
    key,
    open: (formats: Parameters<TestSite['store']['openHashing']>[1]) =>
      home.store.openHashing({ bucket, key }, formats),
  };
}

for (const size of [0, 1, 70_000, 3 * 2 ** 20, 13 * 2 ** 20])
  test(`an original of ${size} bytes goes to another store in one read, with its hashes`, async () => {
    const bytes = someBytes(size, size + 1);
    const order = await original(`agm/20260930/A001/${size}.mov`, bytes);
    const expected = { xxh128: hashBytes('xxh128', bytes), md5: hashBytes('md5', bytes) };
    expect(await away.store.uploadWhileHashing({ ...order, expected })).toMatchObject({
      outcome: 'written',
      sizeBytes: size,
      digests: expected,
    });
    const there = await away.store.getBytes({ bucket: order.bucket, key: order.key });
    expect(there.equals(bytes)).toBe(true);
    expect(await away.store.uploadWhileHashing({ ...order, expected })).toMatchObject({ outcome: 'already' });
  });

for (const size of [70_000, 13 * 2 ** 20])
  test(`an original of ${size} bytes that lost its hash becomes no object in the other store`, async () => {
    const order = await original(`agm/20260930/A002/${size}.mov`, someBytes(size));
    const expected = { xxh128: hashBytes('xxh128', someBytes(size, 2)) };
    expect(await away.store.uploadWhileHashing({ ...order, expected })).toMatchObject({
      outcome: 'mismatch',
      differing: ['xxh128'],
    });
    expect(await away.store.stat(order.bucket, order.key)).toBeNull();
  });

test('one that is not there is a failure that names it, and nothing is stored', async () => {
  const bucket = home.store.bucket('ocf');
  const order = {
    bucket: away.store.bucket('ocf'),
    key: 'agm/20260930/A003/none.mov',
    open: (formats: Parameters<TestSite['store']['openHashing']>[1]) =>
      home.store.openHashing({ bucket, key: 'agm/20260930/A003/none.mov' }, formats),
  };
  await expect(away.store.uploadWhileHashing(order)).rejects.toMatchObject({
    code: 'not-found',
    message: expect.stringContaining('none.mov'),
  });
  expect(await away.store.stat(order.bucket, order.key)).toBeNull();
});

test('one that is cancelled on its way leaves no object', async () => {
  const order = await original('agm/20260930/A004/long.mov', someBytes(11 * 2 ** 20));
  const abort = new AbortController();
  const sending = away.store.uploadWhileHashing({
    ...order,
    signal: abort.signal,
    progress: () => abort.abort(new Error('a person cancelled it')),
  });
  await expect(sending).rejects.toThrow();
  expect(await away.store.stat(order.bucket, order.key)).toBeNull();
});
