import type { Digests, HashFormat } from '../../schemas/hash.ts';
import { hashBytes } from '../hash/hasher.ts';
import { appendToChain, CHAIN_FILE, type ChainEntry, chainDigest } from './chain.ts';
import { directoryHashes } from './directory-hashes.ts';
import type { Rename } from './find-renames.ts';
import { folderRenames } from './folder-renames.ts';
import { generationName, HISTORY_FOLDER, manifestDate } from './generation-name.ts';
import { emptyHistory, type Histories, type History, nextNumber, ownerOf } from './history.ts';
import { relevantPatterns } from './inherit-patterns.ts';
import type { KnownTree } from './known-tree.ts';
import {
  type Creator,
  type DirectoryDigests,
  type FileRecord,
  FORMATS_IN_XSD_ORDER,
  type ManifestReference,
} from './manifest.ts';
import { writeManifest } from './manifest-writer.ts';
import { fileRecords } from './record-file.ts';
import { recordsInOrder } from './records-in-order.ts';
import { baseName, joinPath, relativePath } from './safe-path.ts';
import type { Observations } from './verdict.ts';
import { isXmlText } from './xml-text.ts';

/** Everything a new generation is made from. Two calls with equal input give equal names and bytes. */
export type GenerationInput = {
  /** Name of the folder at the tree's scope: goes into the manifest's name. */
  folderName: string;
  /** Start of the operation, ISO 8601: the stamp of every manifest, and the date of every hash in it. Given, so that a retry writes the same bytes. */
  startedAt: string;
  process: 'in-place' | 'transfer';
  creator: Omit<Creator, 'creationDate'>;
  /** Formats of the folder hashes; at least one. */
  formats: readonly HashFormat[];
  histories: Histories;
  tree: KnownTree;
  observations: Observations;
  /** Recognised renames, paths relative to the tree. */
  renames?: readonly Rename[] | undefined;
  /** Patterns to ignore from now on, relative to the tree. */
  newIgnorePatterns?: readonly string[] | undefined;
  /** Leaves folder hashes out; folders are still recorded. */
  withoutDirectoryHashes?: boolean | undefined;
  /** The tree is only a part: no folders are recorded, and nested histories without a file of it get no generation. */
  isPart?: boolean | undefined;
};

/** One manifest to write, and the chain that will vouch for it. Paths are relative to the tree. */
export type NewGeneration = {
  scope: string;
  number: number;
  path: string;
  bytes: Uint8Array;
  c4: string;
  chainPath: string;
  chainBytes: Uint8Array;
  /** What a catalogue records: C4 of the new chain. */
  chainDigest: string;
  /** Digest of the chain this follows; null when it is the first. */
  previousChainDigest: string | null;
  entry: ChainEntry;
};

/**
 * Makes the next generation of every history in the tree, nested ones first, each parent referring to its children; without any history,
 * the first of the tree. Pure: nothing is written.
 */
export function createGenerations(input: GenerationInput): NewGeneration[] {
  const histories = withRoot(input.histories);
  const files = fileRecords(input, histories);
  const records = {
    files,
    folders: folderHashes(input, files),
    folderRenames: folderRenames(input.renames ?? [], input.tree, histories, input.histories.movedFolders),
  };
  const made: NewGeneration[] = [];
  // Innermost first: a parent needs the C4 of its children's manifests.
  for (const history of [...histories].sort((a, b) => b.scope.length - a.scope.length)) {
    const references = made
      .filter(({ scope }) => ownerOf(histories, scope) === history)
      .map(({ path, c4 }): ManifestReference => ({ path: relativePath(history.scope, path)!, c4 }))
      .sort((a, b) => (a.path < b.path ? -1 : 1));
    const isTouched =
      references.length > 0 || [...files.keys()].some((path) => ownerOf(histories, path) === history);
    if (input.isPart !== true || isTouched)
      made.push(createOne(input, history, histories, records, references));
  }
  return made;
}

function createOne(
  input: GenerationInput,
  history: History,
  histories: readonly History[],
  made: Parameters<typeof recordsInOrder>[3],
  references: ManifestReference[],
): NewGeneration {
  const number = nextNumber(history);
  const folder = joinPath(history.scope, HISTORY_FOLDER);
  const fileName = generationName(
    number,
    history.scope === '' ? input.folderName : baseName(history.scope),
    input.startedAt,
  );
  const hasNoHashes = input.withoutDirectoryHashes === true || input.isPart === true;
  const rootHash = hasNoHashes ? null : (made.folders.get(history.scope) ?? null);
  const bytes = writeManifest({
    version: '2.0',
    creator: { ...input.creator, creationDate: manifestDate(input.startedAt) },
    process: input.process,
    rootHash: rootHash !== null && Object.keys(rootHash.content).length > 0 ? rootHash : null,
    ignorePatterns: mergePatterns(
      history,
      relevantPatterns(history.scope, histories, input.newIgnorePatterns ?? []),
    ),
    references,
    records: recordsInOrder(input, history, histories, made),
  });
  const c4 = hashBytes('c4', bytes);
  const entry: ChainEntry = { sequenceNumber: number, path: fileName, c4 };
  const chainBytes = appendToChain(history.chain, entry);
  return {
    scope: history.scope,
    number,
    path: joinPath(folder, fileName),
    bytes,
    c4,
    chainPath: joinPath(folder, CHAIN_FILE),
    chainBytes,
    chainDigest: chainDigest(chainBytes),
    previousChainDigest: history.chain.digest,
    entry,
  };
}

/** Folder hashes of the whole tree over what will be written: a digest that no record will hold enters no folder hash. */
function folderHashes(
  input: GenerationInput,
  records: ReadonlyMap<string, FileRecord>,
): Map<string, DirectoryDigests> {
  const files = [...records].map(([path, record]) => {
    return {
      path,
      digests: Object.fromEntries(record.digests.map(({ format, digest }) => [format, digest])) as Digests,
    };
  });
  const folders = [...input.tree.folders.keys()].filter(isXmlText);
  const wanted = directoryHashes(files, folders, input.formats);
  if (files.length === 0 || Object.keys(wanted.get('')!.content).length > 0) return wanted;
  // A failed file has no hash in a new format; then the folders get the formats that every file does have.
  const complete = FORMATS_IN_XSD_ORDER.filter((format) =>
    files.every(({ digests }) => digests[format] !== undefined),
  );
  return directoryHashes(files, folders, [...new Set([...input.formats, ...complete])]);
}

function withRoot(histories: Histories): History[] {
  if (histories.all.some(({ scope }) => scope === '')) return histories.all;
  return [emptyHistory(''), ...histories.all];
}

function mergePatterns(history: History, added: readonly string[]): string[] {
  return [...new Set([...history.ignorePatterns, ...added])];
}
