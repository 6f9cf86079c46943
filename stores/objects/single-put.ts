import { type Connection, presign } from './connection.ts';
import { metadataHeaders, type NewObject, type ObjectSink } from './object-sink.ts';
import { answerFailure } from './store-failure.ts';
import { type StreamedPut, startPut } from './streamed-put.ts';

/** One streamed PUT with If-None-Match: the object appears with its last byte, or never. */
export async function openSinglePut(connection: Connection, object: NewObject): Promise<ObjectSink> {
  const { bucket, key } = object;
  const headers = {
    'if-none-match': '*',
    'content-type': 'application/octet-stream',
    ...metadataHeaders(object.metadata),
  };
  let put: StreamedPut | undefined;
  // Not before the first byte: a file that fits in the piece held back never opens a request that it may not finish.
  const started = (): StreamedPut => {
    put ??= startPut(connection, {
      url: presign(connection, { method: 'PUT', bucket, key, headers }),
      headers,
      sizeBytes: object.sizeBytes,
      signal: object.signal,
      bucket,
      key,
    });
    return put;
  };
  return {
    write: (bytes) => started().write(bytes),
    async complete() {
      const answer = await started().finish();
      if (answer.status === 412) return 'exists';
      if (answer.status !== 200)
        throw answerFailure(answer.status, answer.body, { act: 'write', bucket, key });
      return {
        etag: unquoted(answer.headers.etag),
        versionId: versionOf(answer.headers['x-amz-version-id']),
      };
    },
    async abort() {
      put?.abort();
    },
  };
}

/** An entity tag without its quotes. */
export function unquoted(etag: string | undefined): string {
  return (etag ?? '').replaceAll('"', '');
}

/** A version id; servers say `null` or nothing where a bucket has no versions. */
export function versionOf(header: string | string[] | undefined): string | null {
  return typeof header === 'string' && header !== 'null' && header !== '' ? header : null;
}
