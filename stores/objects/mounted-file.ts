import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { StoredObject } from '../../schemas/file.ts';
import { type Connection, presign } from './connection.ts';
import { statObject } from './object-stat.ts';

/**
 * The file of an object on the mounted store, or null where there is no mount. A mount shows only the newest version, so a
 * recorded version is asked for first: null when another one lies there, and the caller reads by URL.
 * @throws PipelineError service-away
 */
export async function mountedFile(
  connection: Connection,
  bucket: string,
  key: string,
  versionId?: string,
): Promise<string | null> {
  if (connection.config.mountedAt === undefined) return null;
  const file = path.join(connection.config.mountedAt, bucket, key);
  const found = await stat(file).catch(() => null);
  if (!found?.isFile()) return null;
  if (versionId === undefined) return file;
  const current = await statObject(connection, bucket, key);
  return current?.versionId === versionId && current.sizeBytes === found.size ? file : null;
}

/** Where a tool finds an object's bytes: in place, or by a URL that answers ranges. */
export type Location = { kind: 'path' | 'url'; location: string };

/** Six hours: longer than one segment of render work; the URL is made just before it. */
export const GET_EXPIRY_SECONDS = 6 * 3600;

/** In place while the mount holds the recorded version, else by URL. @throws PipelineError service-away */
export async function locate(
  connection: Connection,
  object: StoredObject,
  expirySeconds = GET_EXPIRY_SECONDS,
): Promise<Location> {
  const { bucket, key, versionId } = object;
  const file = await mountedFile(connection, bucket, key, versionId);
  if (file !== null) return { kind: 'path', location: file };
  const query: Record<string, string> = versionId === undefined ? {} : { versionId };
  return { kind: 'url', location: presign(connection, { method: 'GET', bucket, key, query, expirySeconds }) };
}
