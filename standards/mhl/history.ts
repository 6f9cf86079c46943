import type { Finding } from '../../schemas/finding.ts';
import type { HashAlgorithm } from '../hash/hasher.ts';
import type { ChainEntry } from './chain.ts';
import { DEFAULT_IGNORE_PATTERNS, type IgnoreMatcher, ignoreMatcher } from './ignore-patterns.ts';
import type { DirectoryDigests, HashAction, ManifestHeader } from './manifest.ts';
import { relativePath } from './safe-path.ts';

/** A hash that some generation vouches for (never a `failed` one). */
export type KnownDigest = {
  format: HashAlgorithm;
  digest: string;
  action: HashAction | null;
  /** Number of the generation that recorded it first. */
  generation: number;
  /** Whether the chain vouches for that manifest. What an altered or unlisted manifest says is evidence against a file, never for it. */
  trusted: boolean;
};

/** A file as the generations of one history know it, under its latest recorded name. */
export type KnownFile = {
  /** Relative to the scope of its history. */
  path: string;
  sizeBytes: number | null;
  /** Distinct by format and digest, earliest first. A file that changed lawfully does not exist in ASC MHL: all of them must hold. */
  digests: readonly KnownDigest[];
  /** Whether a generation recorded a failed verification. */
  hasFailed: boolean;
  /** Names it had before, oldest first. */
  previousPaths: readonly string[];
};

/** A manifest of a history, without its records. */
export type Generation = ManifestHeader & {
  number: number;
  fileName: string;
  /** Relative to the tree, e.g. `A002/ascmhl/0002_A002_2026-01-15_100000Z.mhl`. */
  path: string;
  /** Of the bytes as they are. */
  c4: string;
  trusted: boolean;
  /** What it records of folders that have a history of their own, without looking inside. Paths relative to the scope. */
  nestedFolders: (DirectoryDigests & { path: string })[];
  fileCount: number;
  directoryCount: number;
};

/** The chain file as read: `bytes` and `etag` null when there is none. */
export type Chain = {
  entries: ChainEntry[];
  bytes: Uint8Array | null;
  etag: string | null;
  digest: string | null;
  /** It is there and cannot be read as a chain: that is said once, and not of each manifest again. */
  isUnreadable?: true;
};

/** One `ascmhl` folder, replayed generation by generation. */
export type History = {
  /** Folder that holds `ascmhl`, relative to the tree; `''` for the tree itself. */
  scope: string;
  chain: Chain;
  /** In the order of the chain; those that the chain does not vouch for have `trusted: false`. */
  generations: Generation[];
  /** By path relative to the scope. */
  files: Map<string, KnownFile>;
  /** Recorded folders, relative to the scope. */
  directories: Set<string>;
  /** Recorded renames, last name by every earlier one. */
  renames: Map<string, string>;
  /** Of the latest trusted generation. */
  ignorePatterns: string[];
};

/** A history without a generation: what a scope has before its first, or before its chain is replayed. */
export function emptyHistory(
  scope: string,
  chain: Chain = { entries: [], bytes: null, etag: null, digest: null },
): History {
  return {
    scope,
    chain,
    generations: [],
    files: new Map(),
    directories: new Set(),
    renames: new Map(),
    ignorePatterns: [...DEFAULT_IGNORE_PATTERNS],
  };
}

/** All histories of a tree, and what is wrong with them. */
export type Histories = {
  /** Outermost first. Empty when there is none. */
  all: History[];
  /** About chains and manifests; hashes of files are not looked at yet. */
  findings: Finding[];
  /** Manifests that stand outside `ascmhl` folders and were taken as history: not content. Relative to the tree. */
  standaloneManifests: string[];
  /** Earlier path, by the present one, of folders that were moved together with a history of their own. Relative to the tree. */
  movedFolders: Map<string, string>;
};

/** The history whose records a path belongs to: the one closest to it. */
export function ownerOf(histories: readonly History[], path: string): History | null {
  let owner: History | null = null;
  for (const history of histories) {
    const isCloser = owner === null || history.scope.length > owner.scope.length;
    if (isCloser && relativePath(history.scope, path) !== null && path !== history.scope) owner = history;
  }
  return owner;
}

/** Number that the next generation gets. */
export function nextNumber(history: History): number {
  return history.chain.entries.length + 1;
}

/**
 * Says which paths of a tree are no content: `ascmhl` folders, what the patterns of any history around the path ignore, and `additional` patterns of
 * the tree's own scope. A tree without a history of its own has the patterns that its first generation will say.
 */
export function contentFilter(histories: Histories, additional: readonly string[] = []): IgnoreMatcher {
  const matchers = histories.all.map(({ scope, ignorePatterns }) => ({
    scope,
    matches: ignoreMatcher(ignorePatterns),
  }));
  if (!histories.all.some(({ scope }) => scope === ''))
    matchers.push({ scope: '', matches: ignoreMatcher(DEFAULT_IGNORE_PATTERNS) });
  if (additional.length > 0) matchers.push({ scope: '', matches: ignoreMatcher(additional) });
  const standalone = new Set(histories.standaloneManifests);
  const historyFolders = ignoreMatcher(['ascmhl/']);
  return (path, isDirectory) => {
    if (historyFolders(path, isDirectory) || standalone.has(path)) return true;
    return matchers.some(({ scope, matches }) => {
      const inside = relativePath(scope, path);
      return inside !== null && inside !== '' && matches(inside, isDirectory);
    });
  };
}
