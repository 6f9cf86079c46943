import type { History, KnownFile } from './history.ts';
import type { DirectoryRecord, FileRecord } from './manifest.ts';
import { mergeKnown } from './replay.ts';
import { parentPath, plainPath } from './safe-path.ts';

type Records = readonly (FileRecord | DirectoryRecord)[];

/**
 * Moves what the records of one generation call renamed. All leave before any arrives, because two files may have swapped names;
 * a folder's rename moves what did not name its own. One pass over the files, however many renames a manifest claims.
 */
export function applyRenames(history: History, records: Records): void {
  const newName = renaming(records);
  const folders = renamesOf(records, 'directory');
  const arrivals: KnownFile[] = [];
  for (const [path, file] of history.files) {
    const to = newName(path);
    if (to === path) continue;
    history.files.delete(path);
    arrivals.push({ ...file, path: to, previousPaths: [...file.previousPaths, path] });
  }
  moveFolders(history, folders);
  dropEmptied(history, arrivals, records);
  for (const file of arrivals) {
    history.files.set(file.path, mergeKnown(history.files.get(file.path), file));
    for (const earlier of file.previousPaths) history.renames.set(earlier, file.path);
  }
}

/** What a file is called after a generation, by what it was called before it. */
export function renaming(records: Records): (path: string) => string {
  const files = renamesOf(records, 'file');
  const folders = renamesOf(records, 'directory');
  return (path) => files.get(path) ?? movedWithFolder(path, folders) ?? path;
}

function renamesOf(records: Records, kind: 'file' | 'directory'): Map<string, string> {
  const renames = new Map<string, string>();
  for (const record of records) {
    if (record.kind === kind && record.previousPath !== null)
      renames.set(plainPath(record.previousPath), plainPath(record.path));
  }
  return renames;
}

// The closest renamed folder above decides.
function movedWithFolder(path: string, folders: ReadonlyMap<string, string>): string | undefined {
  if (folders.size === 0) return undefined;
  for (let folder = parentPath(path); folder !== ''; folder = parentPath(folder)) {
    const to = folders.get(folder);
    if (to !== undefined) return to + path.slice(folder.length);
  }
  return undefined;
}

function moveFolders(history: History, folders: ReadonlyMap<string, string>): void {
  const moved: string[] = [];
  for (const path of history.directories) {
    const to = folders.get(path) ?? movedWithFolder(path, folders);
    if (to === undefined || to === path) continue;
    history.directories.delete(path);
    moved.push(to);
  }
  for (const path of moved) history.directories.add(path);
  for (const [from, to] of folders) history.renames.set(from, to);
}

// A folder that every file left, and that this generation does not record, went with its files, also where no record of a folder says so.
function dropEmptied(history: History, arrivals: readonly KnownFile[], records: Records): void {
  const kept = new Set(records.map(({ path }) => plainPath(path)));
  for (const path of history.files.keys()) addParents(kept, path);
  const left = new Set<string>();
  for (const { previousPaths } of arrivals) addParents(left, previousPaths.at(-1)!);
  const innermostFirst = [...left].sort((a, b) => b.length - a.length);
  const subfolders = new Map<string, number>();
  for (const path of history.directories)
    subfolders.set(parentPath(path), (subfolders.get(parentPath(path)) ?? 0) + 1);
  for (const folder of innermostFirst) {
    if (kept.has(folder) || (subfolders.get(folder) ?? 0) > 0 || !history.directories.delete(folder))
      continue;
    subfolders.set(parentPath(folder), subfolders.get(parentPath(folder))! - 1);
  }
}

function addParents(folders: Set<string>, path: string): void {
  for (let folder = parentPath(path); folder !== '' && !folders.has(folder); folder = parentPath(folder))
    folders.add(folder);
}
