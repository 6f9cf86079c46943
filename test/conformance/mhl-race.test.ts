import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, readdirSync, readFileSync, statSync, utimesSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readChain } from '../../standards/mhl/chain.ts';
import { discard, manifests, rushes, scratch, verify, writeFiles } from './mhl-cards.ts';

const DIE_AT_WRITE = path.resolve(import.meta.dirname, '../support/die-at-write.mjs');
/** Counted from 1: the write after that of the manifest, in a tree with one history. */
const BETWEEN_MANIFEST_AND_CHAIN = 11;
const RUSHES = path.resolve(import.meta.dirname, '../../bin/rushes');

let tree = '';
beforeEach(() => {
  tree = scratch();
  writeFiles(tree, {
    'a.mov': Buffer.alloc(3 << 20, 1),
    'b.mov': Buffer.alloc(1 << 20, 2),
    'Clips/c.txt': 'c',
  });
});
afterEach(() => discard(tree));

function create(format: string): { ended: Promise<number | null>; kill: () => void } {
  const child = spawn(RUSHES, ['mhl', 'create', tree, '--format', format], { stdio: 'ignore' });
  return { ended: new Promise((resolve) => child.on('close', resolve)), kill: () => child.kill('SIGKILL') };
}

function generations(scope = ''): number[] {
  return readChain(readFileSync(path.join(tree, scope, 'ascmhl/ascmhl_chain.xml'))).map(
    ({ sequenceNumber }) => sequenceNumber!,
  );
}

describe('several processes at one history', () => {
  test('all add their generation, one after the other, and nothing is left over', async () => {
    rushes('create', tree);
    for (let round = 0; round < 3; round += 1) {
      const codes = await Promise.all(['xxh64', 'md5', 'c4'].map((format) => create(format).ended));
      expect(codes).toEqual([0, 0, 0]);
    }
    expect(generations()).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(readdirSync(path.join(tree, 'ascmhl'))).toHaveLength(11);
    expect(verify(tree)).toMatchObject({ code: 0, findings: [] });
  });

  test('the first generation is made once, though two begin at the same time', async () => {
    expect(await Promise.all([create('xxh64').ended, create('md5').ended])).toEqual([0, 0]);
    expect(generations()).toEqual([1, 2]);
    expect(verify(tree)).toMatchObject({ code: 0, findings: [] });
  });

  test('one that is killed at any moment leaves the old history valid, and the next one goes on', async () => {
    rushes('create', tree);
    for (let round = 0; round < 12; round += 1) {
      const { ended, kill } = create('xxh64');
      setTimeout(kill, 20 + round * 15);
      await ended;
      const { findings, counts } = verify(tree);
      expect(counts).toMatchObject({ verified: 3, failed: 0, missing: 0, unlisted: 0 });
      // Between its manifest and the chain a killed process leaves a manifest that nothing vouches for, and it is told.
      expect(findings.every(({ code }) => code === 'manifest-unlisted')).toBe(true);
    }
    const before = generations().length;
    expect(rushes('create', tree).code).toBe(0);
    // What the last one had begun may have been completed first.
    expect(generations().length - before).toBeOneOf([1, 2]);
    expectWholeHistory('');
  });
});

