import { describe, expect, test } from 'vitest';
import { hashBytes } from '../../../standards/hash/hasher.ts';
import { readChain } from '../../../standards/mhl/chain.ts';
import {
  CHAIN,
  cardWithTwoGenerations,
  codesOf,
  forge,
  type MemoryTree,
  makeCard,
  manifestPath,
  memoryTree,
  record,
  verdictOf,
} from './memory-tree.ts';

/** What can happen to a card that has a history of two generations, and what is found. */
const DAMAGES: Record<
  string,
  { damage: (tree: MemoryTree) => void; finds: (tree: MemoryTree) => string; exitCode: number }
> = {
  'an altered file': {
    damage: (tree) => void tree.files.set('Clips/A001C001.mov', Buffer.from('First clip')),
    finds: () => 'hash-mismatch Clips/A001C001.mov',
    exitCode: 11,
  },
  'a missing file': {
    damage: (tree) => void tree.files.delete('Sidecar.txt'),
    finds: () => 'file-missing Sidecar.txt',
    exitCode: 10,
  },
  'an added file': {
    damage: (tree) => void tree.files.set('new.mov', Buffer.from('x')),
    finds: () => 'file-unlisted new.mov',
    exitCode: 21,
  },
  'a renamed file': {
    damage(tree) {
      tree.files.set('Clips/Renamed.mov', tree.files.get('Clips/A001C002.mov')!);
      tree.files.delete('Clips/A001C002.mov');
    },
    finds: () => 'file-renamed Clips/Renamed.mov',
    exitCode: 21,
  },
  'an altered manifest': {
    damage: (tree) =>
      void tree.files.set(
        manifestPath(tree, 1),
        Buffer.concat([tree.files.get(manifestPath(tree, 1))!, Buffer.from('\n')]),
      ),
    finds: (tree) => `manifest-altered ${manifestPath(tree, 1)}`,
    exitCode: 31,
  },
  'a missing manifest': {
    damage: (tree) => void tree.files.delete(manifestPath(tree, 2)),
    finds: (tree) => `manifest-missing ascmhl/${readChain(tree.files.get(CHAIN)!)[1]!.path}`,
    exitCode: 33,
  },
  'a missing chain': {
    damage: (tree) => void tree.files.delete(CHAIN),
    finds: () => `chain-missing ${CHAIN}`,
    exitCode: 32,
  },
  'a manifest that the chain does not name': {
    damage: (tree) =>
      void tree.files.set('ascmhl/0003_A001_2026-01-16_100000Z.mhl', tree.files.get(manifestPath(tree, 1))!),
    finds: () => 'manifest-unlisted ascmhl/0003_A001_2026-01-16_100000Z.mhl',
    exitCode: 31,
  },
  'an added empty folder': {
    damage: (tree) => void tree.files.set('Clips/Extra/', Buffer.alloc(0)),
    finds: () => 'directory-hash-mismatch Clips',
    exitCode: 12,
  },
  'a removed empty folder': {
    damage: (tree) => void tree.files.delete('Empty/'),
    finds: () => 'file-missing Empty',
    exitCode: 10,
  },
};

describe('a card with a history', () => {
  test('that nobody touched is good, every file verified', async () => {
    const verdict = await verdictOf(await cardWithTwoGenerations());
    expect(verdict).toMatchObject({
      ok: true,
      exitCode: 0,
      findings: [],
      counts: { verified: 5, failed: 0, missing: 0, unlisted: 0 },
    });
  });

  for (const [what, { damage, finds, exitCode }] of Object.entries(DAMAGES)) {
    test(`with ${what} gives that finding and no other`, async () => {
      const tree = await cardWithTwoGenerations();
      damage(tree);
      expect(await codesOf(tree)).toEqual([finds(tree)]);
      expect(await verdictOf(tree)).toMatchObject({ ok: false, exitCode });
    });
  }

  test('with any two damages at once gives both findings', async () => {
    const names = Object.keys(DAMAGES);
    for (const [index, first] of names.entries()) {
      for (const second of names.slice(index + 1)) {
        const tree = await cardWithTwoGenerations();
        // The chain is looked up by the second one, so it goes last.
        const inOrder = [first, second].sort(
          (a, b) => Number(a.includes('chain')) - Number(b.includes('chain')),
        );
        for (const name of inOrder) DAMAGES[name]!.damage(tree);
        const found = await codesOf(tree);
        for (const name of inOrder) {
          if (name.includes('missing manifest') && !tree.files.has(CHAIN)) continue;
          if (name.includes('does not name') && !tree.files.has(CHAIN)) continue;
          if (name.includes('altered manifest') && !tree.files.has(CHAIN)) continue;
          expect(found, `${first} with ${second}`).toContain(DAMAGES[name]!.finds(tree));
        }
      }
    }
  });
});

