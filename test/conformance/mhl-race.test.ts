import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readChain } from '../../standards/mhl/chain.ts';
import { discard, rushes, scratch, verify, writeFiles } from './mhl-cards.ts';

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

function generations(): number[] {
  return readChain(readFileSync(path.join(tree, 'ascmhl/ascmhl_chain.xml'))).map(
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
    const before = generations();
    expect(rushes('create', tree).code).toBe(0);
    expect(generations()).toEqual([...before, before.length + 1]);
  });
});
