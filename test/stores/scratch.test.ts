import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createScratch, openScratch } from '../../stores/scratch.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'rushes-scratch-test-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const isThere = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );

test('every attempt gets an empty folder of its own, and removing it takes all it holds', async () => {
  const scratch = createScratch({ root, budgetBytes: 1e9 });
  const [one, two] = [await scratch.open(), await scratch.open()];
  expect(one.path).not.toBe(two.path);
  expect(await readdir(one.output)).toEqual([]);
  await writeFile(path.join(one.output, 'frame.exr'), 'x');
  await one.remove();
  await one.remove();
  expect([await isThere(one.path), await isThere(two.output)]).toEqual([false, true]);
});

test('a folder can be removed after its attempt was cancelled, and a cancelled attempt gets none', async () => {
  const scratch = createScratch({ root, budgetBytes: 1e9 });
  const cancel = new AbortController();
  const work = await scratch.open({ signal: cancel.signal });
  cancel.abort();
  await work.remove();
  expect(await isThere(work.path)).toBe(false);
  await expect(scratch.open({ signal: cancel.signal })).rejects.toMatchObject({ name: 'AbortError' });
});

test('an attempt that would break the budget is refused as disk-full, and goes on when another ends', async () => {
  const scratch = createScratch({ root, budgetBytes: 10_000 });
  const work = await scratch.open({ needBytes: 5_000 });
  await writeFile(path.join(work.output, 'frame.exr'), Buffer.alloc(8_000));
  expect(await scratch.usedBytes()).toBe(8_000);
  await expect(scratch.open({ needBytes: 5_000 })).rejects.toMatchObject({ code: 'disk-full', retry: true });
  await work.remove();
  await scratch.open({ needBytes: 5_000 });
});

test('what an attempt asked for is kept for it before it writes, and whoever finds too little reads how much', async () => {
  const scratch = createScratch({ root, budgetBytes: 10_000 });
  const asked = [scratch.open({ needBytes: 6_000 }), scratch.open({ needBytes: 6_000 })];
  const [first, second] = await Promise.allSettled(asked);
  expect(first!.status).toBe('fulfilled');
  const refused = {
    code: 'disk-full',
    message: `scratch ${root} holds 0 bytes and has promised 6000 more: 6000 are needed and 4000 of its budget of 10000 are free`,
  };
  expect(second).toMatchObject({ status: 'rejected', reason: refused });
  const work = await asked[0]!;
  // What it writes of that is not counted twice, and another process sees it too.
  await writeFile(path.join(work.output, 'frame.exr'), Buffer.alloc(2_000));
  const elsewhere = createScratch({ root, budgetBytes: 10_000 });
  await expect(elsewhere.open({ needBytes: 4_001 })).rejects.toMatchObject({
    facts: { used: 2_000, promised: 4_000, needBytes: 4_001 },
  });
  const small = await elsewhere.open({ needBytes: 4_000 });
  await Promise.all([work.remove(), small.remove()]);
  await scratch.open({ needBytes: 10_000 });
});

test('what never fits is refused with the word that has to be changed', async () => {
  const scratch = createScratch({ root, budgetBytes: 10_000 });
  await expect(scratch.open({ needBytes: 10_001 })).rejects.toThrow(
    'it has to be raised (`scratch.budgetBytes`)',
  );
});

test('a disk that would run full is refused before anything is written', async () => {
  const scratch = createScratch({ root, budgetBytes: 1e9, keepFreeBytes: 1e18 });
  await expect(scratch.open()).rejects.toMatchObject({ code: 'disk-full' });
});

test('at boot the folders of dead processes go, those of the living, of other hosts and of strangers stay', async () => {
  const child = spawn(
    process.execPath,
    [
      '-e',
      `import('${path.resolve(import.meta.dirname, '../../stores/scratch.ts')}').then(async ({ createScratch }) => { await createScratch({ root: ${JSON.stringify(root)}, budgetBytes: 1e9 }).open(); console.log('open'); setInterval(() => {}, 1000); })`,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  await once(child.stdout, 'data');
  const scratch = await openScratch({ root, budgetBytes: 1e9 });
  const own = await scratch.open();
  const elsewhere = `rushes~another-host~${'0'.repeat(8)}~1~1`;
  for (const name of [elsewhere, 'notes']) await mkdir(path.join(root, name));
  expect(await scratch.sweep()).toEqual([]);

  child.kill('SIGKILL');
  await once(child, 'exit');
  const swept = await scratch.sweep();
  expect(swept.map((folder) => path.basename(folder))).toEqual([expect.stringContaining(`~${child.pid}~`)]);
  expect(await isThere(own.output)).toBe(true);
  expect((await readdir(root)).toSorted()).toEqual(
    [path.basename(path.dirname(own.path)), elsewhere, 'notes'].toSorted(),
  );
});

test('a process number that was given again does not protect what its earlier owner left', async () => {
  const scratch = createScratch({ root, budgetBytes: 1e9 });
  const own = await scratch.open();
  const [mark, host, boot, pid] = path.basename(path.dirname(own.path)).split('~');
  expect(host).toBe(hostname().replace(/[^A-Za-z0-9.-]/g, '-'));
  const earlier = path.join(root, [mark, host, boot, pid, '1'].join('~'));
  const beforeReboot = path.join(root, [mark, host, '00000000', pid, '1'].join('~'));
  for (const folder of [earlier, beforeReboot]) await mkdir(folder);
  expect((await scratch.sweep()).toSorted()).toEqual([earlier, beforeReboot].toSorted());
});
