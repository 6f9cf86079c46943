import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  dataMissing,
  discard,
  MHL_DATA,
  reference,
  rushes,
  schemaProblems,
  scratch,
  verify,
} from './mhl-cards.ts';

/** What each tree of the shared data is expected to be: exit code, and the finding that says why. */
const EXPECTED: Record<string, { code: number; finding?: string; reference?: number }> = {
  card1: { code: 0 },
  card_altered: { code: 11, finding: 'hash-mismatch' },
  card_badman: { code: 31, finding: 'manifest-altered' },
  card_missing: { code: 10, finding: 'file-missing' },
  card_new: { code: 0 },
  card_nochain: { code: 32, finding: 'chain-missing' },
  card_ren: { code: 0 },
  // The reference says "single file not found" of an empty folder; nothing is wrong with it.
  empty: { code: 0, reference: 20 },
  flat: { code: 30, finding: 'no-history' },
  nested: { code: 0 },
};

describe.skipIf(dataMissing !== null)(
  `the trees of the shared data${dataMissing === null ? '' : ` (skipped: ${dataMissing})`}`,
  () => {
    let folder = '';
    beforeAll(() => {
      folder = scratch();
      const { status } = spawnSync('tar', ['xzf', path.join(MHL_DATA, 'trees.tar.gz'), '-C', folder]);
      if (status !== 0) throw new Error('the trees cannot be unpacked');
    });
    afterAll(() => discard(folder));

    for (const [name, expected] of Object.entries(EXPECTED)) {
      test(`${name} is ${expected.finding ?? 'good'}`, () => {
        const tree = path.join(folder, 'trees', name);
        const verdict = verify(tree);
        expect(verdict.code).toBe(expected.code);
        expect(verdict.ok).toBe(expected.code === 0);
        expect([...new Set(verdict.findings.map(({ code }) => code))]).toEqual(
          expected.finding === undefined ? [] : [expected.finding],
        );
        expect(reference('verify', tree).code).toBe(expected.reference ?? expected.code);
      });
    }

    test('every scenario is good, and every root hash in it follows from its files', () => {
      for (const scenario of readdirSync(path.join(folder, 'scenarios'))) {
        for (const place of readdirSync(path.join(folder, 'scenarios', scenario))) {
          const tree = path.join(folder, 'scenarios', scenario, place, 'A002R2EC');
          if (existsSync(tree))
            expect(verify(tree), tree).toMatchObject({ code: 0, findings: [], counts: { verified: 3 } });
        }
      }
    });

    test('a file altered beside a manifest tampered with gives both findings', () => {
      const tree = path.join(folder, 'both');
      cpSync(path.join(folder, 'trees/card_badman'), tree, { recursive: true });
      writeFileSync(path.join(tree, 'Clips/A002C006.mov'), 'Abcd');
      rmSync(path.join(tree, 'Sidecar.txt'));
      writeFileSync(path.join(tree, 'extra.mov'), 'x');
      const { code, findings } = verify(tree);
      expect(code).toBe(31);
      expect(findings.map((one) => one.code).sort()).toEqual([
        'file-missing',
        'file-unlisted',
        'hash-mismatch',
        'manifest-altered',
      ]);
    });

    test('our next generation of every good tree is valid, accepted by the reference, and has its root hash', () => {
      for (const name of ['card1', 'card_new', 'card_ren', 'nested', 'empty']) {
        const [ours, theirs] = ['ours', 'theirs'].map((who) => path.join(folder, who, name)) as [
          string,
          string,
        ];
        for (const tree of [ours, theirs])
          cpSync(path.join(folder, 'trees', name), tree, { recursive: true, preserveTimestamps: true });
        expect(rushes('create', ours, '--format', 'xxh128,md5,c4').code).toBe(0);
        expect(reference('create', theirs, '-h', 'xxh128', '-h', 'md5', '-h', 'c4').code).toBe(0);
        expect(rootHash(ours), name).toEqual(rootHash(theirs));
        expect(reference('verify', ours).code).toBe(name === 'empty' ? 20 : 0);
        for (const manifest of manifestsBelow(ours).filter((file) =>
          readFileSync(file, 'utf8').includes('>rushes<'),
        ))
          expect(schemaProblems(manifest)).toBe('');
        expect(verify(ours)).toMatchObject({ code: 0, findings: [] });
        expect(verify(theirs)).toMatchObject({ code: 0, findings: [] });
      }
    });
  },
);

function manifestsBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.mhl'))
    .map((name) => path.join(folder, name));
}

/** Digests of the newest root hash of a tree, content before structure. */
function rootHash(tree: string): string[] {
  const newest = readdirSync(path.join(tree, 'ascmhl'))
    .filter((name) => name.endsWith('.mhl'))
    .sort()
    .at(-1)!;
  const element = /<roothash>([\s\S]*?)<\/roothash>/.exec(
    readFileSync(path.join(tree, 'ascmhl', newest), 'utf8'),
  )![1]!;
  return [...element.matchAll(/<(content|structure|c4|md5|xxh128)(?: [^>]*)?>([^<\s]*)/g)].map(
    ([, name, digest]) => `${name} ${digest}`,
  );
}
