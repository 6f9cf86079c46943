import { z } from 'zod';
import type { HashAlgorithm } from '../schemas/hash.ts';
import type { CopyBatch, RollListing } from '../schemas/ingest-facts.ts';
import { RollRequest, rollId } from '../schemas/roll.ts';
import { unusableLists } from '../standards/mhl/broken-history.ts';
import { compareKnown } from '../standards/mhl/compare-lists.ts';
import { isInHistoryFolder, type KnownTree, layBeside } from '../standards/mhl/known-tree.ts';
import { isOsFile } from '../standards/mhl/os-file.ts';
import { digestsToCheck } from '../standards/mhl/plan-hashing.ts';
import type { TreeEntry } from '../standards/mhl/tree.ts';
import { completeBegunWork } from './complete-begun-work.ts';
import { type ActivityRun, defineActivity } from './define-activity.ts';
import type { Dependencies } from './dependencies.ts';
import { readRoll, STORED } from './roll-tree.ts';
import { allowedFolder } from './source-path.ts';

export type Discovery = {
  listingKey: string;
  files: number;
  bytes: number;
  batches: CopyBatch[];
  toCompare: { missing: number; unlisted: number };
};

/** One activity copies at most this much: small enough to lose, large enough to pay its start. */
const BATCH_BYTES = 2 ** 30;
const BATCH_FILES = 500;

/**
 * Lists a card, reads its MHL history and compares the lists, before a byte is copied.
 * A retry is safe: it reads the card, and writes one fact under its digest.
 */
export const discoverRoll = defineActivity(
  'discoverRoll',
  z.object({ roll: RollRequest, startedAt: z.string() }),
  async (deps, { roll }, run): Promise<Discovery> => {
    const source = await allowedFolder(roll.source, deps.sourceRoots);
    await deps.catalogue.upsertRoll({ ...roll, state: 'arriving' });
    return discover(deps, roll, source, run);
  },
);

/**
 * Lists a stored roll for a second verification, which reads what landed in the store and compares. A generation that terminated work
 * had begun is completed first. A retry is safe: it reads, and writes one fact under its digest.
 */
export const discoverStored = defineActivity(
  'discoverStored',
  z.object({ roll: RollRequest }),
  async (deps, { roll }, run): Promise<Discovery> => {
    const { tree, histories } = await readRoll(deps, roll, STORED);
    await completeBegunWork(deps, roll, tree, histories);
    return discover(deps, roll, STORED, run);
  },
);

async function discover(
  deps: Dependencies,
  roll: RollRequest,
  source: string,
  run: ActivityRun,
): Promise<Discovery> {
  const { entries, histories } = await readRoll(deps, roll, source);
  run.progress({ entries: entries.length });
  const known = layBeside(histories, entries);
  const comparison = compareKnown(histories, known);
  const left = new Set(unusableLists(histories));
  const files = listedFiles(
    known,
    entries.filter(({ path }) => !left.has(path)),
  );
  const listing: RollListing = {
    version: 1,
    kind: 'roll-listing',
    rollId: rollId(roll),
    source,
    files,
    emptyFolders: emptyFolders(entries, files),
    hashFormats: formatsOf(known),
    hasHistory: histories.all.length > 0,
    findings: comparison.findings,
  };
  const id = `${roll.shootDay}/${roll.roll}`;
  return {
    listingKey: await deps.facts.put(roll.production, 'listings', id, listing),
    files: listing.files.length,
    bytes: listing.files.reduce((sum, file) => sum + file.sizeBytes, 0),
    batches: batchesOf(listing.files),
    toCompare: { missing: comparison.missing.length, unlisted: comparison.unlisted.length },
  };
}

/** Every file of the card but its histories and what an operating system left there, with the hashes that vouch for it. */
function listedFiles(known: KnownTree, entries: readonly TreeEntry[]): RollListing['files'] {
  return entries
    .filter(
      (entry) =>
        entry.kind === 'file' &&
        (known.known.has(entry.path) || !isOsFile(entry.path, entry.sizeBytes)) &&
        !isInHistoryFolder(entry.path),
    )
    .map(({ path, sizeBytes, modifiedAt }) => ({
      path,
      sizeBytes,
      expected: expectedOf(known, path),
      ...(modifiedAt === undefined ? {} : { modifiedAt }),
    }));
}

/** The earliest digest of each format; where records contradict each other the verdict says so. */
function expectedOf(known: KnownTree, path: string): RollListing['files'][number]['expected'] {
  const file = known.known.get(path);
  const expected: RollListing['files'][number]['expected'] = {};
  for (const { format, digest } of file === undefined ? [] : digestsToCheck(file)) {
    expected[format] ??= digest;
  }
  return expected;
}

function formatsOf(known: KnownTree): HashAlgorithm[] {
  const formats = new Set<HashAlgorithm>(['xxh128']);
  for (const file of known.known.values()) {
    for (const { format } of digestsToCheck(file)) formats.add(format);
  }
  return [...formats].sort();
}

/**
 * Folders in which nothing will be stored, only the innermost of each line: they are kept as objects of their own, for a history may
 * record them. What an operating system left in a folder does not fill it.
 */
function emptyFolders(entries: readonly TreeEntry[], files: RollListing['files']): string[] {
  const folders = entries.filter((entry) => entry.kind === 'directory' && !isInHistoryFolder(entry.path));
  const manifests = entries.filter((entry) => entry.kind === 'file' && isInHistoryFolder(entry.path));
  const filled = new Set<string>();
  for (const { path } of [...files, ...manifests, ...folders]) {
    for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) {
      const above = path.slice(0, at);
      if (filled.has(above)) break;
      filled.add(above);
    }
  }
  return folders.map(({ path }) => path).filter((path) => !filled.has(path));
}

function batchesOf(files: RollListing['files']): CopyBatch[] {
  const batches: CopyBatch[] = [];
  let first = 0;
  let bytes = 0;
  for (const [index, file] of files.entries()) {
    bytes += file.sizeBytes;
    const isLast = index === files.length - 1;
    if (!isLast && bytes < BATCH_BYTES && index - first + 1 < BATCH_FILES) continue;
    batches.push({
      first,
      last: index,
      files: index - first + 1,
      bytes,
      label: labelOf(files[first]?.path, file.path),
    });
    first = index + 1;
    bytes = 0;
  }
  return batches;
}

function labelOf(first: string | undefined, last: string): string {
  return first === undefined || first === last ? last : `${first} to ${last}`;
}
