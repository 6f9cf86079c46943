import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rm, stat, statfs } from 'node:fs/promises';
import path from 'node:path';
import { PipelineError } from '../schemas/failure.ts';
import { isDead, ownerName } from './scratch-owner.ts';

/** One attempt's work folder: `path` for what it fetches, `output` (empty, inside it) for what it makes. */
export type WorkFolder = { path: string; output: string; remove(): Promise<void> };

/** Where attempts work: folders of their own, within a budget of disk, gone when the attempt ends or its process dies. */
export type Scratch = {
  /**
   * Makes a folder for one attempt. The caller removes it in a `finally`, when its programs have ended; that works after an
   * abort too.
   * @param options.needBytes what the attempt expects to hold at most; it is kept free for it until its folder goes. @default 0
   * @throws PipelineError disk-full; AbortError
   */
  open(options?: { signal?: AbortSignal; needBytes?: number }): Promise<WorkFolder>;
  /** Removes what dead processes of this host left; returns the folders removed. Run at boot. */
  sweep(): Promise<string[]>;
  /** Bytes in use by every process that shares the root. */
  usedBytes(): Promise<number>;
};

/** Work folders under a root, after what dead processes left there is removed. Options as of `createScratch`. */
export async function openScratch(options: {
  root: string;
  budgetBytes: number;
  keepFreeBytes?: number;
}): Promise<Scratch> {
  const scratch = createScratch(options);
  await scratch.sweep();
  return scratch;
}

/**
 * Work folders under a root.
 * @param options.budgetBytes most that all folders together may hold
 * @param options.keepFreeBytes what must stay free on the disk. @default 1 GiB, so that logs and databases can still be written
 */
export function createScratch(options: {
  root: string;
  budgetBytes: number;
  keepFreeBytes?: number;
}): Scratch {
  const { root, budgetBytes, keepFreeBytes = 1024 ** 3 } = options;
  const own = path.join(root, ownerName());
  const limits = { root, budgetBytes, keepFreeBytes };
  // One asks after the other: two that begin together would each find the room that there is once.
  let asking: Promise<unknown> = Promise.resolve();
  const claimRoom = async (needBytes: number): Promise<string> => {
    await mkdir(own, { recursive: true, mode: 0o700 });
    await ensureRoom(needBytes, limits);
    const folder = path.join(own, claimName(needBytes));
    await mkdir(folder, { mode: 0o700 });
    return folder;
  };
  return {
    async open({ signal, needBytes = 0 } = {}) {
      signal?.throwIfAborted();
      const claimed = asking.then(() => claimRoom(needBytes));
      asking = claimed.catch(() => {});
      const folder = await claimed;
      const output = path.join(folder, 'output');
      await mkdir(output, { mode: 0o700 });
      // A program that was told to end may write its last file while its folder is being emptied.
      return {
        path: folder,
        output,
        remove: () => rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 }),
      };
    },
    async sweep() {
      const owners = await readdir(root).catch(() => [] as string[]);
      const dead = owners.filter(isDead).map((owner) => path.join(root, owner));
      for (const folder of dead)
        await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
      return dead;
    },
    usedBytes: () => sizeOf(root),
  };
}

/** @throws PipelineError disk-full */
async function ensureRoom(
  needBytes: number,
  { root, budgetBytes, keepFreeBytes }: { root: string; budgetBytes: number; keepFreeBytes: number },
): Promise<void> {
  const [used, promised] = await Promise.all([sizeOf(root), promisedIn(root)]);
  const left = Math.max(0, budgetBytes - used - promised);
  const holds = `scratch ${root} holds ${used} bytes${promised > 0 ? ` and has promised ${promised} more` : ''}`;
  if (needBytes > left || left === 0) {
    throw new PipelineError(
      'disk-full',
      `${holds}: ${needBytes} are needed and ${left} of its budget of ${budgetBytes} are free${needBytes > budgetBytes ? '; it has to be raised (`scratch.budgetBytes`)' : ''}`,
      { root, used, promised, needBytes, budgetBytes },
    );
  }
  const disk = await statfs(root);
  const free = disk.bavail * disk.bsize;
  if (free - promised - needBytes < keepFreeBytes) {
    throw new PipelineError(
      'disk-full',
      `${holds}, its disk has ${free} bytes free: ${needBytes} are needed and ${keepFreeBytes} must stay free`,
      { root, free, promised, needBytes, keepFreeBytes },
    );
  }
}

/** The folder of an attempt tells every process that shares the root how much is kept for it. */
function claimName(needBytes: number): string {
  return needBytes === 0 ? randomUUID() : `${randomUUID()}~${Math.ceil(needBytes)}`;
}

/** Bytes that are kept for attempts under way beyond what they wrote; a dead process needs none. */
async function promisedIn(root: string): Promise<number> {
  const owners = await readdir(root).catch(() => [] as string[]);
  const folders = owners
    .filter((owner) => !isDead(owner))
    .map(async (owner) => {
      const names = await readdir(path.join(root, owner)).catch(() => [] as string[]);
      return names.map((name) => ({ folder: path.join(root, owner, name), claimed: claimOf(name) }));
    });
  const left = (await Promise.all(folders))
    .flat()
    .filter(({ claimed }) => claimed > 0)
    .map(async ({ folder, claimed }) => Math.max(0, claimed - (await sizeOf(folder))));
  return (await Promise.all(left)).reduce((sum, bytes) => sum + bytes, 0);
}

function claimOf(name: string): number {
  return Number(/~(\d+)$/.exec(name)?.[1] ?? 0);
}

/** Files vanish while they are counted, because other attempts end. */
async function sizeOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const sizes = entries.map(async (entry) => {
    const child = path.join(folder, entry.name);
    if (entry.isDirectory()) return sizeOf(child);
    return (await stat(child).catch(() => null))?.size ?? 0;
  });
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
