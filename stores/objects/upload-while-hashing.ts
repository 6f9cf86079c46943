import { PipelineError } from '../../schemas/failure.ts';
import type { Digests, HashAlgorithm } from '../../schemas/hash.ts';
import type { FileReader } from '../reading/file-reader.ts';
import type { Chunk, OpenRead } from '../reading/open-read.ts';
import { CHUNK_BYTES } from '../reading/thread-messages.ts';
import type { Connection } from './connection.ts';
import { openMultipart } from './multipart-upload.ts';
import type { ObjectSink } from './object-sink.ts';
import { madeMeanwhile, type ObjectStat, statObject } from './object-stat.ts';
import { openSinglePut } from './single-put.ts';

/** Where the bytes come from: a local file, or whatever else can be read once and hashed in the same pass. */
export type UploadSource =
  | { file: string }
  | { open: (formats: readonly HashAlgorithm[]) => Promise<OpenRead> };

/** What to upload, where to, and what it should turn out to be. */
export type UploadOrder = UploadSource & {
  bucket: string;
  key: string;
  /** Formats to compute beside those of `expected`; xxh128 is always computed. */
  formats?: readonly HashAlgorithm[];
  /** Digests that somebody recorded: the object appears only when every one of them agrees. */
  expected?: Digests;
  /** Size that the file was listed with: one that has another now is not stored. */
  sizeBytes?: number;
  /** User metadata, lower-case names. `xxh128` is added by itself when it is expected, for then it is known in time. */
  metadata?: Record<string, string>;
  signal?: AbortSignal;
  /** Bytes handed to the network so far. Called per piece of 2 MiB; cheap. */
  progress?: (bytesDone: number) => void;
};

/** Up to here the condition of the PUT is asked alone: a look beforehand costs a frame a tenth of its time. */
const LOOK_FIRST_BYTES = CHUNK_BYTES;

/** How an upload ended. A mismatch is a result, because it is about content: nothing was stored. */
export type UploadOutcome =
  | { outcome: 'written'; sizeBytes: number; digests: Digests; etag: string; versionId: string | null }
  | { outcome: 'already'; existing: ObjectStat; digests: Digests | null }
  | {
      outcome: 'mismatch';
      sizeBytes: number;
      digests: Digests;
      expected: Digests;
      differing: HashAlgorithm[];
    };

/**
 * The one read of an ingest or a transfer: reads, hashes, and streams to the store in the same pass with bounded memory. The
 * last piece is held back (in parts: the completion) until the digests agree, so a damaged file never becomes an object.
 * When the key exists already nothing of it is changed, and of a file of more than a piece nothing is sent; `digests` is then null, or known when
 * the file was read before the store said so.
 * @throws PipelineError not-found, unreadable, source-changed, service-away, refused-by-rule, disk-full; AbortError
 */
export async function uploadWhileHashing(
  connection: Connection,
  reader: FileReader,
  order: UploadOrder,
): Promise<UploadOutcome> {
  const read = await opened(reader, order).catch(async (error: unknown) => {
    if (!(error instanceof PipelineError)) throw error;
    const existing = await statObject(connection, order.bucket, order.key);
    if (!existing) throw error;
    return existing;
  });
  if (!('chunks' in read)) return { outcome: 'already', existing: read, digests: null };
  try {
    const existing =
      read.sizeBytes > LOOK_FIRST_BYTES ? await statObject(connection, order.bucket, order.key) : null;
    return existing ? { outcome: 'already', existing, digests: null } : await send(connection, read, order);
  } finally {
    read.cancel();
  }
}

async function opened(reader: FileReader, order: UploadOrder): Promise<OpenRead> {
  const formats = formatsOf(order);
  if ('open' in order) return order.open(formats);
  return openedAsListed(reader, order.file, formats, order);
}

async function openedAsListed(
  reader: FileReader,
  file: string,
  formats: readonly HashAlgorithm[],
  { signal, sizeBytes: listed }: UploadOrder,
): Promise<OpenRead> {
  const read = await reader.read(file, { formats, signal });
  if (listed === undefined || listed === read.sizeBytes) return read;
  read.cancel();
  const sentence = `${file} changed after it was listed: it had ${listed} bytes then and has ${read.sizeBytes} now`;
  throw new PipelineError('source-changed', sentence, { path: file, listed, found: read.sizeBytes });
}

