import type { StoredObject } from '../../schemas/file.ts';
import type { Digests, HashAlgorithm } from '../../schemas/hash.ts';
import { canonicalJson } from '../../standards/hash/canonical-json.ts';
import type { FileReader } from '../reading/file-reader.ts';
import type { OpenRead } from '../reading/open-read.ts';
import { type BucketGuard, ensureBuckets } from './buckets.ts';
import { connect, type ObjectStoreConfig, presign } from './connection.ts';
import { type CopySource, copyObject } from './copy-object.ts';
import { type HashWhat, hashObject } from './hash-object.ts';
import { type BucketKind, bucketName } from './keys.ts';
import { type ListedObject, listObjects } from './list-objects.ts';
import { GET_EXPIRY_SECONDS, type Location, locate, mountedFile } from './mounted-file.ts';
import { type ObjectStat, statObject } from './object-stat.ts';
import { type KeyVersions, versionsOf } from './object-versions.ts';
import { openHashing } from './open-hashing.ts';
import { putFileIfAbsent, putWholeIfAbsent, type WholeBody, type WholePut } from './put-whole.ts';
import { fetchFile, getBytes, getDocument, getWhole, openStream, type ReadWhat } from './read-object.ts';
import { removeObject } from './remove-object.ts';
import { type Replaced, replaceIfMatch } from './replace-object.ts';
import { dropStaleUploads } from './stale-uploads.ts';
import { type UploadOrder, type UploadOutcome, uploadWhileHashing } from './upload-while-hashing.ts';

type PutOptions = { metadata?: Record<string, string>; signal?: AbortSignal };
type FilePutOptions = PutOptions & { progress?: (bytesDone: number) => void };
type Made = { sizeBytes: number; xxh128: string };

/** One site's object store. Every failure is a PipelineError; no call retries by itself. */
export type ObjectStore = {
  site: string;
  /** Name of one of the site's buckets. */
  bucket(kind: BucketKind): string;
  /** Makes the site's buckets and guards the originals; needs the owner's credentials. */
  ensureBuckets(workers: string[]): Promise<BucketGuard>;
  /** Puts bytes or a stream once and whole. @throws PipelineError not-deterministic */
  putWholeIfAbsent(bucket: string, key: string, body: WholeBody, options?: PutOptions): Promise<WholePut>;
  /** Puts a file that somebody made and hashed. @throws PipelineError not-deterministic, source-changed */
  putFileIfAbsent(
    bucket: string,
    key: string,
    file: string,
    made: Made,
    options?: FilePutOptions,
  ): Promise<WholePut>;
  /** Writes a document as canonical JSON (RFC 8785), once. @throws PipelineError not-deterministic */
  putDocument(bucket: string, key: string, document: unknown): Promise<WholePut>;
  /** Reads a document; the caller parses it with its schema. @throws PipelineError not-found, unreadable */
  getDocument(bucket: string, key: string): Promise<unknown>;
  /** The whole object in memory; more than `most` (@default 256 MiB) is refused. @throws PipelineError not-found, unreadable */
  getBytes(what: ReadWhat & { most?: number }): Promise<Buffer>;
  /** Like `getBytes`, with the entity tag that a replacement of these very bytes must match. */
  getWhole(
    what: ReadWhat & { most?: number },
  ): Promise<{ bytes: Buffer; etag: string; versionId: string | null }>;
  openStream(what: ReadWhat): AsyncGenerator<Uint8Array>;
  /** Downloads to a local file, which appears whole under its name. @throws PipelineError not-found, disk-full */
  fetchFile(what: ReadWhat, file: string): Promise<void>;
  /** Reads an object back and hashes it. @throws PipelineError not-found */
  hashObject(what: HashWhat): Promise<{ sizeBytes: number; digests: Digests }>;
  stat(bucket: string, key: string, versionId?: string): Promise<ObjectStat | null>;
  list(bucket: string, prefix: string): AsyncGenerator<ListedObject>;
  /** Versions of every key under a prefix, newest first: an original with more than one was written over. */
  versionsOf(bucket: string, prefix: string): Promise<KeyVersions[]>;
  /** Removes an object that was only waiting, such as a list in the inbox. @throws PipelineError refused-by-rule for an original */
  remove(bucket: string, key: string): Promise<void>;
  copy(source: CopySource, to: { bucket: string; key: string }): Promise<void>;
  /** Only for a chain file. @throws PipelineError conflict for the loser of a race */
  replaceIfMatch(bucket: string, key: string, bytes: Uint8Array, etag: string): Promise<Replaced>;
  presignGet(bucket: string, key: string, options?: { versionId?: string; expirySeconds?: number }): string;
  presignPut(
    bucket: string,
    key: string,
    options?: { headers?: Record<string, string>; expirySeconds?: number },
  ): string;
  /** The mounted file, while it is the version asked for; null where the store is not mounted or holds another version. */
  localPath(bucket: string, key: string, versionId?: string): Promise<string | null>;
  /** Where a tool reads a recorded object: its mounted file while that is the recorded version, else a URL naming the version. */
  locate(object: StoredObject, options?: { expirySeconds?: number }): Promise<Location>;
  /** Opens a stored object to be read once and hashed on the way, as the source of an upload to another store. @throws PipelineError not-found */
  openHashing(what: ReadWhat, formats: readonly HashAlgorithm[]): Promise<OpenRead>;
  /** The one read of an ingest or a transfer: see the function of this name. */
  uploadWhileHashing(order: UploadOrder): Promise<UploadOutcome>;
  dropStaleUploads(bucket: string, prefix: string, olderThanMs: number): Promise<number>;
  close(): void;
};

