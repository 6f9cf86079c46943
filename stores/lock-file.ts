import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readdir, readFile, rename, rm, rmdir, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { PipelineError } from '../schemas/failure.ts';
import { asFailure } from './system-failure.ts';

/** A lock is held while two small files are written; one this old was left by a process that died on another machine. */
const STALE_MS = 60_000;
const GIVE_UP_MS = 120_000;
const LOOK_AGAIN_MS = 20;
const NO_LINKS = new Set(['EPERM', 'ENOTSUP', 'ENOSYS', 'EOPNOTSUPP', 'EMLINK']);

/**
 * Runs work while no other process of any machine that sees this folder does. The lock says what its holder begins, so that whoever takes it over
 * from a process that died knows what may be half done.
 * @param begins what this work begins, as JSON
 * @param work gets what processes that died here had begun; when it ends well, that counts as settled
 * @throws PipelineError conflict when another process keeps the lock for two minutes, refused-by-rule when nothing may be written there,
 * disk-full when there is no room
 */
export async function whileLocked<T>(
  lockFile: string,
  begins: unknown,
  work: (left: readonly unknown[]) => Promise<T>,
): Promise<T> {
  const token = randomBytes(8).toString('hex');
  const mine = `${JSON.stringify({ pid: process.pid, host: hostname(), token, begins })}\n`;
  const isMine = async () => (await contentOf(lockFile)) === mine;
  await acquire(lockFile, mine);
  try {
    const left = await leftBehind(lockFile);
    const result = await work(left.map((one) => one.begins));
    for (const { file } of left) await rm(file, { force: true });
    if (await isMine()) await rm(lockFile, { force: true });
    return result;
  } catch (error) {
    // A full disk may have come between two writes: what was begun stays on record for the next process.
    if (await isMine()) await rename(lockFile, asideName(lockFile));
    throw error;
  }
}

/** Locks of dead processes that were moved aside, and those that died before theirs was in place: only who holds the lock may look. */
async function leftBehind(lockFile: string): Promise<{ file: string; begins: unknown }[]> {
  const folder = dirname(lockFile);
  const names = (await readdir(folder)).filter((name) => name.startsWith(`${basename(lockFile)}.`)).sort();
  const left: { file: string; begins: unknown }[] = [];
  for (const name of names) {
    const file = join(folder, name);
    const holder = await contentOf(file);
    if (holder !== null && (await isStale(file, holder))) left.push({ file, begins: begunBy(holder) });
  }
  return left;
}

function begunBy(holder: string): unknown {
  try {
    return (JSON.parse(holder) as { begins?: unknown }).begins;
  } catch {
    return undefined;
  }
}

async function acquire(lockFile: string, mine: string): Promise<void> {
  const giveUpAt = performance.now() + GIVE_UP_MS;
  while (performance.now() < giveUpAt) {
    if (await create(lockFile, mine)) return;
    const holder = await contentOf(lockFile);
    if (holder !== null && (await isStale(lockFile, holder))) await moveAside(lockFile, holder);
    else await pause(LOOK_AGAIN_MS);
  }
  throw new PipelineError('conflict', `"${lockFile}" is held by another process for ${GIVE_UP_MS / 1000} s`, {
    lockFile,
  });
}

async function create(lockFile: string, mine: string): Promise<boolean> {
  let made: string | undefined;
  try {
    made = await makeFolder(dirname(lockFile));
    return await createWhole(lockFile, mine);
  } catch (error) {
    // An empty folder would look like a history whose chain is gone.
    if (made !== undefined) await rmdir(made).catch(() => undefined);
    if (error instanceof PipelineError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EROFS' || code === 'EACCES' || code === 'EPERM') {
      throw new PipelineError(
        'refused-by-rule',
        `Nothing can be written in "${dirname(lockFile)}" (${code}): the volume is read-only or belongs to somebody else`,
        { lockFile },
        { cause: error },
      );
    }
    throw asFailure(lockFile, error);
  }
}

/** A lock says whose it is from its first moment: one without a word could not be told from that of a process about to write. */
async function createWhole(lockFile: string, mine: string): Promise<boolean> {
  const draft = asideName(lockFile);
  await writeNew(draft, mine);
  try {
    await link(draft, lockFile);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    // Card file systems (exFAT, FAT32) have no links: there a process can die between the lock and its words, and its age tells.
    if (!NO_LINKS.has(code ?? '')) throw error;
    return await writeNew(lockFile, mine).then(
      () => true,
      (failed: NodeJS.ErrnoException) => {
        if (failed.code === 'EEXIST') return false;
        throw failed;
      },
    );
  } finally {
    await rm(draft, { force: true });
  }
}

async function writeNew(file: string, text: string): Promise<void> {
  const handle = await open(file, 'wx');
  try {
    await handle.writeFile(text);
    // What is begun must be known after a power cut too.
    await handle.sync();
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
}

function asideName(lockFile: string): string {
  return `${lockFile}.${randomBytes(6).toString('hex')}`;
}

// A file of that name would look like a lock that is never given back.
async function makeFolder(folder: string): Promise<string | undefined> {
  try {
    return await mkdir(folder, { recursive: true });
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

// Of two processes that find the same stale lock, only one can move it. What it says is kept until whoever gets the lock has settled it.
async function moveAside(lockFile: string, holder: string): Promise<void> {
  const aside = asideName(lockFile);
  try {
    await rename(lockFile, aside);
  } catch {
    return;
  }
  const moved = await contentOf(aside);
  if (moved === holder || moved === null) return;
  // Somebody replaced it in between: that one is alive and gets it back.
  await create(lockFile, moved);
  await rm(aside, { force: true });
}

async function contentOf(file: string): Promise<string | null> {
  return readFile(file, 'utf8').catch(() => null);
}
