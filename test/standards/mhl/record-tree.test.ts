import { describe, expect, test } from 'vitest';
import { loadHistories } from '../../../standards/mhl/load-histories.ts';
import { listTree, type Tree } from '../../../standards/mhl/tree.ts';
import {
  actionsOf,
  codesOf,
  makeCard,
  manifestOf,
  manifestPath,
  memoryTree,
  record,
  verdictOf,
} from './memory-tree.ts';

const STARTED = '2026-01-20T10:00:00.500Z';

describe('a new generation', () => {
  test('of the same card, number and time has the same name and bytes', async () => {
    const [one, other] = [makeCard(), makeCard()];
    const made = await Promise.all([one, other].map((tree) => record(tree, { startedAt: STARTED })));
    expect(made[0]!.generations).toEqual(made[1]!.generations);
    expect(made[0]!.generations[0]!.path).toBe('ascmhl/0001_A001_2026-01-20_100000Z.mhl');
  });

  test('calls new files original, known ones verified, and keeps the size of an empty file', async () => {
    const tree = makeCard();
    await record(tree);
    tree.files.set('new.mov', Buffer.from('n'));
    await record(tree, { formats: ['md5'] });
    expect(actionsOf(manifestOf(tree, 2))).toMatchObject({
      'new.mov': 'md5 original',
      'zero.bin': 'md5 verified, xxh128 verified',
    });
    expect(manifestOf(tree, 2).records.find(({ path }) => path === 'zero.bin')).toMatchObject({
      sizeBytes: 0,
    });
    expect(await verdictOf(tree)).toMatchObject({ ok: true });
  });

  test('of an altered file in a new format vouches for nothing that its records do not hold', async () => {
    const tree = makeCard();
    await record(tree);
    tree.files.set('Sidecar.txt', Buffer.from('edis'));
    const { verdict } = await record(tree, { formats: ['sha1'] });
    expect(verdict.exitCode).toBe(11);
    const manifest = manifestOf(tree, 2);
    expect(actionsOf(manifest)['Sidecar.txt']).toBe('xxh128 failed');
    expect(Object.keys(manifest.rootHash!.content)).toEqual(['xxh128']);
    expect(
      Object.keys(
        manifest.records.find(({ path }) => path === 'Clips')!.kind === 'directory'
          ? (manifest.records.find(({ path }) => path === 'Clips') as { content: object }).content
          : {},
      ),
    ).toContain('sha1');
    expect(await codesOf(tree)).toEqual(['hash-mismatch Sidecar.txt']);
  });

  test('records a rename as verified, with the earlier name, and the card is good again', async () => {
    const tree = makeCard();
    await record(tree);
    for (const name of ['A001C001.mov', 'A001C002.mov', 'Å Ω 1.txt']) {
      tree.files.set(`Media/${name}`, tree.files.get(`Clips/${name}`)!);
      tree.files.delete(`Clips/${name}`);
    }
    tree.files.set('Notes.txt', tree.files.get('Sidecar.txt')!);
    tree.files.delete('Sidecar.txt');
    await record(tree);
    const previous = Object.fromEntries(
      manifestOf(tree, 2).records.flatMap(({ path, previousPath }) =>
        previousPath === null ? [] : [[path, previousPath]],
      ),
    );
    expect(previous).toMatchObject({
      Media: 'Clips',
      'Media/A001C001.mov': 'Clips/A001C001.mov',
      'Notes.txt': 'Sidecar.txt',
    });
    expect(actionsOf(manifestOf(tree, 2))['Notes.txt']).toBe('xxh128 verified');
    expect(await verdictOf(tree)).toMatchObject({ ok: true, findings: [] });
    tree.files.set('Notes.txt', Buffer.from('evil'));
    expect(await codesOf(tree)).toEqual(['hash-mismatch Notes.txt']);
  });

  test('of two files that swapped names knows each by its content', async () => {
    const tree = memoryTree({ 'a.mov': 'one', 'b.mov': 'two', 'c.mov': 'three' });
    await record(tree);
    tree.files.set('d.mov', Buffer.from('one'));
    tree.files.delete('a.mov');
    await record(tree);
    tree.files.set('a.mov', Buffer.from('two'));
    tree.files.delete('b.mov');
    await record(tree);
    expect(await verdictOf(tree)).toMatchObject({ ok: true, counts: { verified: 3 } });
  });

  test('of a folder without content has no empty elements', async () => {
    const tree = memoryTree({});
    await record(tree);
    expect(tree.files.get(manifestPath(tree, 1))!.toString()).not.toMatch(/<hashes>|<references>/);
    expect(await verdictOf(tree)).toMatchObject({ ok: true });
  });

  test('is not added to a history that is broken', async () => {
    const tree = makeCard();
    await record(tree);
    tree.files.set(manifestPath(tree, 1), Buffer.from('x'));
    const before = new Map(tree.files);
    expect((await record(tree)).generations).toEqual([]);
    expect(tree.files).toEqual(before);
  });

  test('written twice by a retry is there once', async () => {
    const tree = makeCard();
    const { generations } = await record(tree, { startedAt: STARTED });
    const { commitGenerations } = await import('../../../standards/mhl/commit-generations.ts');
    const before = new Map(tree.files);
    expect(await commitGenerations(tree, generations)).toBe('already-committed');
    expect(tree.files).toEqual(before);
  });

  test('interrupted before the chain leaves the old history valid, and the retry completes it', async () => {
    const tree = makeCard();
    await record(tree);
    const chain = tree.files.get('ascmhl/ascmhl_chain.xml')!;
    const { generations } = await record(tree, { startedAt: STARTED });
    tree.files.set('ascmhl/ascmhl_chain.xml', chain);
    expect(await verdictOf(tree)).toMatchObject({ counts: { verified: 5, failed: 0 } });
    await record(tree, { startedAt: STARTED });
    expect(tree.files.get(generations[0]!.path)!.equals(Buffer.from(generations[0]!.bytes))).toBe(true);
    expect(await verdictOf(tree)).toMatchObject({ ok: true });
  });

  test('that loses a race reads again and comes after the winner', async () => {
    const tree = makeCard();
    await record(tree);
    let raced = false;
    const slow: Tree = {
      ...tree,
      async replaceIfMatch(path, bytes, etag) {
        if (!raced) {
          raced = true;
          await record(tree, { formats: ['md5'] });
        }
        return tree.replaceIfMatch(path, bytes, etag);
      },
    };
    const { generations } = await record(slow, { startedAt: STARTED });
    expect(generations.map(({ number }) => number)).toEqual([3]);
    const histories = await loadHistories(tree, await listTree(tree));
    expect(
      histories.all[0]!.generations.filter(({ trusted }) => trusted).map(({ number }) => number),
    ).toEqual([1, 2, 3]);
  });
});

