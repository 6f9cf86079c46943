import { type Connection, presign } from './connection.ts';
import { metadataHeaders, type NewObject, type ObjectSink } from './object-sink.ts';
import { unquoted, versionOf } from './single-put.ts';
import { answerFailure, calling, type StoreAct } from './store-failure.ts';
import { type StreamedPut, startPut } from './streamed-put.ts';

const MOST_PARTS = 10_000;
const MIB = 1024 ** 2;

/** An upload in parts, one after the other, each a streamed presigned PUT. Nothing is an object before the completion. */
export async function openMultipart(connection: Connection, object: NewObject): Promise<ObjectSink> {
  const { bucket, key } = object;
  const what: StoreAct = { act: 'write', bucket, key };
  const headers = { 'content-type': 'application/octet-stream', ...metadataHeaders(object.metadata) };
  const uploadId = await calling(what, () =>
    connection.client.initiateNewMultipartUpload(bucket, key, headers),
  );
  const parts = new PartWriter(connection, object, uploadId);
  let completed = false;
  return {
    write: (bytes) => parts.write(bytes),
    async complete() {
      const etags = await parts.finish();
      const result = await completeUpload(connection, what, uploadId, etags, { 'if-none-match': '*' });
      completed = result !== 'exists';
      if (result === 'exists') await abortUpload(connection, object, uploadId);
      return result;
    },
    async abort(rest) {
      if (completed) return;
      if (rest) await parts.write(rest);
      else parts.abort();
      await calling(what, () => abortUpload(connection, object, uploadId));
    },
  };
}

/** Cuts the stream into parts at exact sizes. */
class PartWriter {
  readonly #connection: Connection;
  readonly #object: NewObject;
  readonly #uploadId: string;
  readonly #partBytes: number;
  readonly #etags: string[] = [];
  #current: { put: StreamedPut; left: number } | undefined;
  #started = 0;

  constructor(connection: Connection, object: NewObject, uploadId: string) {
    this.#connection = connection;
    this.#object = object;
    this.#uploadId = uploadId;
    this.#partBytes = Math.max(
      connection.config.partBytes,
      Math.ceil(object.sizeBytes / MOST_PARTS / MIB) * MIB,
    );
  }

  async write(bytes: Uint8Array): Promise<void> {
    let rest = bytes;
    while (rest.byteLength > 0) {
      this.#current ??= this.#startPart();
      const now = rest.subarray(0, this.#current.left);
      await this.#current.put.write(now);
      this.#current.left -= now.byteLength;
      rest = rest.subarray(now.byteLength);
      if (this.#current.left === 0) await this.#endPart();
    }
  }

  async finish(): Promise<string[]> {
    if (this.#current)
      throw new Error(
        `part ${this.#etags.length + 1} of ${this.#object.key} lacks ${this.#current.left} bytes`,
      );
    return this.#etags;
  }

  abort(): void {
    this.#current?.put.abort();
  }

  #startPart(): { put: StreamedPut; left: number } {
    const { bucket, key, signal } = this.#object;
    const sizeBytes = Math.min(this.#partBytes, this.#object.sizeBytes - this.#started);
    this.#started += sizeBytes;
    const query = { partNumber: String(this.#etags.length + 1), uploadId: this.#uploadId };
    const url = presign(this.#connection, { method: 'PUT', bucket, key, query });
    return {
      put: startPut(this.#connection, { url, headers: {}, sizeBytes, signal, bucket, key }),
      left: sizeBytes,
    };
  }

  async #endPart(): Promise<void> {
    const { bucket, key } = this.#object;
    const answer = await this.#current!.put.finish();
    if (answer.status !== 200) throw answerFailure(answer.status, answer.body, { act: 'write', bucket, key });
    this.#etags.push(unquoted(answer.headers.etag));
    this.#current = undefined;
  }
}

/** Makes the object of its parts. The client's own completion cannot carry If-None-Match. A server may answer 200 and put an error in the body. */
export async function completeUpload(
  connection: Connection,
  what: StoreAct,
  uploadId: string,
  etags: string[],
  headers: Record<string, string>,
): Promise<{ etag: string; versionId: string | null } | 'exists'> {
  const parts = etags
    .map((etag, i) => `<Part><PartNumber>${i + 1}</PartNumber><ETag>"${etag}"</ETag></Part>`)
    .join('');
  const xml = `<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${parts}</CompleteMultipartUpload>`;
  const request = {
    method: 'POST',
    bucketName: what.bucket,
    objectName: what.key!,
    query: `uploadId=${encodeURIComponent(uploadId)}`,
    headers,
  };
  const response = await calling(what, () => connection.client.makeRequestAsync(request, xml, [200, 412]));
  const pieces: Buffer[] = [];
  for await (const piece of response) pieces.push(piece as Buffer);
  const body = Buffer.concat(pieces).toString();
  if (response.statusCode === 412 || /<Code>PreconditionFailed<\/Code>/.test(body)) return 'exists';
  const etag = /<ETag>(.*?)<\/ETag>/.exec(body)?.[1]?.replaceAll('&#34;', '').replaceAll('&quot;', '');
  if (etag === undefined) throw answerFailure(500, body, what);
  return { etag: unquoted(etag), versionId: versionOf(response.headers['x-amz-version-id']) };
}

/** Drops the parts of an upload; one that is gone already needs no abort. */
export async function abortUpload(
  connection: Connection,
  object: { bucket: string; key: string },
  uploadId: string,
): Promise<void> {
  await connection.client
    .abortMultipartUpload(object.bucket, object.key, uploadId)
    .catch((error: unknown) => {
      if ((error as { code?: unknown }).code !== 'NoSuchUpload') throw error;
    });
}
