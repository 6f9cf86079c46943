import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { PipelineError } from '../../schemas/failure.ts';
import { listTree } from '../../standards/mhl/tree.ts';
import { openLocalTree } from '../../stores/local-tree.ts';

let folder = '';
let root = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'rushes-tree-'));
  root = path.join(folder, 'A001');
  mkdirSync(path.join(root, 'Clips/Empty'), { recursive: true });
  writeFileSync(path.join(root, 'Clips/a.mov'), 'clip');
  writeFileSync(path.join(folder, 'secret.txt'), 'secret');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function kinds(): Promise<Record<string, string>> {
  return Object.fromEntries(
    (await listTree(openLocalTree(root))).map(({ path: at, kind, problem }) => [
      at,
      problem === undefined ? kind : `${kind}: ${problem}`,
    ]),
  );
}

async function bytesOf(name: string): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of openLocalTree(root).open(name)) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces).toString();
}

describe('a local folder as a tree', () => {
  test('lists files, folders and empty folders with sizes', async () => {
    expect(await kinds()).toEqual({ Clips: 'directory', 'Clips/Empty': 'directory', 'Clips/a.mov': 'file' });
    expect((await listTree(openLocalTree(root))).find(({ path: at }) => at === 'Clips/a.mov')).toMatchObject({
      sizeBytes: 4,
    });
  });

  test('follows a link to a file inside, and says of every other link why not', async () => {
    symlinkSync('Clips/a.mov', path.join(root, 'inside.mov'));
    symlinkSync('../secret.txt', path.join(root, 'out.txt'));
    symlinkSync('/etc', path.join(root, 'etc'));
    symlinkSync('Clips', path.join(root, 'again'));
    symlinkSync('nothing', path.join(root, 'broken'));
    symlinkSync('loop', path.join(root, 'loop'));
    execFileSync('mkfifo', [path.join(root, 'pipe')]);
    symlinkSync('pipe', path.join(root, 'piped'));
    expect(await kinds()).toMatchObject({
      'inside.mov': 'file',
      'out.txt': 'outside: it is a link that leaves the folder',
      etc: 'outside: it is a link that leaves the folder',
      again: 'outside: it is a link to a folder',
      broken: 'outside: it is a link to nothing',
      loop: 'outside: it is a link that leads back to itself',
      piped: 'outside: it is a link to a device, a pipe or a socket',
    });
    expect(await bytesOf('inside.mov')).toBe('clip');
  });

  test('a folder that lies behind a link itself is a folder like any other', async () => {
    symlinkSync('A001', path.join(folder, 'linked'));
    expect((await listTree(openLocalTree(path.join(folder, 'linked')))).map(({ path: at }) => at)).toContain(
      'Clips/a.mov',
    );
  });

  test('nothing outside is opened, read or written, by name or through a link', async () => {
    symlinkSync(folder, path.join(root, 'up'));
    symlinkSync('../secret.txt', path.join(root, 'out.txt'));
    const tree = openLocalTree(root);
    for (const name of [
      '../secret.txt',
      '/etc/passwd',
      'up/secret.txt',
      'out.txt',
      'Clips/../../secret.txt',
      'a\0b',
    ]) {
      await expect(bytesOf(name), name).rejects.toThrow(PipelineError);
      await expect(tree.read(name, 100), name).rejects.toThrow(PipelineError);
      await expect(tree.writeIfAbsent(name, Buffer.from('x')), name).rejects.toThrow(PipelineError);
      await expect(tree.replaceIfMatch(name, Buffer.from('x'), null), name).rejects.toThrow(PipelineError);
    }
    await expect(tree.writeIfAbsent('up/new.txt', Buffer.from('x'))).rejects.toThrow(PipelineError);
    expect(readdirSync(folder).sort()).toEqual(['A001', 'secret.txt']);
    expect(readFileSync(path.join(folder, 'secret.txt'), 'utf8')).toBe('secret');
  });

  test('a pipe, and a name that is not UTF-8, stop nothing', async () => {
    execFileSync('mkfifo', [path.join(root, 'pipe')]);
    writeFileSync(Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0x61, 0xff, 0xfe])]), 'x');
    const listed = await kinds();
    expect(listed.pipe).toBe('other: it is a device, a pipe or a socket');
    expect(Object.values(listed)).toContain('other: its name is not UTF-8');
  });

  test('names that are not UTF-8 are told apart, from each other and from the name that Node makes of them', async () => {
    const named = (...bytes: number[]) => Buffer.concat([Buffer.from(`${root}/`), Buffer.from(bytes)]);
    writeFileSync(named(0x61, 0xff), 'one');
    writeFileSync(named(0x61, 0xfe), 'two');
    writeFileSync(path.join(root, 'a\ufffd'), 'a name like any other');
    mkdirSync(named(0xc3, 0xa5, 0x80));
    expect(await kinds()).toMatchObject({
      'a\\xff': 'other: its name is not UTF-8',
      'a\\xfe': 'other: its name is not UTF-8',
      'a\ufffd': 'file',
      'å\\x80': 'other: its name is not UTF-8, so nothing in it is read',
    });
    expect(await bytesOf('a\ufffd')).toBe('a name like any other');
  });

  test('a file of a time that no manifest can say is a file without a time', async () => {
    // Where the file system keeps no such times, the nearest that it keeps is one that can be said.
    const far = 900_000_000_000;
    utimesSync(path.join(root, 'Clips/a.mov'), far, far);
    const file = (await listTree(openLocalTree(root))).find((entry) => entry.path === 'Clips/a.mov');
    expect(file).toMatchObject({ kind: 'file', sizeBytes: 4 });
    expect(file?.modifiedAt ?? 'none').toMatch(/^(none|\d{4}-.*)$/);
  });

  test('what is not there is a failure when it is asked for, and null when it may be absent', async () => {
    await expect(listTree(openLocalTree(path.join(folder, 'nowhere')))).rejects.toMatchObject({
      code: 'not-found',
    });
    await expect(listTree(openLocalTree(path.join(root, 'Clips/a.mov')))).rejects.toMatchObject({
      code: 'unreadable',
    });
    await expect(bytesOf('nothing')).rejects.toMatchObject({ code: 'not-found' });
    expect(await openLocalTree(root).read('nothing', 100)).toBeNull();
    await expect(openLocalTree(root).read('Clips/a.mov', 3)).rejects.toMatchObject({ code: 'unreadable' });
  });

  test.skipIf(process.getuid?.() === 0)(
    'a folder that may not be read is told, and the rest is listed',
    async () => {
      chmodSync(path.join(root, 'Clips'), 0o000);
      expect((await kinds()).Clips).toContain('cannot be listed');
      chmodSync(path.join(root, 'Clips'), 0o755);
    },
  );
});

