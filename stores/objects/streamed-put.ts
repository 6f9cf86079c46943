import type http from 'node:http';
import { PipelineError } from '../../schemas/failure.ts';
import type { Connection } from './connection.ts';
import { storeFailure } from './store-failure.ts';

/** The server's answer to a PUT. */
export type PutAnswer = { status: number; headers: http.IncomingHttpHeaders; body: string };

/** A PUT in flight. Exactly `sizeBytes` must be written before `finish`. */
export type StreamedPut = {
  /** Resolves when the bytes are handed to the network and the buffer may be used again, or when the server has answered already. */
  write(chunk: Uint8Array): Promise<void>;
  /** The answer; after a refusal (412, 403) it comes although not all was sent. */
  finish(): Promise<PutAnswer>;
  /** Cuts the connection: the server then has fewer bytes than announced and keeps nothing. */
  abort(): void;
};

/**
 * Starts a PUT to a presigned URL whose body arrives in pieces.
 * @throws PipelineError service-away, from `write` or `finish`
 */
export function startPut(
  connection: Connection,
  target: {
    url: string;
    headers: Record<string, string>;
    sizeBytes: number;
    signal?: AbortSignal | undefined;
    bucket: string;
    key: string;
  },
): StreamedPut {
  const request = connection.request(target.url, {
    method: 'PUT',
    agent: connection.agent,
    headers: { ...target.headers, 'content-length': target.sizeBytes },
    ...(target.signal ? { signal: target.signal } : {}),
  });
  request.setTimeout(connection.config.idleTimeoutMs, () => {
    request.destroy(
      new PipelineError(
        'service-away',
        `no byte moved for ${connection.config.idleTimeoutMs} ms while writing ${target.bucket}/${target.key}`,
      ),
    );
  });
  const failed = (error: unknown) =>
    storeFailure(error, { act: 'write', bucket: target.bucket, key: target.key });
  const answer = answerOf(request, failed);
  const answered = answer.then(() => undefined);
  // The answer is awaited by whoever writes or finishes; an abort on purpose leaves nobody to await it.
  answered.catch(() => undefined);
  return {
    write: (chunk) => Promise.race([flushed(request, chunk).catch(() => answered), answered]),
    finish: async () => {
      request.end();
      return answer;
    },
    abort: () => void request.destroy(),
  };
}

/** A broken pipe is not the reason: the answer, or the request's own error, says why the server hung up. */
function flushed(request: http.ClientRequest, chunk: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    request.write(chunk, (error) => (error ? reject(error) : resolve()));
  });
}

function answerOf(request: http.ClientRequest, failed: (error: unknown) => unknown): Promise<PutAnswer> {
  return new Promise((resolve, reject) => {
    request.once('error', (error) => reject(failed(error)));
    request.once('response', (response) => {
      const pieces: Buffer[] = [];
      response.on('data', (piece: Buffer) => pieces.push(piece));
      response.once('error', (error) => reject(failed(error)));
      response.once('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(pieces).toString(),
        }),
      );
    });
  });
}