describe('ignore patterns', () => {
  test('grow, stay, and count from the scope wherever it lies', async () => {
    const tree = makeCard();
    await record(tree, { ignores: ['/Empty', '*.txt', 'A001/'] });
    expect(manifestOf(tree, 1).ignorePatterns).toEqual([
      '.DS_Store',
      'ascmhl',
      'ascmhl/',
      '/Empty',
      '*.txt',
      'A001/',
    ]);
    expect(manifestOf(tree, 1).records.map(({ path }) => path)).toEqual([
      'Clips/A001C001.mov',
      'Clips/A001C002.mov',
      'Clips',
      'zero.bin',
    ]);
    tree.files.set('Sidecar.txt', Buffer.from('other'));
    await record(tree, { ignores: ['*.bin'] });
    expect(manifestOf(tree, 2).ignorePatterns).toContain('*.txt');
    expect(await verdictOf(tree)).toMatchObject({ ok: true, counts: { verified: 2, unlisted: 0 } });
  });

  test('leave files out lawfully, and the verdict says which, whether recorded before or never', async () => {
    const tree = makeCard();
    await record(tree);
    await record(tree, { ignores: ['*.mov'] });
    tree.files.set('Clips/A001C001.mov', Buffer.from('another clip'));
    tree.files.set('Clips/late.mov', Buffer.from('l'));
    const verdict = await verdictOf(tree);
    expect(verdict).toMatchObject({ ok: true, exitCode: 0 });
    const told = verdict.findings.find(({ code }) => code === 'files-ignored');
    expect(told).toMatchObject({
      severity: 'warning',
      technical: { count: 3, recorded: 2, patterns: ['*.mov'] },
    });
    expect(told!.forPeople).toContain('Clips/A001C001.mov');
  });

  test('that are in every history hold for the first generation too, and are not worth a word', async () => {
    const tree = makeCard();
    tree.files.set('.DS_Store', Buffer.from('d'));
    await record(tree);
    expect(manifestOf(tree, 1).records.map(({ path }) => path)).not.toContain('.DS_Store');
    expect((await verdictOf(tree)).findings.filter(({ code }) => code === 'files-ignored')).toEqual([]);
  });
});
