import { contentFilter, type Histories, type KnownFile, ownerOf } from './history.ts';
import { isOsFile } from './os-file.ts';
import { mergeKnown } from './replay.ts';
import { joinPath, relativePath } from './safe-path.ts';
import type { TreeEntry } from './tree.ts';

/** A tree beside what its histories know of it. All paths are relative to the tree. */
export type KnownTree = {
  /** Files there that are content, by path. */
  present: Map<string, TreeEntry>;
  /** Folders there that are content. */
  folders: Map<string, TreeEntry>;
  /** Entries that cannot be content: links out of the scope, devices. */
  unusable: TreeEntry[];
  /** Files of the operating system that no record names, ignored or not; those that no pattern ignores are in `present` too. */
  osFiles: TreeEntry[];
  /** Files that patterns take out of the content, though some generation records them or they lie there; the system's own aside. */
  ignored: { recorded: string[]; unrecorded: string[] };
  /** Recorded files that are content, by their latest name. */
  known: Map<string, KnownFile>;
  /** Recorded folders that are content. */
  knownFolders: Set<string>;
};

/**
 * Lays a listing beside the histories: the one place where it is decided what counts as content.
 * @param additionalIgnores patterns of the tree's own scope that are not recorded yet
 */
export function layBeside(
  histories: Histories,
  listing: readonly TreeEntry[],
  additionalIgnores: readonly string[] = [],
): KnownTree {
  const isIgnored = contentFilter(histories, additionalIgnores);
  const { known, knownFolders, leftOut } = recorded(histories, isIgnored);
  const tree: KnownTree = {
    present: new Map(),
    folders: new Map(),
    unusable: [],
    osFiles: [],
    ignored: { recorded: [...leftOut], unrecorded: [] },
    known,
    knownFolders,
  };
  const standalone = new Set(histories.standaloneManifests);
  for (const entry of listing) {
    const isFolder = entry.kind === 'directory';
    const isRecorded = known.has(entry.path);
    const ignored = isIgnored(entry.path, isFolder);
    const isContent = !isRecorded && entry.kind === 'file' && !isInHistoryFolder(entry.path);
    const isSystems = isContent && isOsFile(entry.path, entry.sizeBytes);
    if (isSystems) tree.osFiles.push(entry);
    else if (isContent && ignored && !leftOut.has(entry.path) && !standalone.has(entry.path))
      tree.ignored.unrecorded.push(entry.path);
    if (ignored) continue;
    // One text for one path: a card may have hundreds of thousands.
    entry.path = known.get(entry.path)?.path ?? entry.path;
    if (isFolder) tree.folders.set(entry.path, entry);
    else if (entry.kind !== 'file') tree.unusable.push(entry);
    else tree.present.set(entry.path, entry);
  }
  return tree;
}

function recorded(histories: Histories, isIgnored: (path: string, isDirectory: boolean) => boolean) {
  const known = new Map<string, KnownFile>();
  const knownFolders = new Set<string>();
  const leftOut = new Set<string>();
  for (const history of histories.all) {
    for (const file of history.files.values()) {
      const path = latestName(histories, joinPath(history.scope, file.path));
      if (isIgnored(path, false)) {
        if (!isOsFile(path, file.sizeBytes ?? 0)) leftOut.add(path);
        continue;
      }
      // With one history every path is met once, and the records need no second copy.
      known.set(
        path,
        history.scope === '' && path === file.path && !known.has(path)
          ? file
          : mergeKnown(known.get(path), { ...file, path }),
      );
    }
    for (const folder of history.directories) {
      const path = joinPath(history.scope, folder);
      if (!isIgnored(path, true)) knownFolders.add(path);
    }
  }
  return { known, knownFolders, leftOut };
}

// A parent may know a file from before its folder had a history of its own, which has renamed it since.
function latestName({ all, movedFolders }: Histories, recorded: string): string {
  if (all.length === 1) return recorded;
  let path = recorded;
  for (const [now, was] of movedFolders) {
    const inside = relativePath(was, path);
    if (inside !== null) path = joinPath(now, inside);
  }
  const owner = ownerOf(all, path);
  if (owner === null || owner.renames.size === 0) return path;
  const inside = owner.scope === '' ? path : path.slice(owner.scope.length + 1);
  return joinPath(owner.scope, owner.renames.get(inside) ?? inside);
}

/** Whether a path lies in an `ascmhl` folder. */
export function isInHistoryFolder(path: string): boolean {
  return path.split('/').includes('ascmhl');
}
