import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connect } from '../../../stores/objects/connection.ts';
import type { ObjectStore } from '../../../stores/objects/object-store.ts';
import { originalsPolicy } from '../../../stores/objects/originals-policy.ts';
import { type ObjectServer, startObjectServer } from '../../support/object-server.ts';
import { openSite, type TestSite } from './open-store.ts';

let server: ObjectServer;
let folder: string;
let site: TestSite;
let worker: ObjectStore;
let ocf: string;
const credentials = ({ accessKey, secretKey } = server) => ({ accessKey, secretKey });

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rushes-guarded-'));
  server = await startObjectServer('guarded', folder);
  site = await openSite({ ...server, ...server.owner }, [server.accessKey]);
  worker = site.open(credentials());
  ocf = worker.bucket('ocf');
});
afterAll(async () => {
  await site.close();
  await server.kill();
  rmSync(folder, { recursive: true, force: true });
});

test('making the buckets again keeps the guard and everything in them', async () => {
  await worker.putWholeIfAbsent(ocf, 'g/d/r/kept.mov', Buffer.from('kept'));
  expect(await site.store.ensureBuckets([server.accessKey])).toEqual({
    versioned: true,
    deleteDenied: true,
    blindOverwriteDenied: false,
  });
  expect((await worker.getBytes({ bucket: ocf, key: 'g/d/r/kept.mov' })).toString()).toBe('kept');
});

test('a worker adds, reads and lists originals, in one piece and in parts', async () => {
  const bytes = Buffer.alloc(13 * 1024 ** 2, 'original');
  const file = await site.writeLocal('original.mov', bytes);
  const upload = await worker.uploadWhileHashing({ file, bucket: ocf, key: 'g/d/r/large.mov' });
  expect(upload.outcome).toBe('written');
  expect((await worker.putWholeIfAbsent(ocf, 'g/d/r/small.mov', Buffer.from('small'))).outcome).toBe(
    'written',
  );
  const listed: string[] = [];
  for await (const object of worker.list(ocf, 'g/d/r/')) listed.push(object.key);
  expect(listed).toContain('g/d/r/large.mov');
  expect((await worker.getBytes({ bucket: ocf, key: 'g/d/r/large.mov' })).equals(bytes)).toBe(true);
});

test('a worker can delete neither an original nor one version of it', async () => {
  const { object } = await worker.putWholeIfAbsent(ocf, 'g/d/r/undeletable.mov', Buffer.from('original'));
  const { client } = connect({ ...site.config, ...credentials() });
  await expect(client.removeObject(ocf, object.key)).rejects.toMatchObject({ code: 'AccessDenied' });
  await expect(client.removeObject(ocf, object.key, { versionId: object.versionId! })).rejects.toMatchObject({
    code: 'AccessDenied',
  });
  const batch = await client.removeObjects(ocf, [object.key]).catch((error: unknown) => [error]);
  expect(JSON.stringify(batch)).toMatch(/AccessDenied/);
  expect((await worker.getBytes({ bucket: ocf, key: object.key })).toString()).toBe('original');
});

test('a worker can neither stop the versions, nor change the policy, nor remove the bucket', async () => {
  const { client } = connect({ ...site.config, ...credentials() });
  await expect(client.setBucketVersioning(ocf, { Status: 'Suspended' })).rejects.toMatchObject({
    code: 'AccessDenied',
  });
  await expect(client.setBucketPolicy(ocf, originalsPolicy(ocf, [], false))).rejects.toMatchObject({
    code: 'AccessDenied',
  });
  await expect(client.setBucketPolicy(ocf, '')).rejects.toMatchObject({ code: 'AccessDenied' });
  await expect(client.removeBucket(ocf)).rejects.toMatchObject({ code: 'AccessDenied' });
});

test('a worker that writes over an original does not change what was recorded, and everybody can see that it did', async () => {
  const { object } = await worker.putWholeIfAbsent(ocf, 'g/d/r/overwritten.mov', Buffer.from('original'));
  const blind = await fetch(worker.presignPut(ocf, object.key), { method: 'PUT', body: 'something else' });
  expect(blind.status).toBe(200);
  const recorded = await worker.getBytes({ bucket: ocf, key: object.key, versionId: object.versionId! });
  expect(recorded.toString()).toBe('original');
  expect((await worker.stat(ocf, object.key))?.versionId).not.toBe(object.versionId);
  expect(await worker.versionsOf(ocf, 'g/d/r/overwritten')).toEqual([
    { key: object.key, versionIds: [expect.any(String), object.versionId] },
  ]);
});

test('a chain is replaced by a worker, and its earlier states stay', async () => {
  const key = 'g/d/r/ascmhl/ascmhl_chain.xml';
  await worker.putWholeIfAbsent(ocf, key, Buffer.from('one generation'));
  const { etag } = await worker.getWhole({ bucket: ocf, key });
  await worker.replaceIfMatch(ocf, key, Buffer.from('two generations'), etag);
  expect((await worker.getBytes({ bucket: ocf, key })).toString()).toBe('two generations');
  const [versions] = await worker.versionsOf(ocf, key);
  expect(versions?.versionIds.length).toBe(2);
});

test('a worker works freely where nothing is original', async () => {
  const work = worker.bucket('work');
  await worker.putWholeIfAbsent(work, 'inbox/p/list.edl', Buffer.from('TITLE'));
  await worker.remove(work, 'inbox/p/list.edl');
  await worker.putWholeIfAbsent(worker.bucket('packages'), 'p/t/1/a', Buffer.from('a'));
});

test('somebody without an account sees nothing', async () => {
  const response = await fetch(`http://127.0.0.1:${server.port}/${ocf}?list-type=2`);
  expect(response.status).toBe(403);
});

test('where the server knows how, a PUT without a condition is refused too', () => {
  const statements = JSON.parse(originalsPolicy('b', ['w'], true)).Statement as {
    Effect: string;
    Condition?: unknown;
  }[];
  expect(statements.at(-1)).toMatchObject({
    Effect: 'Deny',
    Condition: { Null: { 's3:if-none-match': 'true', 's3:if-match': 'true' } },
  });
});
