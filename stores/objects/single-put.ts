import { ChunkedBody, framedLength } from './chunked-body.ts';
import { type Connection, signedRequest } from './connection.ts';
import { metadataHeaders, type NewObject, type ObjectSink } from './object-sink.ts';
import { answerFailure } from './store-failure.ts';
import { type StreamedPut, startPut } from './streamed-put.ts';

/**
 * One streamed PUT with If-None-Match: the object appears with its last byte, or never. The body is framed and ends in a
 * CRC-32 that the server checks, because with a plain body some servers keep what arrived before the connection was cut
 * (versitygw 1.8.0 does), and a killed worker cuts connections.
 */
export async function openSinglePut(connection: Connection, object: NewObject): Promise<ObjectSink> {
  const { bucket, key, sizeBytes, signal } = object;
  let put: StreamedPut | undefined;
  const body = new ChunkedBody(sizeBytes);
  // Not before the first byte: a file that fits in the piece held back never opens a request that it may not finish.
  const started = (): StreamedPut => {
    if (put) return put;
    const headers = {
      'if-none-match': '*',
      'content-type': 'application/octet-stream',
      'x-amz-decoded-content-length': String(sizeBytes),
      'x-amz-trailer': 'x-amz-checksum-crc32',
      ...metadataHeaders(object.metadata),
    };
    const request = signedRequest(connection, {
      method: 'PUT',
      bucket,
      key,
      headers,
      payload: 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
    });
    put = startPut(connection, { ...request, sizeBytes: framedLength(sizeBytes), signal, bucket, key });
    return put;
  };
  return {
    async write(bytes) {
      for (const piece of body.frames(bytes)) await started().write(piece);
    },
    async complete() {
      await started().write(body.end());
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
