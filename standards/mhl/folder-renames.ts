import type { Rename } from './find-renames.ts';
import { type History, ownerOf } from './history.ts';
import type { KnownTree } from './known-tree.ts';
import { baseName, parentPath } from './safe-path.ts';

/** Earlier name of a folder by its present one, paths relative to the tree. */
export type FolderRenames = ReadonlyMap<string, string>;

/** Folders that were renamed as a whole: a recorded one is gone, a new one is there, and every recorded file of the one is in the other. */
export function folderRenames(
  renames: readonly Rename[],
  tree: KnownTree,
  histories: readonly History[],
  movedFolders: FolderRenames,
): FolderRenames {
  const moved = new Map(renames.map(({ from, to }) => [from, to]));
  const candidates = new Map<string, string>();
  for (const { from, to } of renames) {
    let [oldPath, newPath] = [from, to];
    // Upwards as long as the names below agree: only then does the folder's rename explain the file's.
    while (
      baseName(oldPath) === baseName(newPath) &&
      parentPath(oldPath) !== '' &&
      parentPath(newPath) !== ''
    ) {
      oldPath = parentPath(oldPath);
      newPath = parentPath(newPath);
      if (oldPath === newPath) break;
      if (tree.knownFolders.has(oldPath) && !tree.folders.has(oldPath) && !tree.knownFolders.has(newPath))
        candidates.set(newPath, oldPath);
    }
  }
  const isWhole = ([newPath, oldPath]: [string, string]) =>
    ownerOf(histories, oldPath) === ownerOf(histories, newPath) &&
    [...tree.known.keys()].every(
      (path) => !path.startsWith(`${oldPath}/`) || moved.get(path) === newPath + path.slice(oldPath.length),
    );
  return new Map([...[...candidates].filter(isWhole), ...withParents(movedFolders, tree)]);
}

/** Folders that moved with a history of their own, and the new folders above them that explain it: earlier path by the present one. */
export function withParents(movedFolders: FolderRenames, tree: KnownTree): FolderRenames {
  const all = new Map<string, string>();
  for (let [now, was] of movedFolders) {
    while (now !== '' && was !== '' && now !== was && !tree.folders.has(was)) {
      all.set(now, was);
      if (baseName(now) !== baseName(was)) break;
      [now, was] = [parentPath(now), parentPath(was)];
    }
  }
  return all;
}
