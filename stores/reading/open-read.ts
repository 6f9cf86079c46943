import { PipelineError } from '../../schemas/failure.ts';
import type { Digests, HashAlgorithm } from '../../schemas/hash.ts';
import type { ReadingThread } from './reading-thread.ts';
import type { FromThread } from './thread-messages.ts';

/** A piece of a file. The bytes are valid until `release`, which lets the thread read on. */
export type Chunk = { bytes: Uint8Array; release(): void };

/** A file being read once. `digests` is there when the last byte was read and the file proved unchanged. */
export type OpenRead = {
  sizeBytes: number;
  chunks: AsyncIterable<Chunk>;
  digests: Promise<Digests>;
  /** Stops reading; harmless after the end. */
  cancel(): void;
};

/**
 * Reads a file on a thread.
 * @throws PipelineError not-found, unreadable, source-changed; AbortError
 */
export function readOn(
  thread: ReadingThread,
  path: string,
  formats: readonly HashAlgorithm[],
  deliver: boolean,
  signal?: AbortSignal,
  progress?: (bytes: number) => void,
): Promise<OpenRead> {
  signal?.throwIfAborted();
  const opened = Promise.withResolvers<OpenRead>();
  const digests = Promise.withResolvers<Digests>();
  // Whoever stops early never looks at the digests.
  digests.promise.catch(() => undefined);
  const queue = new ChunkQueue();
  const over = (error: unknown): void => {
    signal?.removeEventListener('abort', onAbort);
    thread.end(id);
    opened.reject(error);
    digests.reject(error);
    queue.fail(error);
  };
  const stop = (error: unknown): void => {
    thread.send({ type: 'cancel', id });
    over(error);
  };
  const onAbort = (): void => stop(signal!.reason);
  const onMessage = (message: FromThread): void => {
    switch (message.type) {
      case 'opened':
        opened.resolve({
          sizeBytes: message.sizeBytes,
          chunks: queue,
          digests: digests.promise,
          cancel: () => stop(new Error('reading was stopped')),
        });
        break;
      case 'progress':
        progress?.(message.bytes);
        break;
      case 'chunk':
        queue.push(chunkOf(thread, message));
        break;
      case 'failed':
        over(failureOf(path, message));
        break;
      case 'done':
        digests.resolve(message.digests);
        queue.end();
        over(undefined);
    }
  };
  const id = thread.start({ onMessage, onDeath: over });
  signal?.addEventListener('abort', onAbort, { once: true });
  thread.send({ type: 'open', id, path, formats: [...formats], deliver });
  return opened.promise;
}

function chunkOf(
  thread: ReadingThread,
  { id, buffer, length }: Extract<FromThread, { type: 'chunk' }>,
): Chunk {
  return {
    bytes: new Uint8Array(buffer, 0, length),
    release: () => thread.send({ type: 'credit', id, buffer }),
  };
}

/** Pieces in order, for one consumer. What arrived before a failure is not handed out after it. */
class ChunkQueue implements AsyncIterable<Chunk> {
  readonly #ready: Chunk[] = [];
  #finished = false;
  #error: { reason: unknown } | undefined;
  #wake: (() => void) | undefined;

  push(chunk: Chunk): void {
    this.#ready.push(chunk);
    this.#wake?.();
  }

  end(): void {
    this.#finished = true;
    this.#wake?.();
  }

  fail(reason: unknown): void {
    if (!this.#finished) this.#error = { reason };
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Chunk> {
    for (;;) {
      if (this.#error) throw this.#error.reason;
      const chunk = this.#ready.shift();
      if (chunk) yield chunk;
      else if (this.#finished) return;
      else
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
    }
  }
}

function failureOf(path: string, message: Extract<FromThread, { type: 'failed' }>): Error {
  const facts = { path, errno: message.errno };
  if (message.reason === 'bug') return new Error(`reading ${path}: ${message.message}`);
  if (message.reason === 'changed')
    return new PipelineError(
      'source-changed',
      `${path} changed while it was read: ${message.message}`,
      facts,
    );
  if (message.errno === 'ENOENT' || message.errno === 'ENOTDIR')
    return new PipelineError('not-found', `there is no file ${path}`, facts);
  return new PipelineError('unreadable', `${path} cannot be read: ${message.message}`, facts);
}
