import { createHash, randomBytes } from 'node:crypto';
import { constants, lstatSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { link, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { PipelineError } from '../schemas/failure.ts';
import type { Tree, TreeDocument, TreeEntry } from '../standards/mhl/tree.ts';
import { whileLocked } from './lock-file.ts';

/** Size of one read; small reads cost a tenth of the speed. Source: shared reference platform section 5. */
const READ_BYTES = 1 << 20;

/** After so many entries the event loop gets its turn, so that heartbeats go out while a slow volume is listed. */
const ENTRIES_PER_TURN = 512;

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
    exclusively: (historyFolder, work) =>
      whileLocked(join(insidePath(root, historyFolder), '.rushes.lock'), work),
  };
}

async function* listFolder(root: string): AsyncIterable<TreeEntry> {
  const realRoot = refusedSync(root, () => realpathSync.native(root));
  const folders: string[] = [''];
  let sinceTurn = 0;
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    const listed = readFolder(root, folder);
    if (!Array.isArray(listed)) {
      if (folder === '') throw new PipelineError(listed.code, listed.problem, { path: root });
      yield { path: folder, kind: 'other', sizeBytes: 0, problem: listed.problem };
      continue;
    }
    if (folder !== '')
      yield {
        path: folder,
        kind: 'directory',
        sizeBytes: 0,
        modifiedAt: statSync(join(root, folder)).mtime.toISOString(),
      };
    for (const name of listed) {
      const path = folder === '' ? name : `${folder}/${name}`;
      const entry = entryAt(root, realRoot, path);
      if (entry === 'folder') folders.push(path);
      else if (entry !== 'gone') yield entry;
      sinceTurn += 1;
      if (sinceTurn % ENTRIES_PER_TURN === 0) await new Promise((turn) => setImmediate(turn));
    }
  }
}

function readFolder(
  root: string,
  folder: string,
): string[] | { code: 'not-found' | 'unreadable'; problem: string } {
  try {
    return readdirSync(join(root, folder));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const what = folder === '' ? `"${root}"` : 'the folder';
    if (code === 'ENOENT') return { code: 'not-found', problem: `${what} does not exist` };
    if (code === 'ENOTDIR') return { code: 'unreadable', problem: `${what} is not a folder` };
    return { code: 'unreadable', problem: `${what} cannot be listed (${code ?? (error as Error).message})` };
  }
}

function entryAt(root: string, realRoot: string, path: string): TreeEntry | 'folder' | 'gone' {
  try {
    const status = lstatSync(join(root, path));
    if (status.isDirectory()) return 'folder';
    if (status.isSymbolicLink()) return linkAt(root, realRoot, path);
    if (!status.isFile())
      return { path, kind: 'other', sizeBytes: 0, problem: 'it is a device, a pipe or a socket' };
    return { path, kind: 'file', sizeBytes: status.size, modifiedAt: status.mtime.toISOString() };
  } catch (error) {
    // Node shows a byte that is not UTF-8 as U+FFFD, and then the name leads nowhere.
    if (path.includes('\ufffd'))
      return { path, kind: 'other', sizeBytes: 0, problem: 'its name is not UTF-8' };
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return 'gone';
    return { path, kind: 'other', sizeBytes: 0, problem: `it cannot be looked at (${code})` };
  }
}

function linkAt(root: string, realRoot: string, path: string): TreeEntry {
  const outside = (problem: string): TreeEntry => ({ path, kind: 'outside', sizeBytes: 0, problem });
  let target: string;
  try {
    target = realpathSync.native(join(root, path));
  } catch {
    return outside('it is a link to nothing');
  }
  if (!isInside(realRoot, target)) return outside('it is a link that leaves the folder');
  const status = statSync(target);
  if (!status.isFile()) return outside('it is a link to a folder');
  return { path, kind: 'file', sizeBytes: status.size, modifiedAt: status.mtime.toISOString() };
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

async function writeIfAbsent(file: string, bytes: Uint8Array): Promise<'written' | 'exists'> {
  const temporary = await writeTemporary(file, bytes);
  try {
    await link(temporary, file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return 'exists';
    // Card file systems (exFAT, FAT32) have no links. The caller's lock keeps others out between look and rename.
    if (!['EPERM', 'ENOTSUP', 'ENOSYS', 'EOPNOTSUPP', 'EMLINK'].includes(code ?? '')) throw error;
    if (statSync(file, { throwIfNoEntry: false }) !== undefined) return 'exists';
    await rename(temporary, file);
  } finally {
    await rm(temporary, { force: true });
  }
  await flushFolder(dirname(file));
  return 'written';
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
  const temporary = await writeTemporary(file, bytes);
  await rename(temporary, file);
  await flushFolder(dirname(file));
  return true;
}

async function writeTemporary(file: string, bytes: Uint8Array): Promise<string> {
  await mkdir(dirname(file), { recursive: true });
  const temporary = join(dirname(file), `.${randomBytes(6).toString('hex')}.rushes-part`);
  const handle = await open(temporary, 'wx');
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
  return temporary;
}

// A name is durable only when its folder is; some file systems cannot flush folders and keep order without.
async function flushFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => null);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}

/** Absolute path of something inside, its folder's links resolved. @throws PipelineError unreadable when it leaves the root */
function insidePath(root: string, path: string): string {
  const file = resolve(root, path);
  if (path.includes('\0') || !isInside(root, file))
    throw new PipelineError('unreadable', `"${path}" lies outside "${root}" and is not opened`, { path });
  const real = realOfNearest(file);
  if (!isInside(realOfNearest(root), real))
    throw new PipelineError(
      'unreadable',
      `"${path}" leads outside "${root}" through a link and is not opened`,
      { path },
    );
  return file;
}

function realOfNearest(file: string): string {
  try {
    return realpathSync.native(file);
  } catch {
    const parent = dirname(file);
    return parent === file ? file : join(realOfNearest(parent), basename(file));
  }
}

function isInside(root: string, file: string): boolean {
  return file === root || file.startsWith(root.endsWith(sep) ? root : root + sep);
}

async function refused<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw asFailure(path, error);
  }
}

function refusedSync<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw asFailure(path, error);
  }
}

function asFailure(path: string, error: unknown): unknown {
  if (error instanceof PipelineError) return error;
  const { code } = error as NodeJS.ErrnoException;
  if (code === undefined) return error;
  const facts = { path, errno: code };
  if (code === 'ENOENT')
    return new PipelineError('not-found', `"${path}" does not exist`, facts, { cause: error });
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new PipelineError('disk-full', `There is no room to write "${path}"`, facts, { cause: error });
  if (code === 'EROFS')
    return new PipelineError(
      'refused-by-rule',
      `"${path}" cannot be written: the volume is read-only`,
      facts,
      { cause: error },
    );
  return new PipelineError('unreadable', `"${path}": ${(error as Error).message}`, facts, { cause: error });
}
