import type { Finding } from '../../schemas/finding.ts';
import { withParents } from './folder-renames.ts';
import { type Histories, type History, ownerOf } from './history.ts';
import { DEFAULT_IGNORE_PATTERNS } from './ignore-patterns.ts';
import { type KnownTree, layBeside } from './known-tree.ts';
import { documentFinding, fileFinding, shown } from './mhl-finding.ts';
import { parentPath } from './safe-path.ts';
import type { TreeEntry } from './tree.ts';

/** What the lists alone tell, before a byte is hashed. */
export type ListComparison = {
  findings: Finding[];
  /** Recorded files that are not there, unless ignored. */
  missing: string[];
  /** Files there that no record names, OS files aside. */
  unlisted: string[];
  /** Recorded empty folders that are not there. */
  missingFolders: string[];
};

/**
 * Compares what the histories record with what is there. Renames show up as one missing and one unlisted file here:
 * only hashing can tell them.
 */
export function compareLists(histories: Histories, listing: readonly TreeEntry[]): ListComparison {
  return compareKnown(histories, layBeside(histories, listing));
}

/** The comparison for a tree that is already laid beside its histories. */
export function compareKnown(histories: Histories, tree: KnownTree): ListComparison {
  const missing = [...tree.known.keys()].filter((path) => !tree.present.has(path) && !isUnusable(tree, path));
  const osFiles = new Set(tree.osFiles.map(({ path }) => path));
  const unlisted =
    histories.all.length === 0
      ? []
      : [...tree.present.keys()].filter((path) => !tree.known.has(path) && !osFiles.has(path));
  const moved = withParents(histories.movedFolders, tree);
  const missingFolders = lostFolders(tree, new Set(moved.values()));
  const findings = [
    ...missing.map(missingFinding),
    ...missingFolders.map(missingFolderFinding),
    ...unlisted.map(unlistedFinding),
    ...unusableFindings(tree),
    ...addedFolders(histories, tree)
      .filter((path) => !moved.has(path))
      .map(addedFolderFinding),
    ...tree.osFiles.map(osFileFinding),
    ...ignoredFindings(histories, tree),
  ];
  return { findings, missing, unlisted, missingFolders };
}

function missingFinding(path: string): Finding {
  return fileFinding(
    'file-missing',
    path,
    `${shown(path)} is recorded and is not there. Copy it again from its source.`,
  );
}

function unlistedFinding(path: string): Finding {
  return fileFinding(
    'file-unlisted',
    path,
    `${shown(path)} is there and no record names it: it was added after the last generation.`,
  );
}

function missingFolderFinding(path: string): Finding {
  const sentence = `The folder ${shown(path)} is recorded and is not there.`;
  return fileFinding('file-missing', path, sentence, { isFolder: true });
}

function addedFolderFinding(path: string): Finding {
  const parent = parentPath(path) || '.';
  const sentence = `The folder "${shown(parent)}" has another structure than recorded: the empty folder "${shown(path)}" was added.`;
  return documentFinding('directory-hash-mismatch', parent, sentence, { folder: parent, added: path });
}

function osFileFinding({ path, sizeBytes }: TreeEntry): Finding {
  const sentence = `${shown(path)} is a hidden file that an operating system left here; it is no camera content.`;
  return fileFinding('os-file', path, sentence, { sizeBytes });
}

/** Whoever may write a generation may leave files out by a pattern: that is lawful, and is said. */
function ignoredFindings(histories: Histories, { ignored }: KnownTree): Finding[] {
  const { recorded, unrecorded } = ignored;
  const count = recorded.length + unrecorded.length;
  if (count === 0) return [];
  const patterns = new Set(histories.all.flatMap(({ ignorePatterns }) => ignorePatterns));
  for (const each of DEFAULT_IGNORE_PATTERNS) patterns.delete(each);
  const others = [...patterns];
  const named = [...recorded, ...unrecorded].slice(0, 3).map(shown).join(', ');
  const sentence = `${count === 1 ? '1 file is' : `${count} files are`} left out by the ignore patterns of the history (${others.map(shown).join(' ')}) and nobody checked them, ${recorded.length} of them recorded before: ${named}${count > 3 ? ', …' : ''}. Where they are camera content, seal the folder again without these patterns.`;
  return [
    documentFinding('files-ignored', '.', sentence, { count, recorded: recorded.length, patterns: others }),
  ];
}

function unusableFindings(tree: KnownTree): Finding[] {
  return tree.unusable.map((entry) => {
    const code = entry.kind === 'outside' ? 'path-unsafe' : 'unreadable';
    const why = entry.problem ?? 'it is neither a file nor a folder';
    const sentence = `${shown(entry.path)} is not read: ${why}.`;
    return fileFinding(code, entry.path, sentence, { recorded: isRecorded(tree, entry.path) });
  });
}

function isRecorded(tree: KnownTree, path: string): boolean {
  if (tree.known.has(path) || tree.knownFolders.has(path)) return true;
  return [...tree.known.keys()].some((known) => known.startsWith(`${path}/`));
}

function isUnusable(tree: KnownTree, path: string): boolean {
  return tree.unusable.some((entry) => entry.path === path || path.startsWith(`${entry.path}/`));
}

// A folder whose recorded files are missing has been reported through them; what is left are folders that were empty.
function lostFolders(tree: KnownTree, moved: ReadonlySet<string>): string[] {
  const lost = [...tree.knownFolders].filter(
    (path) => !tree.folders.has(path) && !moved.has(path) && !isUnusable(tree, path),
  );
  if (lost.length === 0) return [];
  const withFiles = new Set<string>();
  for (const path of [...tree.known.keys(), ...tree.present.keys()]) addParents(withFiles, path);
  const empty = new Set(lost.filter((path) => !withFiles.has(path)));
  return [...empty].filter((path) => !empty.has(parentPath(path)));
}

function addedFolders(histories: Histories, tree: KnownTree): string[] {
  const recordFolders = new Set<History | null>(
    histories.all.filter(({ generations }) => generations.some(({ rootHash }) => rootHash !== null)),
  );
  if (recordFolders.size === 0) return [];
  const withFiles = new Set<string>();
  for (const path of [
    ...tree.known.keys(),
    ...tree.present.keys(),
    ...tree.osFiles.map((entry) => entry.path),
  ])
    addParents(withFiles, path);
  const added = new Set(
    [...tree.folders.keys()].filter((path) => !tree.knownFolders.has(path) && !withFiles.has(path)),
  );
  // Only the history that a folder belongs to can have recorded it: one further in says nothing about its neighbours.
  return [...added].filter(
    (path) => !added.has(parentPath(path)) && recordFolders.has(ownerOf(histories.all, path)),
  );
}

function addParents(folders: Set<string>, path: string): void {
  for (let folder = parentPath(path); folder !== '' && !folders.has(folder); folder = parentPath(folder))
    folders.add(folder);
}
