import { describe, expect, test } from 'vitest';
import { hashBytes } from '../../../standards/hash/hasher.ts';
import { readChain, writeChain } from '../../../standards/mhl/chain.ts';
import {
  CHAIN,
  cardWithTwoGenerations,
  codesOf,
  forge,
  makeCard,
  manifestPath,
  record,
  verdictOf,
} from './memory-tree.ts';

describe('the chain', () => {
  test('that cannot be read is told once, and not of each manifest again; nothing is verified', async () => {
    const tree = await cardWithTwoGenerations();
    tree.files.set(CHAIN, tree.files.get(CHAIN)!.subarray(0, 200));
    expect(await codesOf(tree)).toEqual([`unreadable ${CHAIN}`]);
    expect(await verdictOf(tree)).toMatchObject({ exitCode: 31, counts: { verified: 0 } });
  });

  test('cannot make a legacy list a generation', async () => {
    const tree = await cardWithTwoGenerations();
    const heading = 'version="2.0" xmlns="urn:ASC:MHL:v2.0"';
    forge(tree, 2, (text) => text.replace(heading, 'version="1.1"'));
    expect(await codesOf(tree)).toEqual([`unreadable ${manifestPath(tree, 2)}`]);
    expect(await verdictOf(tree)).toMatchObject({ ok: false, exitCode: 31 });
  });

  test('cannot make a record of a file without a name a file', async () => {
    const tree = await cardWithTwoGenerations();
    forge(tree, 2, (text) => text.replace('>Sidecar.txt<', '>.<'));
    expect(await codesOf(tree)).toEqual([`path-unsafe ${manifestPath(tree, 2)}`]);
  });

  test('a gap in the count of generations is found', async () => {
    const tree = await cardWithTwoGenerations();
    await record(tree);
    const entries = readChain(tree.files.get(CHAIN)!);
    tree.files.delete(manifestPath(tree, 2));
    tree.files.set(
      CHAIN,
      Buffer.from(writeChain(entries.filter(({ sequenceNumber }) => sequenceNumber !== 2))),
    );
    expect(await codesOf(tree)).toEqual([`sequence-gap ${CHAIN}`]);
    expect((await verdictOf(tree)).exitCode).toBe(33);
  });

  test('a gap that was closed by renumbering is found by the names', async () => {
    const tree = await cardWithTwoGenerations();
    const [, last] = readChain(tree.files.get(CHAIN)!);
    tree.files.delete(manifestPath(tree, 1));
    tree.files.set(CHAIN, Buffer.from(writeChain([{ ...last!, sequenceNumber: 1 }])));
    expect(await codesOf(tree)).toContain(`sequence-gap ${CHAIN}`);
  });

  test('a deleted newest generation is found against the digest that was recorded, and growth is lawful', async () => {
    const tree = makeCard();
    await record(tree);
    const early = { manifest: manifestPath(tree, 1), chain: tree.files.get(CHAIN)! };
    await record(tree, { formats: ['md5'] });
    const recorded = hashBytes('c4', tree.files.get(CHAIN)!);
    expect(await verdictOf(tree, { expectedChainDigest: recorded })).toMatchObject({ ok: true });
    expect(await verdictOf(tree, { expectedChainDigest: hashBytes('c4', early.chain) })).toMatchObject({
      ok: true,
    });
    await record(tree);
    expect(await verdictOf(tree, { expectedChainDigest: recorded })).toMatchObject({ ok: true });
    for (const number of [2, 3]) tree.files.delete(manifestPath(tree, number));
    tree.files.set(CHAIN, early.chain);
    expect(await verdictOf(tree)).toMatchObject({ ok: true });
    expect(await codesOf(tree, { expectedChainDigest: recorded })).toEqual([`manifest-missing ${CHAIN}`]);
  });

  test('a history removed altogether is found against the recorded digest', async () => {
    const tree = makeCard();
    await record(tree);
    const recorded = hashBytes('c4', tree.files.get(CHAIN)!);
    for (const path of [...tree.files.keys()]) if (path.startsWith('ascmhl/')) tree.files.delete(path);
    expect(await codesOf(tree, { expectedChainDigest: recorded })).toEqual([
      'manifest-missing ascmhl',
      'no-history ascmhl',
    ]);
  });

  test('a chain that names a manifest elsewhere does not lead there', async () => {
    const tree = await cardWithTwoGenerations();
    tree.files.set('Clips/0001_x.mhl', tree.files.get(manifestPath(tree, 1))!);
    const entries = readChain(tree.files.get(CHAIN)!);
    tree.files.set(
      CHAIN,
      Buffer.from(writeChain([{ ...entries[0]!, path: '../Clips/0001_x.mhl' }, entries[1]!])),
    );
    expect((await codesOf(tree)).filter((code) => code.startsWith('path'))).toEqual([`path-unsafe ${CHAIN}`]);
  });

  test('a chain that cannot be parsed vouches for nothing', async () => {
    const tree = await cardWithTwoGenerations();
    tree.files.set(CHAIN, Buffer.from('<ascmhldirectory xmlns="urn:ASC:MHL:DIRECTORY:v2.0"><hashlist>'));
    expect(await verdictOf(tree)).toMatchObject({ ok: false, counts: { verified: 0 } });
    expect(await codesOf(tree)).toContain(`unreadable ${CHAIN}`);
  });
});

describe('folder hashes', () => {
  test('one that does not follow from the records of its manifest is found', async () => {
    const tree = makeCard();
    await record(tree);
    forge(tree, 1, (text) =>
      text.replace(/(<roothash>\s*<content>\s*<xxh128[^>]*>)[0-9a-f]{32}/, `$1${'0'.repeat(32)}`),
    );
    expect(await codesOf(tree)).toEqual([`directory-hash-mismatch ${manifestPath(tree, 1)}`]);
    expect((await verdictOf(tree)).exitCode).toBe(12);
  });

  test('a record cut out of a manifest is found by them, though the chain agrees', async () => {
    const tree = makeCard();
    await record(tree);
    forge(tree, 1, (text) => text.replace(/ {4}<hash>\s*<path[^>]*>Sidecar\.txt[\s\S]*?<\/hash>\n/, ''));
    tree.files.delete('Sidecar.txt');
    expect(await codesOf(tree)).toEqual([`directory-hash-mismatch ${manifestPath(tree, 1)}`]);
  });
});
