import type { HashFormat } from '../../schemas/hash.ts';
import type { HashAlgorithm } from '../hash/hasher.ts';
import type { KnownFile } from './history.ts';
import type { KnownTree } from './known-tree.ts';
import type { TreeEntry } from './tree.ts';

/** One file to read once, and everything to compute on the way. */
export type HashOrder = { path: string; sizeBytes: number; formats: HashAlgorithm[] };

/** What to compute beyond what verification needs. */
export type HashingOptions = {
  /** Formats every file gets, e.g. for a new generation. */
  formats?: readonly HashFormat[] | undefined;
  /** Of recorded formats only these are computed, for files that have one of them; default all. */
  only?: readonly HashFormat[] | undefined;
};

/**
 * Decides which files are read and in which formats: every recorded hash of a file is checked, in one read.
 * A file that no record names is read only when it could be a missing one under a new name, or when a generation is to record it.
 */
export function planHashing(tree: KnownTree, options: HashingOptions = {}): HashOrder[] {
  const lost = lostFormats(tree);
  const orders: HashOrder[] = [];
  const shared = sharedLists();
  for (const [path, entry] of tree.present) {
    const known = tree.known.get(path);
    const formats = new Set<HashAlgorithm>(options.formats ?? []);
    for (const format of known === undefined ? lost(entry) : formatsToCheck(known, options.only))
      formats.add(format);
    if (formats.size > 0) orders.push({ path, sizeBytes: entry.sizeBytes, formats: shared([...formats]) });
  }
  return orders;
}

// Nearly all files are hashed in the same formats: one list serves them all.
function sharedLists(): (formats: HashAlgorithm[]) => HashAlgorithm[] {
  const lists = new Map<string, HashAlgorithm[]>();
  return (formats) => {
    const key = formats.join();
    const known = lists.get(key) ?? formats;
    lists.set(key, known);
    return known;
  };
}

/** Of a file that grew or shrank between its listing and its reading: there is nothing that could be recorded of it. */
export function changedSinceListed(listedBytes: number, foundBytes: number): { error: string } {
  return { error: `it changed after it was listed (${listedBytes} bytes then, ${foundBytes} now)` };
}

/** Formats in which a known file can be checked: trusted ones if there are any, else those of manifests that the chain does not vouch for. */
export function formatsToCheck(file: KnownFile, only?: readonly HashFormat[]): HashAlgorithm[] {
  const all = new Set(digestsToCheck(file).map(({ format }) => format));
  const asked = only?.filter((format) => all.has(format)) ?? [];
  return asked.length > 0 ? asked : [...all];
}

/** The recorded digests that a file must have. */
export function digestsToCheck(file: KnownFile): KnownFile['digests'] {
  const trusted = file.digests.filter((digest) => digest.trusted);
  return trusted.length > 0 ? trusted : file.digests;
}

function lostFormats(tree: KnownTree): (entry: TreeEntry) => Set<HashAlgorithm> {
  const lost = [...tree.known.values()].filter((file) => !tree.present.has(file.path));
  const bySize = new Map<number | null, Set<HashAlgorithm>>();
  for (const file of lost) {
    const formats = bySize.get(file.sizeBytes) ?? new Set();
    for (const digest of digestsToCheck(file)) formats.add(digest.format);
    bySize.set(file.sizeBytes, formats);
  }
  return (entry) => new Set([...(bySize.get(entry.sizeBytes) ?? []), ...(bySize.get(null) ?? [])]);
}
