import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { PipelineError } from '../schemas/failure.ts';

/** A lock is held while two small files are written; one this old was left by a process that died on another machine. */
const STALE_MS = 60_000;
const GIVE_UP_MS = 120_000;
const LOOK_AGAIN_MS = 20;

/**
 * Runs work while no other process of any machine that sees this folder does. A lock left by a dead process is taken over.
 * @throws PipelineError conflict when another process keeps the lock for two minutes, refused-by-rule when nothing can be written there
 */
export async function whileLocked<T>(lockFile: string, work: () => Promise<T>): Promise<T> {
  const mine = `${JSON.stringify({ pid: process.pid, host: hostname(), token: randomBytes(8).toString('hex') })}\n`;
  await acquire(lockFile, mine);
  try {
    return await work();
  } finally {
    if ((await contentOf(lockFile)) === mine) await rm(lockFile, { force: true });
  }
}

async function acquire(lockFile: string, mine: string): Promise<void> {
  const giveUpAt = performance.now() + GIVE_UP_MS;
  while (performance.now() < giveUpAt) {
    if (await create(lockFile, mine)) return;
    const holder = await contentOf(lockFile);
    if (holder !== null && (await isStale(lockFile, holder))) await remove(lockFile, holder);
    else await pause(LOOK_AGAIN_MS);
  }
  throw new PipelineError('conflict', `"${lockFile}" is held by another process for ${GIVE_UP_MS / 1000} s`, {
    lockFile,
  });
}

async function create(lockFile: string, mine: string): Promise<boolean> {
  try {
    await makeFolder(dirname(lockFile));
    const handle = await open(lockFile, 'wx');
    await handle.writeFile(mine).finally(() => handle.close());
    return true;
  } catch (error) {
    if (error instanceof PipelineError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    if (code === 'EROFS' || code === 'EACCES' || code === 'EPERM') {
      throw new PipelineError(
        'refused-by-rule',
        `Nothing can be written in "${dirname(lockFile)}" (${code}): the volume is read-only or belongs to somebody else`,
        { lockFile },
        { cause: error },
      );
    }
    throw error;
  }
}

// A file of that name would look like a lock that is never given back.
async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EEXIST' && code !== 'ENOTDIR') throw error;
    const sentence = `"${folder}" is not a folder, and nothing can be written in it: move away what bears that name`;
    throw new PipelineError('refused-by-rule', sentence, { folder }, { cause: error });
  }
}

async function isStale(lockFile: string, holder: string): Promise<boolean> {
  const age = await stat(lockFile).then(
    ({ mtimeMs }) => Date.now() - mtimeMs,
    () => 0,
  );
  if (age > STALE_MS) return true;
  const match = /"pid":(\d+),"host":"([^"]*)"/.exec(holder);
  return match?.[2] === hostname() && !isAlive(Number(match[1]));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

// Moved away first: of two processes that find the same stale lock, only one can move it.
async function remove(lockFile: string, holder: string): Promise<void> {
  const aside = `${lockFile}.${randomBytes(6).toString('hex')}`;
  try {
    await rename(lockFile, aside);
  } catch {
    return;
  }
  // Somebody replaced it in between: that one is alive and gets it back.
  const moved = await contentOf(aside);
  if (moved !== holder && moved !== null) await create(lockFile, moved);
  await rm(aside, { force: true });
}

async function contentOf(file: string): Promise<string | null> {
  return readFile(file, 'utf8').catch(() => null);
}
