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
   * @param options.needBytes what the attempt expects to write. @default 0
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
  const usedBytes = (): Promise<number> => sizeOf(root);
  return {
    async open({ signal, needBytes = 0 } = {}) {
      signal?.throwIfAborted();
      await mkdir(own, { recursive: true, mode: 0o700 });
      await ensureRoom(root, { needBytes, budgetBytes, keepFreeBytes });
      const folder = path.join(own, randomUUID());
      const output = path.join(folder, 'output');
      await mkdir(output, { recursive: true, mode: 0o700 });
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
    usedBytes,
  };
}

async function ensureRoom(
  root: string,
  limits: { needBytes: number; budgetBytes: number; keepFreeBytes: number },
): Promise<void> {
  const { needBytes, budgetBytes, keepFreeBytes } = limits;
  const used = await sizeOf(root);
  if (used + needBytes > budgetBytes || used >= budgetBytes) {
    throw new PipelineError(
      'disk-full',
      `scratch ${root} holds ${used} bytes and ${needBytes} more are needed, over its budget of ${budgetBytes}`,
      { root, used, needBytes, budgetBytes },
    );
  }
  const disk = await statfs(root);
  const free = disk.bavail * disk.bsize;
  if (free - needBytes < keepFreeBytes) {
    throw new PipelineError(
      'disk-full',
      `the disk of scratch ${root} has ${free} bytes free; ${needBytes} are needed and ${keepFreeBytes} must stay free`,
      { root, free, needBytes, keepFreeBytes },
    );
  }
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