/**
 * Opens a site's store.
 * @param files reads local files on threads; closed by its owner
 */
export function createObjectStore(config: ObjectStoreConfig, files: FileReader): ObjectStore {
  const connection = connect(config);
  const put: ObjectStore['putWholeIfAbsent'] = (bucket, key, body, options = {}) =>
    putWholeIfAbsent(connection, { bucket, key, ...options }, body);
  return {
    site: config.site,
    bucket: (kind) => bucketName(config.site, kind),
    ensureBuckets: (workers) => ensureBuckets(connection, workers),
    putWholeIfAbsent: put,
    putFileIfAbsent: (bucket, key, file, { sizeBytes, xxh128 }, options = {}) =>
      putFileIfAbsent(connection, files, { ...options, bucket, key, file, sizeBytes, xxh128 }),
    putDocument: (bucket, key, document) => put(bucket, key, Buffer.from(canonicalJson(document))),
    getDocument: (bucket, key) => getDocument(connection, bucket, key),
    getBytes: (what) => getBytes(connection, what),
    getWhole: (what) => getWhole(connection, what),
    openStream: (what) => openStream(connection, what),
    fetchFile: (what, file) => fetchFile(connection, what, file),
    hashObject: (what) => hashObject(connection, what),
    stat: (bucket, key, versionId) => statObject(connection, bucket, key, versionId),
    list: (bucket, prefix) => listObjects(connection, bucket, prefix),
    versionsOf: (bucket, prefix) => versionsOf(connection, bucket, prefix),
    remove: (bucket, key) => removeObject(connection, bucket, key),
    copy: (source, to) => copyObject(connection, source, to),
    replaceIfMatch: (bucket, key, bytes, etag) => replaceIfMatch(connection, bucket, key, bytes, etag),
    presignGet: (bucket, key, { versionId, expirySeconds = GET_EXPIRY_SECONDS } = {}) =>
      presign(connection, {
        method: 'GET',
        bucket,
        key,
        expirySeconds,
        query: versionId === undefined ? {} : { versionId },
      }),
    presignPut: (bucket, key, options = {}) =>
      presign(connection, { method: 'PUT', bucket, key, ...options }),
    localPath: (bucket, key, versionId) => mountedFile(connection, bucket, key, versionId),
    locate: (object, options) => locate(connection, object, options?.expirySeconds),
    openHashing: (what, formats) => openHashing(connection, what, formats),
    uploadWhileHashing: (order) => uploadWhileHashing(connection, files, order),
    dropStaleUploads: (bucket, prefix, olderThanMs) =>
      dropStaleUploads(connection, bucket, prefix, olderThanMs),
    close: () => connection.agent.destroy(),
  };
}
