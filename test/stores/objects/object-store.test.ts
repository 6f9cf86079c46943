import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect } from '../../../stores/objects/connection.ts';
import { openSite, someBytes, type TestSite } from './open-store.ts';

let site: TestSite;
let work: string;
let ocf: string;
beforeAll(async () => {
  site = await openSite();
  work = site.store.bucket('work');
  ocf = site.store.bucket('ocf');
});
afterAll(() => site.close());

describe('putting whole', () => {
  test('the same bytes again are already there, other bytes are a loud bug', async () => {
    const first = await site.store.putWholeIfAbsent(work, 'frames/k/00000001.exr', Buffer.from('frame'));
    const again = await site.store.putWholeIfAbsent(work, 'frames/k/00000001.exr', Buffer.from('frame'));
    expect([first.outcome, again.outcome]).toEqual(['written', 'already']);
    expect(again.object.xxh128).toBe(first.object.xxh128);
    await expect(
      site.store.putWholeIfAbsent(work, 'frames/k/00000001.exr', Buffer.from('other')),
    ).rejects.toMatchObject({ code: 'not-deterministic' });
  });

  test('of eight writers at once one writes, the others find it made', async () => {
    const bytes = someBytes(300_000);
    const puts = await Promise.all(
      Array.from({ length: 8 }, () => site.store.putWholeIfAbsent(work, 'made/race', bytes)),
    );
    expect(puts.map((put) => put.outcome).sort()).toEqual([...Array(7).fill('already'), 'written']);
  });

  test('of eight writers with different bytes one writes, the others are loud', async () => {
    const puts = await Promise.allSettled(
      Array.from({ length: 8 }, (_, i) =>
        site.store.putWholeIfAbsent(work, 'made/clash', Buffer.from(`writer ${i}`)),
      ),
    );
    expect(puts.filter((put) => put.status === 'fulfilled').length).toBe(1);
    for (const put of puts)
      if (put.status === 'rejected') expect(put.reason).toMatchObject({ code: 'not-deterministic' });
  });

  test('an object whose metadata tells no digest is read before it counts as the same', async () => {
    const response = await fetch(site.store.presignPut(work, 'made/foreign'), {
      method: 'PUT',
      body: 'bytes',
    });
    expect(response.status).toBe(200);
    expect((await site.store.putWholeIfAbsent(work, 'made/foreign', Buffer.from('bytes'))).outcome).toBe(
      'already',
    );
    await expect(
      site.store.putWholeIfAbsent(work, 'made/foreign', Buffer.from('BYTES')),
    ).rejects.toMatchObject({ code: 'not-deterministic' });
  });

  test('a stream that ends before its announced length leaves no object', async () => {
    async function* short(): AsyncGenerator<Uint8Array> {
      yield someBytes(1000);
    }
    await expect(
      site.store.putWholeIfAbsent(work, 'made/short', { stream: short(), sizeBytes: 2000, xxh128: 'x' }),
    ).rejects.toThrow('2000');
    expect(await site.store.stat(work, 'made/short')).toBeNull();
  });

  test('a made file that was changed after it was hashed does not enter the store', async () => {
    const file = await site.writeLocal('frame.exr', Buffer.from('changed'));
    await expect(
      site.store.putFileIfAbsent(work, 'made/changed', file, { sizeBytes: 7, xxh128: '0'.repeat(32) }),
    ).rejects.toMatchObject({ code: 'source-changed' });
    expect(await site.store.stat(work, 'made/changed')).toBeNull();
  });

  test('documents are written in one form, whatever the order of their keys', async () => {
    const first = await site.store.putDocument(work, 'facts/p/x/1.json', { b: 1, a: { d: 2, c: [3] } });
    const again = await site.store.putDocument(work, 'facts/p/x/1.json', { a: { c: [3], d: 2 }, b: 1 });
    expect([first.outcome, again.outcome]).toEqual(['written', 'already']);
    expect(await site.store.getDocument(work, 'facts/p/x/1.json')).toEqual({ a: { c: [3], d: 2 }, b: 1 });
  });
});

