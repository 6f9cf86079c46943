import { applyRenames } from './apply-renames.ts';
import type { Generation, History, KnownDigest, KnownFile } from './history.ts';
import type { DirectoryRecord, FileRecord } from './manifest.ts';
import { plainPath } from './safe-path.ts';
import { withOneMore } from './with-one-more.ts';

/**
 * Applies the records of one generation to what the earlier ones know: renames first, all at once, then hashes.
 * @param records with safe paths only
 */
export function applyGeneration(
  history: History,
  generation: Generation,
  records: readonly (FileRecord | DirectoryRecord)[],
): void {
  if (records.some(({ previousPath }) => previousPath !== null)) applyRenames(history, records);
  for (const record of records) {
    const path = plainPath(record.path);
    if (record.kind === 'file') applyFile(history, generation, record, path);
    else if (path !== '') history.directories.add(path);
  }
}

// One for all: most files never had another name.
const NO_PATHS: readonly string[] = [];
const NO_DIGESTS: readonly KnownDigest[] = [];

function applyFile(history: History, generation: Generation, record: FileRecord, path: string): void {
  let file = history.files.get(path);
  if (file === undefined) {
    file = {
      path,
      sizeBytes: record.sizeBytes,
      digests: NO_DIGESTS,
      hasFailed: false,
      previousPaths: NO_PATHS,
    };
    history.files.set(path, file);
  }
  file.sizeBytes ??= record.sizeBytes;
  for (const { format, digest, action } of record.digests) {
    if (action === 'failed') file.hasFailed = true;
    else
      addDigest(file, { format, digest, action, generation: generation.number, trusted: generation.trusted });
  }
}

function addDigest(file: KnownFile, added: KnownDigest): void {
  const known = file.digests.find(({ format, digest }) => format === added.format && digest === added.digest);
  if (known === undefined) file.digests = withOneMore(file.digests, added);
  else known.trusted ||= added.trusted;
}

/** What two histories, or two names, say about one file: everything both say. */
export function mergeKnown(first: KnownFile | undefined, second: KnownFile): KnownFile {
  if (first === undefined) return second;
  const merged: KnownFile = {
    path: second.path,
    sizeBytes: first.sizeBytes ?? second.sizeBytes,
    digests: first.digests.map((digest) => ({ ...digest })),
    hasFailed: first.hasFailed || second.hasFailed,
    previousPaths: [...new Set([...first.previousPaths, ...second.previousPaths])],
  };
  for (const digest of second.digests) addDigest(merged, digest);
  return merged;
}
