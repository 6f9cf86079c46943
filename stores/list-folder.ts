import { lstatSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { PipelineError } from '../schemas/failure.ts';
import type { TreeEntry } from '../standards/mhl/tree.ts';
import { isInside } from './inside-path.ts';
import { refusedSync } from './system-failure.ts';

/** After so many entries the event loop gets its turn, so that heartbeats go out while a slow volume is listed. */
const ENTRIES_PER_TURN = 512;

/** Every entry below a folder; links are followed only to files inside. @throws PipelineError not-found, unreadable for the folder itself */
export async function* listFolder(root: string): AsyncIterable<TreeEntry> {
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
