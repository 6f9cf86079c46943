import type { Finding } from '../../schemas/finding.ts';
import { createHasher } from '../hash/hasher.ts';
import type { Generation } from './history.ts';
import { type DirectoryRecord, type FileRecord, ManifestError, type ManifestHeader } from './manifest.ts';
import { createManifestReader } from './manifest-reader.ts';
import { documentFinding, shown } from './mhl-finding.ts';
import { parentPath, pathProblem, plainPath } from './safe-path.ts';
import type { Tree } from './tree.ts';

/** A manifest read to its end: what it says when it can be parsed, and the C4 of its bytes either way. */
export type ReadGeneration = {
  c4: string;
  header: ManifestHeader | null;
  records: (FileRecord | DirectoryRecord)[];
  error: ManifestError | null;
};

/** Larger than a manifest of a million records: whoever sends more is not sending a manifest. */
const MANIFEST_LIMIT_BYTES = 1 << 30;
const IGNORE_PATTERN_LIMIT = 1000;

/**
 * Reads a manifest once: hashes and parses in the same pass.
 * @param options.dates whether the records keep their dates; verification needs none, and 200,000 records are lighter without
 * @throws PipelineError not-found, unreadable
 */
export async function readGeneration(
  tree: Tree,
  path: string,
  options: { dates: boolean } = { dates: false },
): Promise<ReadGeneration> {
  const records: ReadGeneration['records'] = [];
  const hasher = createHasher(['c4']);
  const reader = createManifestReader((record) =>
    records.push(options.dates ? record : withoutDates(record)),
  );
  let error: ManifestError | null = null;
  let header: ManifestHeader | null = null;
  let sizeBytes = 0;
  const attempt = (step: () => void) => {
    if (error !== null) return;
    try {
      step();
    } catch (caught) {
      if (!(caught instanceof ManifestError)) throw caught;
      error = caught;
    }
  };
  for await (const chunk of tree.open(path)) {
    hasher.update(chunk);
    sizeBytes += chunk.length;
    if (sizeBytes > MANIFEST_LIMIT_BYTES)
      error ??= new ManifestError(`it is longer than ${MANIFEST_LIMIT_BYTES} bytes`, 1);
    attempt(() => reader.write(chunk));
  }
  attempt(() => {
    header = reader.end();
    if (header.ignorePatterns.length > IGNORE_PATTERN_LIMIT) {
      throw new ManifestError(
        `it has ${header.ignorePatterns.length} ignore patterns, more than ${IGNORE_PATTERN_LIMIT}`,
        1,
      );
    }
  });
  const isWhole = error === null;
  return {
    c4: hasher.digests().c4!,
    header: isWhole ? header : null,
    records: isWhole ? records : [],
    error,
  };
}

function withoutDates(record: FileRecord | DirectoryRecord): FileRecord | DirectoryRecord {
  record.creationDate = null;
  record.modifiedAt = null;
  if (record.kind === 'directory') record.hashDate = null;
  else for (const digest of record.digests) digest.hashDate = null;
  return record;
}

/**
 * The records that may be used: safe paths, each once. What is left out is found.
 * Of two records for one path both are kept: a file must then satisfy both.
 */
export function usableRecords(
  records: readonly (FileRecord | DirectoryRecord)[],
  manifestPath: string,
  findings: Finding[],
): (FileRecord | DirectoryRecord)[] {
  const seen = new Set<string>();
  return records.filter((record) => {
    const unsafe = [record.path, record.previousPath].find(
      (path) => path !== null && pathProblem(path) !== null,
    );
    if (typeof unsafe === 'string') {
      const problem = pathProblem(unsafe)!;
      const sentence = `${manifestPath} names the path "${shown(unsafe)}", which is not followed: ${problem}.`;
      findings.push(
        documentFinding('path-unsafe', manifestPath, sentence, {
          path: unsafe,
          problem,
          manifest: manifestPath,
        }),
      );
      return false;
    }
    const path = plainPath(record.path);
    if (path === '' && record.kind === 'file') {
      const sentence = `${manifestPath} has a record of a file named "${shown(record.path)}", which is the folder itself and no file.`;
      findings.push(documentFinding('path-unsafe', manifestPath, sentence, { path: record.path }));
      return false;
    }
    if (seen.has(path)) {
      const sentence = `${manifestPath} has two records for "${shown(path)}"; a manifest may have one, and the file must satisfy both.`;
      findings.push(
        documentFinding('duplicate-record', manifestPath, sentence, { path, manifest: manifestPath }),
      );
    }
    seen.add(path);
    return true;
  });
}

/** The generation without its records. */
export function toGeneration(
  read: ReadGeneration,
  identity: { number: number; path: string; fileName: string; trusted: boolean },
): Generation | null {
  if (read.header === null) return null;
  const fileCount = read.records.filter(({ kind }) => kind === 'file').length;
  const nestedFolders = nestedFoldersOf(read.header, read.records);
  return {
    ...read.header,
    ...identity,
    c4: read.c4,
    nestedFolders,
    fileCount,
    directoryCount: read.records.length - fileCount,
  };
}

function nestedFoldersOf(
  header: ManifestHeader,
  records: ReadGeneration['records'],
): Generation['nestedFolders'] {
  if (header.references.length === 0) return [];
  const scopes = new Set(header.references.map(({ path }) => parentPath(parentPath(plainPath(path)))));
  return records.flatMap((record) => {
    const path = plainPath(record.path);
    return record.kind === 'directory' && scopes.has(path)
      ? [{ path, content: record.content, structure: record.structure }]
      : [];
  });
}
