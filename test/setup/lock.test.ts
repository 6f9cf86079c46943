import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withLock } from '../../setup/lock.mjs';
import { isAlive, recordOf } from '../../setup/processes.mjs';

const lockPath = () => join(mkdtempSync(join(tmpdir(), 'rushes-lock-')), 'setup.lock');

/** The record of a process that ran and has ended. */
function deadRecord() {
  const { pid } = spawnSync('true');
  return { ...recordOf(process.pid), pid };
}

test('only one set-up works at a time, and the next begins when it is done', async () => {
  const path = lockPath();
  let inside = 0;
  let most = 0;
  const work = async () => {
    most = Math.max(most, ++inside);
    await new Promise((resolve) => setTimeout(resolve, 20));
    inside--;
  };
  await Promise.all([1, 2, 3, 4].map(() => withLock(path, work)));
  expect(most).toBe(1);
  expect(existsSync(path)).toBe(false);
});

test('a lock left by a set-up that was killed is taken over, by one of several who wait', async () => {
  const path = lockPath();
  writeFileSync(path, JSON.stringify(deadRecord()));
  let inside = 0;
  let most = 0;
  const work = async () => {
    most = Math.max(most, ++inside);
    await new Promise((resolve) => setTimeout(resolve, 20));
    inside--;
  };
  await Promise.all([1, 2, 3].map(() => withLock(path, work)));
  expect(most).toBe(1);
});

test('a lock whose number now belongs to another program is taken over', async () => {
  const path = lockPath();
  const own = recordOf(process.pid);
  writeFileSync(path, JSON.stringify({ ...own, startTicks: Number(own.startTicks) - 1 }));
  await expect(withLock(path, async () => 'done')).resolves.toBe('done');
});

test('who waits is told once for whom', async () => {
  const path = lockPath();
  const told: number[] = [];
  const first = withLock(path, () => new Promise((resolve) => setTimeout(resolve, 250)));
  await withLock(path, async () => undefined, { onWait: (pid) => told.push(pid) });
  await first;
  expect(told).toEqual([process.pid]);
});

test('a failure inside gives the lock back', async () => {
  const path = lockPath();
  await expect(
    withLock(path, async () => {
      throw new Error('apt-get failed');
    }),
  ).rejects.toThrow('apt-get failed');
  expect(existsSync(path)).toBe(false);
});

test('a process is recognised by its number and its start together', () => {
  const own = recordOf(process.pid);
  expect(isAlive(own)).toBe(true);
  expect(isAlive({ ...own, startTicks: Number(own.startTicks) + 1 })).toBe(false);
  expect(isAlive({ ...own, bootId: 'another boot' })).toBe(false);
  expect(isAlive(deadRecord())).toBe(false);
  expect(isAlive(null)).toBe(false);
});