describe('what vouches for a file', () => {
  test('a failed hash never verifies anything: the bad file fails again, the good one is good again', async () => {
    const tree = makeCard();
    await record(tree);
    const good = tree.files.get('Sidecar.txt')!;
    tree.files.set('Sidecar.txt', Buffer.from('edis'));
    expect((await record(tree)).verdict.exitCode).toBe(11);
    expect(await codesOf(tree)).toEqual(['hash-mismatch Sidecar.txt']);
    expect((await record(tree)).verdict.exitCode).toBe(11);
    tree.files.set('Sidecar.txt', good);
    expect(await verdictOf(tree)).toMatchObject({ ok: true });
  });

  test('a file that has only failed hashes is not verified, whatever it holds', async () => {
    const tree = makeCard();
    await record(tree);
    forge(tree, 1, (text) => text.replaceAll('action="original"', 'action="failed"'));
    expect(await verdictOf(tree)).toMatchObject({
      ok: false,
      exitCode: 11,
      counts: { verified: 0, failed: 5 },
    });
  });

  test('a file that is only known as verified is a known file', async () => {
    const tree = makeCard();
    await record(tree);
    forge(tree, 1, (text) => text.replaceAll('action="original"', 'action="verified"'));
    expect(await verdictOf(tree)).toMatchObject({ ok: true, counts: { verified: 5 } });
  });

  test('a later generation cannot replace the hash of an earlier one', async () => {
    const tree = makeCard();
    await record(tree);
    await record(tree);
    const [was, is] = [hashBytes('xxh128', Buffer.from('side')), hashBytes('xxh128', Buffer.from('evil'))];
    forge(tree, 2, (text) => text.replaceAll(was, is));
    tree.files.set('Sidecar.txt', Buffer.from('evil'));
    expect((await codesOf(tree)).filter((code) => code.startsWith('hash'))).toEqual([
      'hash-mismatch Sidecar.txt',
    ]);
  });

  test('a file with another hash in only one of its formats fails', async () => {
    const tree = makeCard();
    await record(tree, { formats: ['xxh64', 'md5'] });
    forge(tree, 1, (text) => text.replace(hashBytes('md5', Buffer.from('side')), '0'.repeat(32)));
    expect((await codesOf(tree)).filter((code) => code.startsWith('hash'))).toEqual([
      'hash-mismatch Sidecar.txt',
    ]);
  });

  test('files known only from manifests that the chain does not vouch for are not counted as verified', async () => {
    const tree = makeCard();
    await record(tree);
    tree.files.delete(CHAIN);
    expect(await verdictOf(tree)).toMatchObject({ exitCode: 32, counts: { verified: 0, unlisted: 0 } });
  });

  test('a record without any hash is no verification', async () => {
    const tree = makeCard();
    await record(tree);
    forge(tree, 1, (text) => text.replace(/(>Sidecar\.txt<\/path>\n)\s*<xxh128.*\n/, '$1'));
    expect((await codesOf(tree)).filter((code) => !code.startsWith('directory'))).toEqual([
      'hash-absent Sidecar.txt',
    ]);
    expect(await verdictOf(tree)).toMatchObject({ ok: false, counts: { verified: 4, failed: 1 } });
  });
});

describe('what lies on a card besides', () => {
  test('hidden files of operating systems are told and fail nothing', async () => {
    const tree = makeCard();
    await record(tree);
    tree.files.set('.DS_Store', Buffer.from('x'));
    tree.files.set('Clips/._A001C001.mov', Buffer.from('x'));
    tree.files.set('Thumbs.db', Buffer.from('x'));
    expect(await codesOf(tree)).toEqual([
      'os-file .DS_Store',
      'os-file Clips/._A001C001.mov',
      'os-file Thumbs.db',
    ]);
    expect(await verdictOf(tree)).toMatchObject({ ok: true, counts: { unlisted: 0 } });
  });

  test('a clip in disguise is no hidden file', async () => {
    const tree = makeCard();
    await record(tree);
    tree.files.set('._clip.mov', Buffer.alloc(17 << 20));
    expect(await codesOf(tree)).toEqual(['file-unlisted ._clip.mov']);
  });

  test('the two forms of one letter are two names; a copy that changed the form is told as such', async () => {
    const [nfc, nfd] = ['Caf\u00e9.mov', 'Cafe\u0301.mov'];
    const both = memoryTree({ [nfc]: 'one', [nfd]: 'two' });
    await record(both);
    expect(await verdictOf(both)).toMatchObject({ ok: true, counts: { verified: 2 } });
    const changed = memoryTree({ [nfc]: 'one' });
    await record(changed);
    changed.files.set(nfd, changed.files.get(nfc)!);
    changed.files.delete(nfc);
    const { findings } = await verdictOf(changed);
    expect(findings.map(({ code, technical }) => [code, technical.unicodeFormOnly])).toEqual([
      ['file-renamed', true],
    ]);
  });

  test('empty files are alike without being the same: one that vanished is not found again in another', async () => {
    const tree = memoryTree({ 'a.bin': '', 'b.mov': 'b' });
    await record(tree);
    tree.files.delete('a.bin');
    tree.files.set('other.bin', Buffer.alloc(0));
    expect(await codesOf(tree)).toEqual(['file-missing a.bin', 'file-unlisted other.bin']);
  });

  test('a folder without a history is told to have none', async () => {
    expect(await verdictOf(makeCard())).toMatchObject({ ok: false, exitCode: 30, counts: { unlisted: 0 } });
  });
});