describe('a process that dies at each of its writes in turn', () => {
  test('the first generation is made by the next one', () => {
    for (let step = 1; diesAt(step, 'create', tree); step += 1) {
      expect(rushes('create', tree)).toMatchObject({ code: 0 });
      expect(generations().length).toBeOneOf([1, 2]);
      expectWholeHistory('');
      discard(path.join(tree, 'ascmhl'));
    }
  });

  test('what it had begun in two nested histories is completed by the next one', () => {
    rushes('create', path.join(tree, 'Clips'));
    rushes('create', tree);
    let deaths = 0;
    for (let step = 1; diesAt(step, 'create', tree); step += 1, deaths += 1) {
      const { findings, counts } = verify(tree);
      expect(counts).toMatchObject({ verified: 3, failed: 0, missing: 0, unlisted: 0 });
      expect(findings.every(({ code }) => code === 'manifest-unlisted')).toBe(true);
      const before = generations().length;
      expect(rushes('create', tree)).toMatchObject({ code: 0 });
      expect(generations().length - before).toBeOneOf([1, 2]);
      expectWholeHistory('', 'Clips');
    }
    expect(deaths).toBeGreaterThan(20);
  });

  test('verify --record completes it too, and says nothing of it after', () => {
    rushes('create', tree);
    expect(diesAt(BETWEEN_MANIFEST_AND_CHAIN, 'verify', tree, '--record')).toBe(true);
    expect(verify(tree).findings.map(({ code }) => code)).toEqual(['manifest-unlisted']);
    expect(rushes('verify', tree, '--record')).toMatchObject({ code: 0 });
    expect(generations()).toEqual([1, 2, 3]);
    expectWholeHistory('');
  });

  test('one that dies while it takes the place of a dead one leaves its work to the third', () => {
    rushes('create', tree);
    const before = generations().length;
    let made = 0;
    for (let step = 1; ; step += 1, made += 1) {
      // A manifest without its chain, by a process that died between the two.
      expect(diesAt(BETWEEN_MANIFEST_AND_CHAIN, 'create', tree)).toBe(true);
      const hasDied = diesAt(step, 'create', tree);
      expect(rushes('create', tree)).toMatchObject({ code: 0 });
      expectWholeHistory('');
      if (!hasDied) break;
    }
    expect(generations().length - before).toBeGreaterThanOrEqual(2 * made);
  });

  test('what it left of files is removed once it is old enough to be nobody else’s', () => {
    rushes('create', tree);
    for (let step = 1; diesAt(step, 'create', tree); step += 1);
    const leftovers = hiddenIn('');
    expect(leftovers.filter((file) => file.endsWith('.rushes-part')).length).toBeGreaterThan(0);
    const anHourAgo = Date.now() / 1000 - 3600;
    for (const file of leftovers) utimesSync(file, anHourAgo, anHourAgo);
    expect(rushes('create', tree)).toMatchObject({ code: 0 });
    expect(hiddenIn('')).toEqual([]);
  });

  test('a manifest that nobody began is not taken in', () => {
    rushes('create', tree);
    const [first] = manifests(tree);
    const stranger = path.join(tree, 'ascmhl/0002_somebody_2026-01-15_100000Z.mhl');
    copyFileSync(first!, stranger);
    expect(verify(tree).findings.map(({ code }) => code)).toEqual(['manifest-unlisted']);
    expect(rushes('create', tree).code).toBe(31);
    expect(generations()).toEqual([1, 2]);
    expect(verify(tree)).toMatchObject({ code: 31, findings: [{ code: 'manifest-unlisted' }] });
  });
});

/** Runs a command that dies before its n-th change of the file system; false when it had fewer, and ended well. */
function diesAt(step: number, command: string, ...args: string[]): boolean {
  const { signal, status, stderr } = spawnSync(RUSHES, ['mhl', command, ...args], {
    encoding: 'utf8',
    env: { ...process.env, NODE_OPTIONS: `--import ${DIE_AT_WRITE}`, RUSHES_TEST_DIES_AT: String(step) },
  });
  if (signal === 'SIGKILL') return true;
  expect(status, stderr).toBe(0);
  return false;
}

function hiddenIn(scope: string): string[] {
  const folder = path.join(tree, scope, 'ascmhl');
  return readdirSync(folder)
    .filter((name) => name.startsWith('.'))
    .map((name) => path.join(folder, name));
}

/** Chain and manifests agree, one for one, no word of a dead process is left, and the folder verifies. */
function expectWholeHistory(...scopes: string[]): void {
  for (const scope of scopes) {
    const numbers = generations(scope);
    expect(numbers).toEqual(numbers.map((_, index) => index + 1));
    expect(manifests(path.join(tree, scope))).toHaveLength(numbers.length);
    // One that died before it could write into its lock has begun nothing; its empty file goes by its age.
    const said = hiddenIn(scope).filter((file) => /\.rushes\.lock/.test(file) && statSync(file).size > 0);
    expect(said).toEqual([]);
  }
  expect(verify(tree)).toMatchObject({ code: 0, findings: [] });
}