describe('reading', () => {
  test('a range is exactly the bytes asked for', async () => {
    const bytes = someBytes(100_000, 9);
    await site.store.putWholeIfAbsent(work, 'made/ranged', bytes);
    const part = await site.store.getBytes({
      bucket: work,
      key: 'made/ranged',
      range: { first: 99, last: 70_000 },
    });
    expect(part.equals(bytes.subarray(99, 70_001))).toBe(true);
  });

  test('a download appears whole under its name', async () => {
    const bytes = someBytes(3_000_000, 3);
    await site.store.putWholeIfAbsent(work, 'made/download', bytes);
    const file = path.join(site.folder, 'download');
    await site.store.fetchFile({ bucket: work, key: 'made/download' }, file);
    expect((await readFile(file)).equals(bytes)).toBe(true);
  });

  test('what is not there is null to look at and a failure to read', async () => {
    expect(await site.store.stat(work, 'made/nothing')).toBeNull();
    await expect(site.store.getBytes({ bucket: work, key: 'made/nothing' })).rejects.toMatchObject({
      code: 'not-found',
    });
    await expect(
      site.store.fetchFile({ bucket: work, key: 'made/nothing' }, path.join(site.folder, 'nothing')),
    ).rejects.toMatchObject({ code: 'not-found' });
  });

  test('more than fits in memory is refused before it is read', async () => {
    await site.store.putWholeIfAbsent(work, 'made/large', someBytes(5000));
    await expect(site.store.getBytes({ bucket: work, key: 'made/large', most: 4999 })).rejects.toMatchObject({
      code: 'unreadable',
    });
  });

  test('a document that is no JSON is a failure that names it', async () => {
    await site.store.putWholeIfAbsent(work, 'facts/p/x/broken.json', Buffer.from('{'));
    await expect(site.store.getDocument(work, 'facts/p/x/broken.json')).rejects.toMatchObject({
      code: 'unreadable',
    });
  });
});

describe('names', () => {
  const NAMES = [
    'a+b.mov',
    'a%20b.mov',
    'a b .mov',
    "it's (1)!*.mov",
    'a&b<c>"d".mov',
    'Müller.mov'.normalize('NFC'),
    'Müller.mov'.normalize('NFD'),
    '日本語🎬.mov',
    'a=b?c#d.mov',
    'line\nbreak.mov',
    '~tilde;semi:colon@at.mov',
  ];

  test('every name of a card comes back as it was, both Unicode forms of a letter apart', async () => {
    for (const name of NAMES) await site.store.putWholeIfAbsent(ocf, `n/d/r/${name}`, Buffer.from(name));
    const listed: string[] = [];
    for await (const object of site.store.list(ocf, 'n/d/r/')) listed.push(object.key.slice('n/d/r/'.length));
    expect(listed.toSorted()).toEqual(NAMES.toSorted());
    for (const name of NAMES)
      expect((await site.store.getBytes({ bucket: ocf, key: `n/d/r/${name}` })).toString()).toBe(name);
  });

  test('copies keep difficult names and metadata', async () => {
    for (const name of NAMES) {
      const { object } = await site.store.putWholeIfAbsent(work, `made/c/${name}`, Buffer.from(name));
      await site.store.copy(object, { bucket: site.store.bucket('packages'), key: `p/t/1/${name}` });
      const copy = await site.store.stat(site.store.bucket('packages'), `p/t/1/${name}`);
      expect(copy?.metadata.xxh128).toBe(object.xxh128);
    }
  });

  test('a listing of more than a thousand objects is whole', async () => {
    const keys = Array.from({ length: 1005 }, (_, i) => `made/many/${String(i).padStart(5, '0')}`);
    for (let i = 0; i < keys.length; i += 50) {
      await Promise.all(
        keys.slice(i, i + 50).map((key) => site.store.putWholeIfAbsent(work, key, Buffer.alloc(0))),
      );
    }
    const listed: string[] = [];
    for await (const object of site.store.list(work, 'made/many/')) listed.push(object.key);
    expect(listed.toSorted()).toEqual(keys);
  });
});

describe('replacing', () => {
  test('of eight replacements of one chain one wins, and the losers are told', async () => {
    const key = 'c/d/r/ascmhl/ascmhl_chain.xml';
    await site.store.putWholeIfAbsent(ocf, key, Buffer.from('chain'));
    const { etag } = await site.store.getWhole({ bucket: ocf, key });
    const tries = await Promise.allSettled(
      Array.from({ length: 8 }, (_, i) =>
        site.store.replaceIfMatch(ocf, key, Buffer.from(`chain ${i}`), etag),
      ),
    );
    expect(tries.filter((each) => each.status === 'fulfilled').length).toBe(1);
    for (const each of tries)
      if (each.status === 'rejected') expect(each.reason).toMatchObject({ code: 'conflict' });
  });

  test('an original is neither replaced nor removed', async () => {
    const { object } = await site.store.putWholeIfAbsent(ocf, 'c/d/r/a.mov', Buffer.from('original'));
    const stat = await site.store.stat(ocf, object.key);
    await expect(
      site.store.replaceIfMatch(ocf, object.key, Buffer.from('x'), stat!.etag),
    ).rejects.toMatchObject({ code: 'refused-by-rule' });
    await expect(site.store.remove(ocf, object.key)).rejects.toMatchObject({ code: 'refused-by-rule' });
  });

  test('a list that waited is removed once and for all', async () => {
    await site.store.putWholeIfAbsent(work, 'inbox/p/list.edl', Buffer.from('TITLE: X'));
    await site.store.remove(work, 'inbox/p/list.edl');
    await site.store.remove(work, 'inbox/p/list.edl');
    expect(await site.store.stat(work, 'inbox/p/list.edl')).toBeNull();
  });
});

