import type { KnownTree } from './known-tree.ts';

/**
 * The part of a tree below some paths, files or folders: what is to be looked at when completeness does not matter.
 * @param paths relative to the tree
 */
export function narrow(tree: KnownTree, paths: readonly string[]): KnownTree {
  const isWanted = (path: string) =>
    paths.some((wanted) => wanted === '' || path === wanted || path.startsWith(`${wanted}/`));
  const part = <T>(entries: ReadonlyMap<string, T>) =>
    new Map([...entries].filter(([path]) => isWanted(path)));
  return {
    present: part(tree.present),
    folders: part(tree.folders),
    known: part(tree.known),
    knownFolders: new Set([...tree.knownFolders].filter(isWanted)),
    unusable: tree.unusable.filter(({ path }) => isWanted(path)),
    osFiles: tree.osFiles.filter(({ path }) => isWanted(path)),
    ignored: {
      recorded: tree.ignored.recorded.filter(isWanted),
      unrecorded: tree.ignored.unrecorded.filter(isWanted),
    },
  };
}
