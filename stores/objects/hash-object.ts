import type { Digests, HashAlgorithm } from '../../schemas/hash.ts';
import { createHasher } from '../../standards/hash/hasher.ts';
import type { Connection } from './connection.ts';
import { openStream, type ReadWhat } from './read-object.ts';

/** What to read back; `progress` gets the bytes so far. */
export type HashWhat = ReadWhat & { formats: readonly HashAlgorithm[]; progress?: (bytes: number) => void };

/** Reads an object back from the store and hashes it: what a second verification compares. @throws PipelineError not-found, service-away */
export async function hashObject(
  connection: Connection,
  what: HashWhat,
): Promise<{ sizeBytes: number; digests: Digests }> {
  const hasher = createHasher(what.formats);
  let sizeBytes = 0;
  for await (const piece of openStream(connection, what)) {
    hasher.update(piece);
    sizeBytes += piece.byteLength;
    what.progress?.(sizeBytes);
  }
  return { sizeBytes, digests: hasher.digests() };
}
