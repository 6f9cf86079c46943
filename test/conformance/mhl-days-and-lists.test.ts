import { cpSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  dataMissing,
  discard,
  folderHashes,
  manifests,
  reference,
  rushes,
  schemaProblems,
  scratch,
  verify,
  writeFiles,
} from './mhl-cards.ts';

const CARD = {
  'Clips/A001C001.mov': 'first clip',
  'Clips/Å Ω 1.txt': 'note',
  'Empty/': '',
  'Deep/er/est/file.bin': 'deep',
  'zero.bin': '',
};

let folder = '';
beforeEach(() => {
  folder = scratch();
});
afterEach(() => discard(folder));

function card(name = 'A001'): string {
  const tree = path.join(folder, name);
  writeFiles(tree, CARD);
  return tree;
}

describe('what a generation records is settled by it', () => {
  test('an empty folder that was added: recorded by both, and good for both afterwards', () => {
    for (const create of [rushes, reference]) {
      const tree = card(create === rushes ? 'ours' : 'theirs');
      reference('create', tree);
      mkdirSync(path.join(tree, 'Deep/New'));
      expect(create('create', tree).code).toBe(0);
      expect(verify(tree)).toMatchObject({ code: 0, findings: [] });
      expect(reference('verify', tree).code).toBe(0);
    }
  });

  test('the first generation of a day beside rolls that have their own', () => {
    const day = path.join(folder, 'Day1');
    writeFiles(day, { 'A001/a.mov': 'a', 'A001/Empty/': '', 'Audio/': '', 'Notes/': '' });
    reference('create', path.join(day, 'A001'));
    cpSync(day, path.join(folder, 'theirs/Day1'), { recursive: true });
    expect(rushes('create', day).code).toBe(0);
    expect(reference('create', path.join(folder, 'theirs/Day1')).code).toBe(0);
    expect(folderHashes(day)).toEqual(folderHashes(path.join(folder, 'theirs/Day1')));
  });

  test('a roll with a history of its own that was renamed inside the day', () => {
    const day = path.join(folder, 'Day1');
    writeFiles(path.join(day, 'A001'), CARD);
    writeFiles(day, { 'Notes.txt': 'n' });
    reference('create', path.join(day, 'A001'));
    reference('create', day);
    renameSync(path.join(day, 'A001'), path.join(day, 'A001R1AB'));
    expect(verify(day)).toMatchObject({ code: 21, findings: [{ code: 'file-renamed' }] });
    expect(rushes('create', day).code).toBe(0);
    expect(verify(day)).toMatchObject({ code: 0, findings: [], counts: { verified: 5 } });
    expect(reference('verify', day).code).toBe(0);
    if (dataMissing === null) expect(schemaProblems(manifests(day).at(-1)!)).toBe('');
  });

  test('a roll with a history of its own that is gone altogether: the code of the reference, and the day goes on', () => {
    const day = path.join(folder, 'Day1');
    writeFiles(path.join(day, 'A001'), CARD);
    writeFiles(day, { 'Notes.txt': 'n' });
    reference('create', path.join(day, 'A001'));
    reference('create', day);
    rmSync(path.join(day, 'A001'), { recursive: true });
    for (const command of ['verify', 'diff', 'create'])
      expect(rushes(command, day).code, command).toBe(reference(command, day).code);
  });
});

describe('a card with nothing but a legacy list', () => {
  const legacy = (paths: Record<string, string>) =>
    `<hashlist version="1.1">${Object.entries(paths)
      .map(([name, md5]) => `<hash><file>${name}</file><size>1</size><md5>${md5}</md5></hash>`)
      .join('')}</hashlist>`;
  const [A, B] = ['0cc175b9c0f1b6a831c399e269772661', '92eb5ffee6ae2fec3ad71c777531578f'];

  test('gets no first generation that vouches for a file which the list convicts', () => {
    const tree = path.join(folder, 'A001');
    writeFiles(tree, { 'a.mov': 'a', 'b.mov': 'x', 'A001.mhl': legacy({ 'a.mov': A, 'b.mov': B }) });
    expect(rushes('create', tree).code).toBe(11);
    expect(existsSync(path.join(tree, 'ascmhl'))).toBe(false);
    writeFileSync(path.join(tree, 'b.mov'), 'b');
    expect(rushes('create', tree).code).toBe(0);
    expect(verify(tree)).toMatchObject({ code: 0, findings: [], counts: { verified: 3 } });
    expect(reference('verify', tree).code).toBe(0);
  });

  test('is held against one that lies beside it and names it in its paths, whatever other cards that names', () => {
    writeFiles(folder, { 'A001/a.mov': 'a', 'A001/b.mov': 'b' });
    const list = path.join(folder, 'day.mhl');
    writeFileSync(list, legacy({ 'A001/a.mov': A, 'A001/b.mov': B, 'B001/c.mov': A }));
    const tree = path.join(folder, 'A001');
    expect(verify(tree, '--manifest', list)).toMatchObject({
      code: 0,
      findings: [],
      counts: { verified: 2 },
    });
    rmSync(path.join(tree, 'b.mov'));
    expect(verify(tree, '--manifest', list)).toMatchObject({ code: 10, counts: { verified: 1, missing: 1 } });
  });

  test('is held against one made a folder further up and laid on the card later', () => {
    const tree = path.join(folder, 'A001');
    writeFiles(tree, {
      'a.mov': 'a',
      'b.mov': 'x',
      'A001.mhl': legacy({ 'A001/a.mov': A, 'A001/b.mov': B }),
    });
    expect(verify(tree)).toMatchObject({ code: 11, counts: { verified: 1, failed: 1 } });
  });
});

test('a file that bears the name of the history folder is told at once', () => {
  const tree = card();
  writeFileSync(path.join(tree, 'ascmhl'), 'x');
  const { code, stderr } = rushes('create', tree);
  expect(code).toBe(23);
  expect(stderr).toContain('is not a folder');
});
