import type { Digests, HashAlgorithm } from '../schemas/hash.ts';
import type { CopiedFile, RollListing } from '../schemas/ingest-facts.ts';
import type { Dependencies } from './dependencies.ts';

type ListedFile = RollListing['files'][number];

/**
 * Files of a listing that an earlier attempt or offload wrote into the originals and wrote down: same size, same time of
 * change, no recorded hash that contradicts, and the recorded version is still there. They are not read again.
 */
export async function copiedBefore(
  deps: Dependencies,
  recorded: ReadonlyMap<string, CopiedFile>,
  listed: readonly ListedFile[],
): Promise<Map<string, CopiedFile>> {
  const found = await Promise.all(
    listed.map(async (file) => {
      const known = recorded.get(file.path);
      if (known === undefined || OUT.has(known.outcome) || !isSame(file, known)) return null;
      const stat = await deps.store.stat(known.bucket, known.key, known.versionId);
      return stat === null || stat.sizeBytes !== known.sizeBytes ? null : known;
    }),
  );
  return new Map(found.filter((file) => file !== null).map((file) => [file.path, file]));
}

/** In quarantine, or found damaged since: the card's file is read again. */
const OUT: ReadonlySet<string> = new Set(['quarantined', 'damaged']);

function isSame(listed: ListedFile, known: CopiedFile): boolean {
  if (listed.sizeBytes !== known.sizeBytes || listed.modifiedAt !== known.modifiedAt) return false;
  return (Object.entries(listed.expected) as [HashAlgorithm, string][]).every(
    ([format, digest]) => known.digests[format] === digest,
  );
}

/** The digests of an object that stands in the store, by reading it back. */
export async function storedDigests(
  deps: Dependencies,
  at: { bucket: string; key: string },
  formats: readonly HashAlgorithm[],
  expected: Digests,
  signal: AbortSignal,
): Promise<{ sizeBytes: number; digests: Digests; versionId: string | null }> {
  const wanted = [
    ...new Set<HashAlgorithm>(['xxh128', ...formats, ...(Object.keys(expected) as HashAlgorithm[])]),
  ];
  const [stat, { sizeBytes, digests }] = await Promise.all([
    deps.store.stat(at.bucket, at.key),
    deps.store.hashObject({ ...at, formats: wanted, signal }),
  ]);
  return { sizeBytes, digests, versionId: stat?.versionId ?? null };
}
