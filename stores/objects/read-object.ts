import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { PipelineError } from '../../schemas/failure.ts';
import type { Connection } from './connection.ts';
import { calling, storeFailure } from './store-failure.ts';

/** An object, and which bytes of which version of it: `range` counts from 0, `last` inclusive; default the whole of the newest. */
export type ReadWhat = {
  bucket: string;
  key: string;
  versionId?: string;
  range?: { first: number; last: number };
  signal?: AbortSignal;
};

/**
 * The bytes of an object as they come. A connection that ends early is a failure, never a short object.
 * @throws PipelineError not-found, service-away, refused-by-rule; AbortError
 */
export async function* openStream(connection: Connection, what: ReadWhat): AsyncGenerator<Uint8Array> {
  const act = { act: 'read', bucket: what.bucket, key: what.key };
  what.signal?.throwIfAborted();
  const stream = await calling(act, () => start(connection, what));
  const onAbort = (): void => void stream.destroy(what.signal!.reason as Error);
  what.signal?.addEventListener('abort', onAbort, { once: true });
  const announced = Number(
    (stream as { headers?: Record<string, string> }).headers?.['content-length'] ?? Number.NaN,
  );
  let received = 0;
  try {
    for await (const piece of stream) {
      received += (piece as Buffer).byteLength;
      yield piece as Buffer;
    }
    if (Number.isFinite(announced) && received !== announced) {
      throw new PipelineError(
        'service-away',
        `${what.bucket}/${what.key} ended after ${received} of ${announced} bytes`,
        { ...what, signal: undefined },
      );
    }
  } catch (error) {
    throw storeFailure(error, act);
  } finally {
    what.signal?.removeEventListener('abort', onAbort);
    stream.destroy();
  }
}

/** The whole object in memory. @param most refuses larger objects @throws PipelineError not-found, unreadable, service-away */
export async function getBytes(connection: Connection, what: ReadWhat & { most?: number }): Promise<Buffer> {
  const most = what.most ?? 64 * 1024 ** 2;
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of openStream(connection, what)) {
    size += piece.byteLength;
    if (size > most)
      throw new PipelineError(
        'unreadable',
        `${what.bucket}/${what.key} is larger than ${most} bytes, which is the most to be held in memory`,
        { bucket: what.bucket, key: what.key, most },
      );
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

/** A JSON document, not yet checked against a schema. @throws PipelineError not-found, unreadable, service-away */
export async function getDocument(connection: Connection, bucket: string, key: string): Promise<unknown> {
  const text = (await getBytes(connection, { bucket, key })).toString('utf8');
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new PipelineError(
      'unreadable',
      `${bucket}/${key} is not a JSON document`,
      { bucket, key },
      { cause },
    );
  }
}

/** Downloads to a file beside its name first, so that a killed worker leaves no half file under it. */
export async function fetchFile(connection: Connection, what: ReadWhat, file: string): Promise<void> {
  const partial = `${file}.${randomUUID()}.partial`;
  try {
    await pipeline(openStream(connection, what), createWriteStream(partial, { flags: 'wx' }));
    await rename(partial, file);
  } catch (error) {
    await rm(partial, { force: true });
    if ((error as { code?: unknown }).code !== 'ENOSPC') throw error;
    throw new PipelineError('disk-full', `there is no room for ${file}`, { file }, { cause: error });
  }
}

function start({ client }: Connection, what: ReadWhat): Promise<Readable> {
  const options = what.versionId === undefined ? {} : { versionId: what.versionId };
  if (!what.range) return client.getObject(what.bucket, what.key, options);
  const { first, last } = what.range;
  if (!(first >= 0 && last >= first))
    throw new PipelineError('input-invalid', `bytes ${first} to ${last} are no range`, { ...what.range });
  return client.getPartialObject(what.bucket, what.key, first, last - first + 1, options);
}
