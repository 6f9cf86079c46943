import { describe, expect, test } from 'vitest';
import { hashBytes } from '../../../standards/hash/hasher.ts';
import { flatten } from '../../../standards/mhl/flatten.ts';
import { loadHistories } from '../../../standards/mhl/load-histories.ts';
import { readManifest } from '../../../standards/mhl/manifest-reader.ts';
import { listTree } from '../../../standards/mhl/tree.ts';
import {
  actionsOf,
  codesOf,
  type MemoryTree,
  makeCard,
  manifestOf,
  manifestPath,
  memoryTree,
  record,
  verdictOf,
} from './memory-tree.ts';

const STARTED = '2026-01-20T10:00:00.500Z';

describe('nested histories', () => {
  const nested = () =>
    memoryTree({ 'A002/a.mov': 'a', 'A002/ascmhl/': '', 'Summary.txt': 's', 'B/C/c.mov': 'c' }, 'Day1');

  async function withChildren(): Promise<MemoryTree> {
    const tree = memoryTree({ 'A002/a.mov': 'a', 'Summary.txt': 's', 'B/C/c.mov': 'c' }, 'Day1');
    for (const scope of ['A002', 'B/C']) {
      const child = memoryTree(
        { [scope === 'A002' ? 'a.mov' : 'c.mov']: scope === 'A002' ? 'a' : 'c' },
        scope.split('/').at(-1)!,
      );
      await record(child);
      for (const [path, bytes] of child.files) tree.files.set(`${scope}/${path}`, bytes);
    }
    return tree;
  }

  test('each get a generation, the parent refers to them and records them as one folder', async () => {
    const tree = await withChildren();
    const { generations } = await record(tree, { formats: ['xxh128', 'md5'] });
    expect(generations.map(({ scope, number }) => [scope, number])).toEqual([
      ['A002', 2],
      ['B/C', 2],
      ['', 1],
    ]);
    const parent = manifestOf(tree, 1);
    expect(parent.records.map(({ path }) => path)).toEqual(['A002', 'B/C', 'B', 'Summary.txt']);
    expect(parent.references.map(({ path, c4 }) => c4 === hashBytes('c4', tree.files.get(path)!))).toEqual([
      true,
      true,
    ]);
    expect(await verdictOf(tree)).toMatchObject({ ok: true, findings: [], counts: { verified: 3 } });
  });

  test('that went on without their parent are no fault', async () => {
    const tree = await withChildren();
    await record(tree);
    const child = memoryTree({}, 'A002');
    for (const [path, bytes] of tree.files)
      if (path.startsWith('A002/')) child.files.set(path.slice(5), bytes);
    await record(child);
    for (const [path, bytes] of child.files) tree.files.set(`A002/${path}`, bytes);
    expect(await verdictOf(tree)).toMatchObject({ ok: true, findings: [] });
  });

  test('that were removed, cut or exchanged are found from the parent', async () => {
    const removed = await withChildren();
    await record(removed);
    for (const path of [...removed.files.keys()])
      if (path.startsWith('A002/ascmhl/')) removed.files.delete(path);
    expect(await codesOf(removed)).toEqual(
      expect.arrayContaining([expect.stringMatching(/^manifest-missing A002\/ascmhl\/0002/)]),
    );
    const exchanged = await withChildren();
    const other = await withChildren();
    await record(exchanged);
    for (const [path, bytes] of other.files)
      if (path.startsWith('A002/ascmhl/')) exchanged.files.set(path, bytes);
    exchanged.files.delete(manifestPath(exchanged, 2, 'A002/ascmhl'));
    expect((await verdictOf(exchanged)).ok).toBe(false);
  });

  const moved = (tree: MemoryTree, from: string, to: string) => {
    for (const [path, bytes] of [...tree.files].filter(([name]) => name.startsWith(`${from}/`))) {
      tree.files.delete(path);
      tree.files.set(to + path.slice(from.length), bytes);
    }
  };

  test('whose folder was renamed is known by its manifests, recorded under its new name, and good from then on', async () => {
    for (const [from, to, renamed] of [
      ['A002', 'A002_day1', ['A002_day1']],
      ['B', 'Cam B', ['Cam B', 'Cam B/C']],
    ] as const) {
      const tree = await withChildren();
      await record(tree);
      await record(tree);
      moved(tree, from, to);
      const outer = renamed.at(-1)!;
      expect(await codesOf(tree)).toEqual([`file-renamed ${outer}`]);
      expect((await verdictOf(tree)).exitCode).toBe(21);
      const { generations } = await record(tree);
      expect(generations.map(({ number }) => number)).toContain(3);
      const records = manifestOf(tree, 3).records.filter(({ previousPath }) => previousPath !== null);
      expect(records.map(({ path, previousPath }) => [path, previousPath]).sort()).toEqual(
        renamed.map((path) => [path, path.replace(to, from)]),
      );
      expect(await verdictOf(tree)).toMatchObject({ ok: true, findings: [], counts: { verified: 3 } });
    }
  });

  test('whose folder was renamed hold the files that the day knew before they had a history of their own', async () => {
    const tree = memoryTree({ 'A002/a.mov': 'a', 'Summary.txt': 's' }, 'Day1');
    await record(tree);
    const child = memoryTree({ 'a.mov': 'a' }, 'A002');
    await record(child);
    for (const [path, bytes] of child.files) tree.files.set(`A002/${path}`, bytes);
    await record(tree, { formats: ['md5'] });
    moved(tree, 'A002', 'A002R1AB');
    expect(await codesOf(tree)).toEqual(['file-renamed A002R1AB']);
    await record(tree);
    expect(await verdictOf(tree)).toMatchObject({ ok: true, findings: [], counts: { verified: 2 } });
    tree.files.set('A002R1AB/a.mov', Buffer.from('x'));
    expect(await codesOf(tree)).toEqual(['hash-mismatch A002R1AB/a.mov']);
  });

  test('that a later pattern of the parent takes out of the content are not missed', async () => {
    const tree = await withChildren();
    await record(tree);
    await record(tree, { ignores: ['/A002'] });
    expect(await verdictOf(tree)).toMatchObject({ ok: true, exitCode: 0, counts: { verified: 2 } });
    expect(await codesOf(tree)).not.toContainEqual(expect.stringContaining('manifest-missing'));
    expect((await record(tree)).generations.map(({ scope }) => scope)).toEqual(['B/C', '']);
  });

  test('whose whole folder is gone are missing content: told, and no reason to stop recording', async () => {
    const tree = await withChildren();
    await record(tree);
    for (const path of [...tree.files.keys()]) if (path.startsWith('A002/')) tree.files.delete(path);
    expect(await codesOf(tree)).toEqual(['file-missing A002', 'manifest-missing A002/ascmhl']);
    expect(await verdictOf(tree)).toMatchObject({ ok: false, exitCode: 10, counts: { missing: 1 } });
    expect((await record(tree)).generations.map(({ scope }) => scope)).toContain('');
  });

  test('say nothing about folders beside them that nobody recorded yet', async () => {
    const tree = await withChildren();
    tree.files.set('Empty/', Buffer.alloc(0));
    tree.files.set('A002/Empty/', Buffer.alloc(0));
    expect(await codesOf(tree)).toEqual([
      'directory-hash-mismatch A002',
      'file-unlisted Summary.txt',
      'no-history ascmhl',
    ]);
  });

  test('an ascmhl folder without a chain is one whose chain is missing', async () => {
    expect(await codesOf(nested())).toContain('chain-missing A002/ascmhl/ascmhl_chain.xml');
  });
});