describe('the mounted store', () => {
  test('an original is read in place while it is the recorded version, by URL when another lies there', async () => {
    const { object } = await site.store.putWholeIfAbsent(ocf, 'm/d/r/a.mov', Buffer.from('recorded'));
    expect(object.versionId).toBeDefined();
    const inPlace = await site.store.locate(object);
    expect(inPlace.kind).toBe('path');
    expect((await readFile(inPlace.location)).toString()).toBe('recorded');

    const overwritten = await fetch(site.store.presignPut(ocf, 'm/d/r/a.mov'), {
      method: 'PUT',
      body: 'replaced',
    });
    expect(overwritten.status).toBe(200);
    const byUrl = await site.store.locate(object);
    expect(byUrl.kind).toBe('url');
    expect(await (await fetch(byUrl.location)).text()).toBe('recorded');
    expect(await site.store.localPath(ocf, 'm/d/r/a.mov', object.versionId)).toBeNull();
  });

  test('a store that is not mounted gives URLs that answer ranges', async () => {
    const store = site.open({ mountedAt: undefined as never });
    const { object } = await store.putWholeIfAbsent(ocf, 'm/d/r/b.mov', Buffer.from('0123456789'));
    const { kind, location } = await store.locate(object);
    expect(kind).toBe('url');
    const part = await fetch(location, { headers: { range: 'bytes=2-4' } });
    expect([part.status, await part.text()]).toEqual([206, '234']);
  });
});

describe('a store that cannot be reached', () => {
  test('is a failure that a retry can help, whatever was asked', async () => {
    const away = site.open({ port: 9 });
    const file = await site.writeLocal('away', Buffer.from('x'));
    for (const call of [
      () => away.stat(work, 'k'),
      () => away.getBytes({ bucket: work, key: 'k' }),
      () => away.putWholeIfAbsent(work, 'k', Buffer.from('x')),
      () => away.uploadWhileHashing({ file, bucket: work, key: 'k' }),
      () => away.list(work, '').next(),
      () => away.replaceIfMatch(work, 'k', Buffer.from('x'), 'e'),
    ]) {
      await expect(call()).rejects.toMatchObject({ code: 'service-away', retry: true });
    }
  });

  test('a wrong secret is refused, not retried', async () => {
    const wrong = site.open({ secretKey: 'wrong' });
    await expect(wrong.putWholeIfAbsent(work, 'k2', Buffer.from('x'))).rejects.toMatchObject({
      code: 'refused-by-rule',
      retry: false,
    });
  });
});

test('a copy of a large object goes in parts and is the same', async () => {
  const bytes = someBytes(13 * 1024 ** 2, 8);
  const { object } = await site.store.putWholeIfAbsent(work, 'made/large+.mov', bytes);
  const packages = site.store.bucket('packages');
  await site.store.copy(object, { bucket: packages, key: 'p/t/1/large.mov' });
  await site.store.copy(object, { bucket: packages, key: 'p/t/1/large.mov' });
  expect((await site.store.getBytes({ bucket: packages, key: 'p/t/1/large.mov' })).equals(bytes)).toBe(true);
  expect((await site.store.stat(packages, 'p/t/1/large.mov'))?.metadata.xxh128).toBe(object.xxh128);
});

test('a copy takes the recorded version, not what lies there now', async () => {
  const { object } = await site.store.putWholeIfAbsent(ocf, 'v/d/r/a.mov', Buffer.from('recorded'));
  await fetch(site.store.presignPut(ocf, 'v/d/r/a.mov'), { method: 'PUT', body: 'replaced' });
  await site.store.copy(object, { bucket: work, key: 'made/version' });
  expect((await site.store.getBytes({ bucket: work, key: 'made/version' })).toString()).toBe('recorded');
});

test('parts that a killed worker left are dropped once they are old, not before', async () => {
  const { client } = connect(site.config);
  await client.initiateNewMultipartUpload(work, 'made/left/a.mov', {});
  expect(await site.store.dropStaleUploads(work, 'made/left/', 3600_000)).toBe(0);
  expect(await site.store.dropStaleUploads(work, 'made/left/', -60_000)).toBe(1);
  expect(await site.store.dropStaleUploads(work, 'made/left/', -60_000)).toBe(0);
});