describe('writing into a local folder', () => {
  test('a file is created whole, once, and leaves nothing beside it', async () => {
    const tree = openLocalTree(root);
    expect(await tree.writeIfAbsent('ascmhl/one.mhl', Buffer.from('one'))).toBe('written');
    expect(await tree.writeIfAbsent('ascmhl/one.mhl', Buffer.from('two'))).toBe('exists');
    expect(readFileSync(path.join(root, 'ascmhl/one.mhl'), 'utf8')).toBe('one');
    expect(readdirSync(path.join(root, 'ascmhl'))).toEqual(['one.mhl']);
  });

  test('of many who create the same file one wins', async () => {
    const tree = openLocalTree(root);
    const outcomes = await Promise.all(
      Array.from({ length: 8 }, (_, index) => tree.writeIfAbsent('x', Buffer.from(String(index)))),
    );
    expect(outcomes.filter((outcome) => outcome === 'written')).toHaveLength(1);
  });

  test('a file is replaced only while it is what it was', async () => {
    const tree = openLocalTree(root);
    expect(await tree.replaceIfMatch('chain.xml', Buffer.from('1'), null)).toBe(true);
    const { etag } = (await tree.read('chain.xml', 100))!;
    expect(await tree.replaceIfMatch('chain.xml', Buffer.from('2'), null)).toBe(false);
    expect(await tree.replaceIfMatch('chain.xml', Buffer.from('2'), etag)).toBe(true);
    expect(await tree.replaceIfMatch('chain.xml', Buffer.from('3'), etag)).toBe(false);
    expect(readFileSync(path.join(root, 'chain.xml'), 'utf8')).toBe('2');
  });

  test('one at a time works on a history', async () => {
    const tree = openLocalTree(root);
    let inside = 0;
    let most = 0;
    const work = async () => {
      inside += 1;
      most = Math.max(most, inside);
      await new Promise((resolve) => setTimeout(resolve, 5));
      inside -= 1;
    };
    await Promise.all(Array.from({ length: 5 }, () => tree.exclusively!('ascmhl', [], work)));
    expect(most).toBe(1);
    expect(readdirSync(path.join(root, 'ascmhl'))).toEqual([]);
  });

  test('the lock of a process that died is taken over', async () => {
    mkdirSync(path.join(root, 'ascmhl'));
    const dead = Number(execFileSync('sh', ['-c', 'echo $$'], { encoding: 'utf8' }));
    writeFileSync(
      path.join(root, 'ascmhl/.rushes.lock'),
      `${JSON.stringify({ pid: dead, host: hostname(), token: 'x' })}\n`,
    );
    expect(await openLocalTree(root).exclusively!('ascmhl', [], async () => 'done')).toBe('done');
    expect(existsSync(path.join(root, 'ascmhl/.rushes.lock'))).toBe(false);
  });
});
