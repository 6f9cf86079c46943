import { createHash } from 'node:crypto';
import { constants, statSync } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { PipelineError } from '../schemas/failure.ts';
import type { BegunManifest, Tree, TreeDocument } from '../standards/mhl/tree.ts';
import { insidePath } from './inside-path.ts';
import { listFolder } from './list-folder.ts';
import { whileLocked } from './lock-file.ts';
import { asFailure, refused } from './system-failure.ts';
import { removeDeadParts, replaceWhole, writeIfAbsent } from './write-whole.ts';

/** Size of one read; small reads cost a tenth of the speed. Source: shared reference platform section 5. */
const READ_BYTES = 1 << 20;

/**
 * A local folder as a tree. Links are followed only to files inside the folder; nothing outside is read or written.
 * @param folder need not exist before `list` or a write is called
 */
export function openLocalTree(folder: string): Tree {
  const root = resolve(folder);
  return {
    name: basename(root) || 'root',
    list: () => listFolder(root),
    open: (path) => readInPieces(insidePath(root, path), path),
    read: (path, limitBytes) => readDocument(root, path, limitBytes),
    writeIfAbsent: (path, bytes) => refused(path, () => writeIfAbsent(insidePath(root, path), bytes)),
    replaceIfMatch: (path, bytes, etag) => refused(path, () => replaceIfMatch(root, path, bytes, etag)),
    exclusively: (historyFolder, begins, work) => {
      const folder = insidePath(root, historyFolder);
      return whileLocked(join(folder, '.rushes.lock'), begins, async (left) => {
        await removeDeadParts(folder);
        return work(left.flatMap(begunManifests));
      });
    },
  };
}

function begunManifests(begins: unknown): BegunManifest[] {
  return Array.isArray(begins) ? begins.filter(isBegunManifest) : [];
}

function isBegunManifest(one: unknown): one is BegunManifest {
  const { fileName, c4 } = (one ?? {}) as Record<string, unknown>;
  return typeof fileName === 'string' && typeof c4 === 'string';
}

async function* readInPieces(file: string, path: string): AsyncIterable<Uint8Array> {
  const handle = await refused(path, () => open(file, constants.O_RDONLY | constants.O_NONBLOCK));
  try {
    const buffer = Buffer.allocUnsafeSlow(READ_BYTES);
    while (true) {
      const { bytesRead } = await refused(path, () => handle.read(buffer, 0, READ_BYTES, null));
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await handle.close();
  }
}

async function readDocument(root: string, path: string, limitBytes: number): Promise<TreeDocument | null> {
  try {
    const file = insidePath(root, path);
    const status = statSync(file);
    if (!status.isFile()) throw new PipelineError('unreadable', `"${path}" is not a file`, { path });
    if (status.size > limitBytes)
      throw new PipelineError('unreadable', `"${path}" has ${status.size} bytes, more than ${limitBytes}`, {
        path,
      });
    const bytes = await readFile(file);
    return { bytes, etag: createHash('sha256').update(bytes).digest('hex') };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw asFailure(path, error);
  }
}

async function replaceIfMatch(
  root: string,
  path: string,
  bytes: Uint8Array,
  etag: string | null,
): Promise<boolean> {
  const file = insidePath(root, path);
  const there = await readDocument(root, path, Number.MAX_SAFE_INTEGER);
  if ((there?.etag ?? null) !== etag) return false;
  if (etag === null) return (await writeIfAbsent(file, bytes)) === 'written';
  await replaceWhole(file, bytes);
  return true;
}
