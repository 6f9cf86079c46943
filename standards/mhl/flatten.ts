import type { Finding } from '../../schemas/finding.ts';
import { renaming } from './apply-renames.ts';
import { fileStamp, manifestDate } from './generation-name.ts';
import { contentFilter, type Histories, type History } from './history.ts';
import { type Creator, type FileRecord, FORMATS_IN_XSD_ORDER, type RecordedDigest } from './manifest.ts';
import { writeManifest } from './manifest-writer.ts';
import { documentFinding } from './mhl-finding.ts';
import { readGeneration, usableRecords } from './read-generation.ts';
import { joinPath, plainPath } from './safe-path.ts';
import type { Tree } from './tree.ts';

/** A packing list: one manifest that stands alone, with everything the histories of a tree vouch for. */
export type PackingList = { fileName: string; bytes: Uint8Array; fileCount: number; findings: Finding[] };

/**
 * Flattens the histories of a tree: per file the earliest hash of each format that did not fail, with its attributes; no folder hashes; process
 * `flatten`. Only manifests that the chain vouches for are used. The history itself is left as it is.
 * Source: ASC MHL specification 5.7; unlike the reference tool 1.2, the modification dates are kept.
 */
export async function flatten(
  tree: Tree,
  histories: Histories,
  made: { startedAt: string; creator: Omit<Creator, 'creationDate'> },
): Promise<PackingList> {
  const files = new Map<string, FileRecord>();
  const findings: Finding[] = [];
  for (const history of histories.all) {
    for (const [name, record] of await flattenHistory(tree, history)) {
      const path = joinPath(history.scope, name);
      // Where a parent knew a file before its folder had a history of its own, the two say the same of it.
      addRecord(files, path, record);
    }
  }
  const isIgnored = contentFilter(histories);
  const records = [...files.values()]
    .filter((record) => record.digests.length > 0 && !isIgnored(record.path, false))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
  if (records.length === 0)
    findings.push(
      documentFinding(
        'no-history',
        'ascmhl',
        'There is nothing to flatten: no manifest that the chain vouches for records a file.',
      ),
    );
  const bytes = writeManifest({
    version: '2.0',
    creator: { ...made.creator, creationDate: manifestDate(made.startedAt) },
    process: 'flatten',
    rootHash: null,
    ignorePatterns: histories.all[0]?.ignorePatterns ?? [],
    references: [],
    records,
  });
  return {
    fileName: `packinglist_${tree.name}_${fileStamp(made.startedAt)}.mhl`,
    bytes,
    fileCount: records.length,
    findings,
  };
}

async function flattenHistory(tree: Tree, history: History): Promise<Map<string, FileRecord>> {
  let files = new Map<string, FileRecord>();
  for (const generation of history.generations) {
    if (!generation.trusted) continue;
    const read = await readGeneration(tree, generation.path, { dates: true });
    // What is wrong with the records was found when the history was loaded.
    const records = usableRecords(read.records, generation.path, []);
    const newName = renaming(records);
    files = new Map([...files].map(([path, record]) => [newName(path), record]));
    for (const record of records)
      if (record.kind === 'file') addRecord(files, plainPath(record.path), record);
  }
  return files;
}

function addRecord(files: Map<string, FileRecord>, path: string, record: FileRecord): void {
  let file = files.get(path);
  if (file === undefined) {
    file = { ...record, path, digests: [], previousPath: null };
    files.set(path, file);
  }
  file.sizeBytes ??= record.sizeBytes;
  file.modifiedAt ??= record.modifiedAt;
  for (const digest of record.digests) if (isFirstGood(file.digests, digest)) file.digests.push(digest);
}

function isFirstGood(known: readonly RecordedDigest[], digest: RecordedDigest): boolean {
  const isWritable = (FORMATS_IN_XSD_ORDER as readonly string[]).includes(digest.format);
  return isWritable && digest.action !== 'failed' && known.every(({ format }) => format !== digest.format);
}