async function send(connection: Connection, read: OpenRead, order: UploadOrder): Promise<UploadOutcome> {
  const { bucket, key } = order;
  const open = read.sizeBytes > connection.config.multipartAboveBytes ? openMultipart : openSinglePut;
  const sink = await open(connection, {
    bucket,
    key,
    sizeBytes: read.sizeBytes,
    metadata: metadataOf(order),
    signal: order.signal,
  });
  try {
    const held = await sendAllButLast(read, sink, order.progress);
    const digests = await read.digests;
    const differing = differingFormats(order.expected ?? {}, digests);
    const before = differing.length > 0 ? await existingBefore(connection, read, order) : null;
    if (before) return { outcome: 'already', existing: before, digests };
    if (differing.length > 0) {
      // What is left of it is swept by age; the verdict does not depend on it.
      await sink.abort(held?.bytes).catch(() => undefined);
      return {
        outcome: 'mismatch',
        sizeBytes: read.sizeBytes,
        digests,
        expected: order.expected ?? {},
        differing,
      };
    }
    if (held) await sink.write(held.bytes);
    held?.release();
    order.signal?.throwIfAborted();
    const done = await sink.complete();
    order.progress?.(read.sizeBytes);
    if (done !== 'exists') return { outcome: 'written', sizeBytes: read.sizeBytes, digests, ...done };
    const existing = await statObject(connection, bucket, key);
    if (!existing) throw new Error(`${bucket}/${key} exists for the server's condition but cannot be found`);
    return { outcome: 'already', existing, digests };
  } catch (error) {
    // The first failure is the one to tell; parts that could not be dropped now are swept by age.
    await sink.abort().catch(() => undefined);
    const existing = await madeMeanwhile(connection, bucket, key, error);
    if (existing) return { outcome: 'already', existing, digests: null };
    throw error;
  }
}

/** A damaged file whose key is taken is compared with what stands there; of a small one that was not looked at yet. */
async function existingBefore(
  connection: Connection,
  { sizeBytes }: OpenRead,
  { bucket, key }: UploadOrder,
): Promise<ObjectStat | null> {
  return sizeBytes > LOOK_FIRST_BYTES ? null : statObject(connection, bucket, key);
}

/** Keeps one piece on the wire while the next is fetched; gives back the last piece, unsent. */
async function sendAllButLast(
  read: OpenRead,
  sink: ObjectSink,
  progress?: (bytesDone: number) => void,
): Promise<Chunk | undefined> {
  let seen = 0;
  let sent = 0;
  let onWire: Promise<void> = Promise.resolve();
  for await (const chunk of read.chunks) {
    seen += chunk.bytes.byteLength;
    await onWire;
    if (seen === read.sizeBytes) return chunk;
    onWire = sink.write(chunk.bytes).then(() => {
      sent += chunk.bytes.byteLength;
      chunk.release();
      progress?.(sent);
    });
    // Looked at on the next turn; until then a failure must not count as unhandled.
    onWire.catch(() => undefined);
  }
  return undefined;
}

function formatsOf(order: UploadOrder): HashAlgorithm[] {
  return [
    ...new Set<HashAlgorithm>([
      'xxh128',
      ...(order.formats ?? []),
      ...(Object.keys(order.expected ?? {}) as HashAlgorithm[]),
    ]),
  ];
}

function metadataOf(order: UploadOrder): Record<string, string> {
  const xxh128 = order.expected?.xxh128;
  return { ...order.metadata, ...(xxh128 === undefined ? {} : { xxh128: xxh128.toLowerCase() }) };
}

/** Formats in which what was computed is not what was recorded. Hex compares without regard to case; C4 is case-sensitive text. Source: ASC MHL v2.0, C4 ID. */
export function differingFormats(expected: Digests, actual: Digests): HashAlgorithm[] {
  return (Object.keys(expected) as HashAlgorithm[]).filter((format) => {
    const want = expected[format] ?? '';
    return format === 'c4' ? want !== actual.c4 : want.toLowerCase() !== actual[format];
  });
}
