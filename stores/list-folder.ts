import { lstatSync, readdirSync, realpathSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import { PipelineError } from '../schemas/failure.ts';
import type { TreeEntry } from '../standards/mhl/tree.ts';
import { escapedName } from './escaped-name.ts';
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
    const status = folder === '' ? undefined : lstatSync(join(root, folder), { throwIfNoEntry: false });
    // Something else stands in its place since it was opened: what was listed is not of this folder.
    if (folder !== '' && status?.isDirectory() !== true) {
      const instead = entryAt(root, realRoot, folder);
      if (typeof instead === 'object') yield instead;
      continue;
    }
    if (status !== undefined) yield { path: folder, kind: 'directory', sizeBytes: 0, ...timeOf(status) };
    for (const name of listed) {
      const isText = typeof name === 'string';
      const path = joined(folder, isText ? name : escapedName(name));
      const entry = isText ? entryAt(root, realRoot, path) : unspeakable(root, folder, name, path);
      if (entry === 'folder') folders.push(path);
      else if (entry !== 'gone') yield entry;
      sinceTurn += 1;
      if (sinceTurn % ENTRIES_PER_TURN === 0) await new Promise((turn) => setImmediate(turn));
    }
  }
}

/** Names as text; one that is not UTF-8 as its bytes, for as text it would be another file's name. */
function readFolder(
  root: string,
  folder: string,
): (string | Buffer)[] | { code: 'not-found' | 'unreadable'; problem: string } {
  try {
    const names = readdirSync(join(root, folder));
    if (!names.some((name) => name.includes('\ufffd'))) return names;
    return readdirSync(join(root, folder), { encoding: 'buffer' }).map((bytes) => {
      const text = bytes.toString();
      return Buffer.from(text).equals(bytes) ? text : bytes;
    });
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
    return { path, kind: 'file', sizeBytes: status.size, ...timeOf(status) };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    if (code === 'ENOENT') return 'gone';
    return { path, kind: 'other', sizeBytes: 0, problem: `it cannot be looked at (${code})` };
  }
}

/** An entry whose name no text can say, under its name with those bytes written out. */
function unspeakable(root: string, folder: string, name: Buffer, path: string): TreeEntry {
  const status = lstatSync(Buffer.concat([Buffer.from(`${join(root, folder)}/`), name]), {
    throwIfNoEntry: false,
  });
  const isFolder = status?.isDirectory() === true;
  const problem = `its name is not UTF-8${isFolder ? ', so nothing in it is read' : ''}`;
  return { path, kind: 'other', sizeBytes: 0, problem };
}

/** What XML can say of a time: a year of four digits. A file that bears another, as a camera with a lost clock writes, has none. */
function timeOf({ mtime }: Stats): { modifiedAt?: string } {
  const year = mtime.getUTCFullYear();
  return year >= 1 && year <= 9999 ? { modifiedAt: mtime.toISOString() } : {};
}

function joined(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}

function linkAt(root: string, realRoot: string, path: string): TreeEntry {
  const outside = (problem: string): TreeEntry => ({ path, kind: 'outside', sizeBytes: 0, problem });
  let target: string;
  try {
    target = realpathSync.native(join(root, path));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ELOOP') return outside('it is a link that leads back to itself');
    if (code === 'ENOENT' || code === 'ENOTDIR') return outside('it is a link to nothing');
    return outside(`it is a link that cannot be followed (${code})`);
  }
  if (!isInside(realRoot, target)) return outside('it is a link that leaves the folder');
  const status = statSync(target);
  if (status.isDirectory()) return outside('it is a link to a folder');
  if (!status.isFile()) return outside('it is a link to a device, a pipe or a socket');
  return { path, kind: 'file', sizeBytes: status.size, ...timeOf(status) };
}