describe('flattening', () => {
  test('gives the earliest good hash of each format under the latest name, with dates kept', async () => {
    const tree = makeCard();
    await record(tree);
    await record(tree, { formats: ['md5'] });
    tree.files.set('Notes.txt', tree.files.get('Sidecar.txt')!);
    tree.files.delete('Sidecar.txt');
    tree.files.set('zero.bin', Buffer.from('not empty'));
    await record(tree);
    const list = await flatten(tree, await loadHistories(tree, await listTree(tree)), {
      startedAt: STARTED,
      creator: {
        hostname: 'h',
        tool: { name: 'rushes', version: '0' },
        authors: [],
        location: null,
        comment: null,
      },
    });
    const manifest = readManifest(list.bytes);
    expect(list.fileName).toBe('packinglist_A001_2026-01-20_100000Z.mhl');
    expect(manifest).toMatchObject({ process: 'flatten', rootHash: null, references: [] });
    expect(actionsOf(manifest)).toEqual({
      'Clips/A001C001.mov': 'md5 verified, xxh128 original',
      'Clips/A001C002.mov': 'md5 verified, xxh128 original',
      'Clips/Å Ω 1.txt': 'md5 verified, xxh128 original',
      'Notes.txt': 'md5 verified, xxh128 original',
      'zero.bin': 'md5 verified, xxh128 original',
    });
    const zero = manifest.records.find(({ path }) => path === 'zero.bin');
    expect(zero?.kind === 'file' && zero.digests.find(({ format }) => format === 'md5')?.digest).toBe(
      hashBytes('md5', Buffer.alloc(0)),
    );
  });
});
