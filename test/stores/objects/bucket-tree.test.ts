import { afterAll, beforeAll, expect, test } from 'vitest';
import { listTree, type Tree } from '../../../standards/mhl/tree.ts';
import { bucketTree } from '../../../stores/objects/bucket-tree.ts';
import { openSite, type TestSite } from './open-store.ts';

let site: TestSite;
let ocf: string;
let tree: Tree;
beforeAll(async () => {
  site = await openSite();
  ocf = site.store.bucket('ocf');
  tree = bucketTree(site.store, ocf, 'agm/20260930/A001R1AB/');
  await site.store.putWholeIfAbsent(ocf, 'agm/20260930/A001R1AB/Clips/A001C001.mov', Buffer.from('take one'));
  await site.store.putWholeIfAbsent(ocf, 'agm/20260930/A001R1AB/Clips/A001C002.mov', Buffer.from('take two'));
  await site.store.putWholeIfAbsent(ocf, 'agm/20260930/A001R1AB/Reports/Empty/', Buffer.alloc(0));
  await site.store.putWholeIfAbsent(ocf, 'agm/20260930/A001R1AB2/other.mov', Buffer.from('another roll'));
});
afterAll(() => site.close());

const read = async (path: string): Promise<string> => {
  let text = '';
  for await (const piece of tree.open(path)) text += Buffer.from(piece).toString();
  return text;
};

test('a stored roll lists its files and its folders, empty ones too, and nothing of the roll beside it', async () => {
  expect(tree.name).toBe('A001R1AB');
  expect((await listTree(tree)).map((entry) => [entry.path, entry.kind, entry.sizeBytes])).toEqual([
    ['Clips', 'directory', 0],
    ['Clips/A001C001.mov', 'file', 8],
    ['Clips/A001C002.mov', 'file', 8],
    ['Reports', 'directory', 0],
    ['Reports/Empty', 'directory', 0],
  ]);
});

test('a file is read as it stands; one that is not there is a failure, a document that is not there is null', async () => {
  expect(await read('Clips/A001C002.mov')).toBe('take two');
  await expect(read('Clips/none.mov')).rejects.toMatchObject({ code: 'not-found' });
  expect(await tree.read('ascmhl/none.mhl', 100)).toBeNull();
  await expect(tree.read('Clips/A001C001.mov', 7)).rejects.toMatchObject({ code: 'unreadable' });
});

test('nothing outside the roll can be reached', async () => {
  for (const path of ['../A001R1AB2/other.mov', 'Clips/../../x', '/etc/passwd', 'a\0b', '']) {
    await expect(read(path), path).rejects.toMatchObject({ code: 'input-invalid' });
    await expect(tree.writeIfAbsent(path, Buffer.from('x')), path).rejects.toMatchObject({
      code: 'input-invalid',
    });
  }
});

test('a manifest is written once; whoever comes second is told and changes nothing', async () => {
  const tries = await Promise.all(
    ['a', 'b', 'c', 'd'].map((text) => tree.writeIfAbsent('ascmhl/0001.mhl', Buffer.from(text))),
  );
  expect(tries.toSorted()).toEqual(['exists', 'exists', 'exists', 'written']);
  expect(await tree.writeIfAbsent('ascmhl/0001.mhl', (await tree.read('ascmhl/0001.mhl', 100))!.bytes)).toBe(
    'exists',
  );
});

test('the chain is replaced by one of several writers at once', async () => {
  expect(await tree.replaceIfMatch('ascmhl/ascmhl_chain.xml', Buffer.from('one'), null)).toBe(true);
  expect(await tree.replaceIfMatch('ascmhl/ascmhl_chain.xml', Buffer.from('other'), null)).toBe(false);
  const chain = await tree.read('ascmhl/ascmhl_chain.xml', 100);
  expect(Buffer.from(chain!.bytes).toString()).toBe('one');
  const tries = await Promise.all(
    ['two', 'zwei', 'deux'].map((text) =>
      tree.replaceIfMatch('ascmhl/ascmhl_chain.xml', Buffer.from(text), chain!.etag),
    ),
  );
  expect(tries.filter(Boolean).length).toBe(1);
});

test('a recorded version is read although another lies over it', async () => {
  const { versionId } = (await site.store.stat(ocf, 'agm/20260930/A001R1AB/Clips/A001C001.mov'))!;
  await fetch(site.store.presignPut(ocf, 'agm/20260930/A001R1AB/Clips/A001C001.mov'), {
    method: 'PUT',
    body: 'forged',
  });
  const pinned = bucketTree(
    site.store,
    ocf,
    'agm/20260930/A001R1AB/',
    new Map([['Clips/A001C001.mov', versionId!]]),
  );
  let text = '';
  for await (const piece of pinned.open('Clips/A001C001.mov')) text += Buffer.from(piece).toString();
  expect(text).toBe('take one');
  expect(await read('Clips/A001C001.mov')).toBe('forged');
});
