import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import type { IncomingHttpHeaders } from 'node:http';
import { dirname } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { PipelineError } from '../../schemas/failure.ts';
import { asFailure } from '../system-failure.ts';
import { partBeside } from '../write-whole.ts';
import type { Connection } from './connection.ts';
import { unquoted, versionOf } from './single-put.ts';
import { calling, storeFailure } from './store-failure.ts';

/** An object, and which bytes of which version of it: `range` counts from 0, `last` inclusive; default the whole of the newest. */
export type ReadWhat = {
  bucket: string;
  key: string;
  versionId?: string;
  range?: { first: number; last: number };
  signal?: AbortSignal;
};

/** An object opened for reading: what it is, and its bytes as they come. */
export type OpenObject = {
  etag: string;
  versionId: string | null;
  sizeBytes: number;
  bytes: AsyncIterable<Uint8Array>;
};

/**
 * Opens an object; the bytes must be read or the signal aborted. A connection that ends early is a failure, never a short object.
 * @throws PipelineError not-found, service-away, refused-by-rule; AbortError
 */
export async function openObject(connection: Connection, what: ReadWhat): Promise<OpenObject> {
  what.signal?.throwIfAborted();
  const stream = await calling({ act: 'read', bucket: what.bucket, key: what.key }, () =>
    start(connection, what),
  );
  const headers = (stream as Readable & { headers: IncomingHttpHeaders }).headers;
  const sizeBytes = Number(headers['content-length']);
  return {
    etag: unquoted(headers.etag),
    versionId: versionOf(headers['x-amz-version-id']),
    sizeBytes,
    bytes: piecesOf(stream, sizeBytes, what),
  };
}

/** The bytes of an object as they come. @throws PipelineError not-found, service-away, refused-by-rule; AbortError */
export async function* openStream(connection: Connection, what: ReadWhat): AsyncGenerator<Uint8Array> {
  yield* (await openObject(connection, what)).bytes;
}

async function* piecesOf(stream: Readable, sizeBytes: number, what: ReadWhat): AsyncGenerator<Uint8Array> {
  const onAbort = (): void => void stream.destroy(what.signal!.reason as Error);
  what.signal?.addEventListener('abort', onAbort, { once: true });
  let received = 0;
  try {
    for await (const piece of stream) {
      received += (piece as Buffer).byteLength;
      yield piece as Buffer;
    }
    if (Number.isFinite(sizeBytes) && received !== sizeBytes) {
      const { bucket, key } = what;
      throw new PipelineError(
        'service-away',
        `${bucket}/${key} ended after ${received} of ${sizeBytes} bytes`,
        { bucket, key },
      );
    }
  } catch (error) {
    throw storeFailure(error, { act: 'read', bucket: what.bucket, key: what.key });
  } finally {
    what.signal?.removeEventListener('abort', onAbort);
    stream.destroy();
  }
}

/** A listing of 200,000 files with their hashes is some 100 MiB; a V8 string ends at 512 MiB. */
const MOST_IN_MEMORY = 256 * 1024 ** 2;

/** The whole object in memory. @param most refuses larger objects @throws PipelineError not-found, unreadable, service-away */
export async function getBytes(connection: Connection, what: ReadWhat & { most?: number }): Promise<Buffer> {
  return (await getWhole(connection, what)).bytes;
}

/** The whole object in memory, with the mark that a replacement of these very bytes must match. */
export async function getWhole(
  connection: Connection,
  what: ReadWhat & { most?: number },
): Promise<{ bytes: Buffer; etag: string; versionId: string | null }> {
  const most = what.most ?? MOST_IN_MEMORY;
  const { bytes, sizeBytes, etag, versionId } = await openObject(connection, what);
  const pieces: Uint8Array[] = [];
  if (sizeBytes <= most) {
    for await (const piece of bytes) pieces.push(piece);
    return { bytes: Buffer.concat(pieces), etag, versionId };
  }
  for await (const _ of bytes) break;
  const { bucket, key } = what;
  throw new PipelineError(
    'unreadable',
    `${bucket}/${key} has ${sizeBytes} bytes; at most ${most} are held in memory`,
    { bucket, key, sizeBytes, most },
  );
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

/**
 * Downloads to a file beside its name first, so that a killed worker leaves no half file under it. Folders on the way are made.
 * @throws PipelineError disk-full, refused-by-rule, unreadable when the file cannot be written; what the store says
 */
export async function fetchFile(connection: Connection, what: ReadWhat, file: string): Promise<void> {
  const part = partBeside(file);
  try {
    await mkdir(dirname(file), { recursive: true });
    await pipeline(openStream(connection, what), createWriteStream(part, { flags: 'wx' }));
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true });
    throw isOfTheDisk(error) ? asFailure(file, error) : error;
  }
}

/** What came over the network has no path, and a full disk has none either. */
function isOfTheDisk(error: unknown): boolean {
  const { path, code } = error as NodeJS.ErrnoException;
  return path !== undefined || code === 'ENOSPC' || code === 'EDQUOT';
}

function start({ client }: Connection, what: ReadWhat): Promise<Readable> {
  const options = what.versionId === undefined ? {} : { versionId: what.versionId };
  if (!what.range) return client.getObject(what.bucket, what.key, options);
  const { first, last } = what.range;
  if (!(first >= 0 && last >= first))
    throw new PipelineError('input-invalid', `bytes ${first} to ${last} are no range`, { ...what.range });
  return client.getPartialObject(what.bucket, what.key, first, last - first + 1, options);
}
