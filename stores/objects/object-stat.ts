import { PipelineError } from '../../schemas/failure.ts';
import type { Connection } from './connection.ts';
import { versionOf } from './single-put.ts';
import { storeFailure } from './store-failure.ts';

/** What the store tells of an object without its bytes. `metadata` names are lower-case, without their `x-amz-meta-`. */
export type ObjectStat = {
  bucket: string;
  key: string;
  sizeBytes: number;
  etag: string;
  versionId: string | null;
  modifiedAt: string;
  metadata: Record<string, string>;
};

/** The object's facts, or null where there is none. @throws PipelineError service-away, refused-by-rule */
export async function statObject(
  connection: Connection,
  bucket: string,
  key: string,
  versionId?: string,
): Promise<ObjectStat | null> {
  try {
    const stat = await connection.client.statObject(
      bucket,
      key,
      versionId === undefined ? {} : { versionId },
    );
    return {
      bucket,
      key,
      sizeBytes: stat.size,
      etag: stat.etag,
      versionId: versionOf(stat.versionId ?? undefined),
      modifiedAt: stat.lastModified.toISOString(),
      metadata: userMetadata(stat.metaData as Record<string, string>),
    };
  } catch (error) {
    const failure = storeFailure(error, { act: 'look at', bucket, key });
    if (failure instanceof PipelineError && failure.code === 'not-found') return null;
    throw failure;
  }
}

/**
 * The object that made a PUT fail, or null. A server that refuses a PUT because the key is taken may hang up while we still
 * send, and then its answer is lost.
 */
export async function madeMeanwhile(
  connection: Connection,
  bucket: string,
  key: string,
  error: unknown,
): Promise<ObjectStat | null> {
  if (!(error instanceof PipelineError) || error.code !== 'service-away') return null;
  return statObject(connection, bucket, key).catch(() => null);
}

const STANDARD = new Set([
  'content-type',
  'content-encoding',
  'content-language',
  'content-disposition',
  'cache-control',
  'expires',
]);

/** The client mixes what we said about an object with what every object has. */
function userMetadata(all: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(all).filter(([name]) => !STANDARD.has(name) && !name.startsWith('x-amz-')),
  );
}
