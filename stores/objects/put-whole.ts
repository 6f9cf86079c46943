import { PipelineError } from '../../schemas/failure.ts';
import type { StoredObject } from '../../schemas/file.ts';
import { hashBytes } from '../../standards/hash/hasher.ts';
import type { FileReader } from '../reading/file-reader.ts';
import type { Connection } from './connection.ts';
import { hashObject } from './hash-object.ts';
import { openMultipart } from './multipart-upload.ts';
import type { ObjectSink } from './object-sink.ts';
import { madeMeanwhile, type ObjectStat, statObject } from './object-stat.ts';
import { openSinglePut } from './single-put.ts';
import { uploadWhileHashing } from './upload-while-hashing.ts';

/** Bytes at hand, or a stream of known length and digest. */
export type WholeBody = Uint8Array | { stream: AsyncIterable<Uint8Array>; sizeBytes: number; xxh128: string };

/** Whether this call made the object, or found it made by an earlier attempt with the same bytes. */
export type WholePut = { outcome: 'written' | 'already'; object: StoredObject };

type Where = { bucket: string; key: string; metadata?: Record<string, string>; signal?: AbortSignal };

/**
 * Puts an object once and whole; its xxh128 stands in its metadata. Safe to repeat: the same bytes again are 'already'.
 * @throws PipelineError not-deterministic when the key holds other bytes; service-away, refused-by-rule, disk-full
 */
export async function putWholeIfAbsent(
  connection: Connection,
  where: Where,
  body: WholeBody,
): Promise<WholePut> {
  const { sizeBytes, xxh128, pieces } = described(body);
  const existing = await statObject(connection, where.bucket, where.key);
  if (existing) return alreadyThere(connection, existing, { sizeBytes, xxh128 });
  const open = sizeBytes > connection.config.multipartAboveBytes ? openMultipart : openSinglePut;
  const sink = await open(connection, { ...where, sizeBytes, metadata: { ...where.metadata, xxh128 } });
  const done = await sendPieces(sink, pieces, sizeBytes).catch(async (error: unknown) => {
    const made = await madeMeanwhile(connection, where.bucket, where.key, error);
    if (made) return 'exists' as const;
    throw error;
  });
  if (done === 'exists')
    return alreadyThere(connection, await mustStat(connection, where), { sizeBytes, xxh128 });
  return {
    outcome: 'written',
    object: storedObject(connection, where, { sizeBytes, xxh128, versionId: done.versionId }),
  };
}

/**
 * Puts a file that somebody made and hashed; it is checked against that digest on its way.
 * @throws PipelineError source-changed when the file no longer has the digest; not-deterministic; not-found, unreadable, service-away
 */
export async function putFileIfAbsent(
  connection: Connection,
  reader: FileReader,
  made: Where & { file: string; sizeBytes: number; xxh128: string; progress?: (bytesDone: number) => void },
): Promise<WholePut> {
  const { sizeBytes, xxh128, ...where } = made;
  const expected = { sizeBytes, xxh128 };
  const result = await uploadWhileHashing(connection, reader, { ...where, expected: { xxh128 } });
  if (result.outcome === 'mismatch') {
    throw new PipelineError(
      'source-changed',
      `${where.file} had xxh128 ${expected.xxh128} when it was made and has ${result.digests.xxh128} now`,
      { file: where.file, expected, got: result.digests },
    );
  }
  if (result.outcome === 'already') return alreadyThere(connection, result.existing, expected);
  return {
    outcome: 'written',
    object: storedObject(connection, where, { ...expected, versionId: result.versionId }),
  };
}

function described(body: WholeBody): {
  sizeBytes: number;
  xxh128: string;
  pieces: AsyncIterable<Uint8Array> | Uint8Array[];
} {
  if (!(body instanceof Uint8Array)) return { ...body, pieces: body.stream };
  return {
    sizeBytes: body.byteLength,
    xxh128: hashBytes('xxh128', body),
    pieces: body.byteLength === 0 ? [] : [body],
  };
}

async function sendPieces(
  sink: ObjectSink,
  pieces: AsyncIterable<Uint8Array> | Uint8Array[],
  sizeBytes: number,
): ReturnType<ObjectSink['complete']> {
  try {
    let sent = 0;
    for await (const piece of pieces) {
      sent += piece.byteLength;
      if (sent > sizeBytes)
        throw new Error(`a stream of ${sizeBytes} bytes was announced and gave at least ${sent}`);
      await sink.write(piece);
    }
    if (sent < sizeBytes) throw new Error(`a stream of ${sizeBytes} bytes was announced and gave ${sent}`);
    return await sink.complete();
  } catch (error) {
    await sink.abort().catch(() => undefined);
    throw error;
  }
}

/** Nothing is taken on trust: an object whose metadata does not tell its digest is read. */
async function alreadyThere(
  connection: Connection,
  existing: ObjectStat,
  expected: { sizeBytes: number; xxh128: string },
): Promise<WholePut> {
  const { bucket, key } = existing;
  const xxh128 =
    existing.sizeBytes !== expected.sizeBytes
      ? existing.metadata.xxh128
      : (existing.metadata.xxh128 ??
        (await hashObject(connection, { bucket, key, formats: ['xxh128'] })).digests.xxh128);
  if (existing.sizeBytes !== expected.sizeBytes || xxh128 !== expected.xxh128) {
    throw new PipelineError(
      'not-deterministic',
      `${bucket}/${key} was made before with other bytes: ${existing.sizeBytes} bytes, xxh128 ${xxh128 ?? 'unknown'}; now ${expected.sizeBytes} bytes, xxh128 ${expected.xxh128}`,
      { bucket, key, stored: { sizeBytes: existing.sizeBytes, xxh128 }, made: expected },
    );
  }
  return {
    outcome: 'already',
    object: storedObject(connection, existing, { ...expected, versionId: existing.versionId }),
  };
}

async function mustStat(connection: Connection, { bucket, key }: Where): Promise<ObjectStat> {
  const existing = await statObject(connection, bucket, key);
  if (!existing)
    throw new PipelineError('conflict', `${bucket}/${key} existed a moment ago and is gone`, { bucket, key });
  return existing;
}

function storedObject(
  connection: Connection,
  { bucket, key }: { bucket: string; key: string },
  facts: { sizeBytes: number; xxh128: string; versionId: string | null },
): StoredObject {
  const { versionId, ...rest } = facts;
  return { site: connection.config.site, bucket, key, ...rest, ...(versionId === null ? {} : { versionId }) };
}
