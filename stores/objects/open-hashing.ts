import type { Digests, HashAlgorithm } from '../../schemas/hash.ts';
import { createHasher } from '../../standards/hash/hasher.ts';
import type { Chunk, OpenRead } from '../reading/open-read.ts';
import type { Connection } from './connection.ts';
import { type OpenObject, openObject, type ReadWhat } from './read-object.ts';

/**
 * Opens a stored object as a file that is read once: pieces as the network brings them, hashed before they are given on.
 * @throws PipelineError not-found, service-away, refused-by-rule; AbortError
 */
export async function openHashing(
  connection: Connection,
  what: ReadWhat,
  formats: readonly HashAlgorithm[],
): Promise<OpenRead> {
  const stop = new AbortController();
  const signal = what.signal === undefined ? stop.signal : AbortSignal.any([what.signal, stop.signal]);
  const object = await openObject(connection, { ...what, signal });
  const digests = Promise.withResolvers<Digests>();
  // Whoever stops early never looks at the digests.
  digests.promise.catch(() => undefined);
  return {
    sizeBytes: object.sizeBytes,
    chunks: hashedChunks(object, formats, digests.resolve),
    digests: digests.promise,
    cancel: () => stop.abort(new Error('reading was stopped')),
  };
}

/** The digests are told with the last byte: whoever holds the last piece back asks for no more. */
async function* hashedChunks(
  { bytes, sizeBytes }: OpenObject,
  formats: readonly HashAlgorithm[],
  tell: (digests: Digests) => void,
): AsyncGenerator<Chunk> {
  const hasher = createHasher(formats);
  let seen = 0;
  if (sizeBytes === 0) tell(hasher.digests());
  for await (const piece of bytes) {
    hasher.update(piece);
    seen += piece.byteLength;
    if (seen === sizeBytes) tell(hasher.digests());
    yield { bytes: piece, release: () => undefined };
  }
}
