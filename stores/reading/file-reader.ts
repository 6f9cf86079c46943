import { availableParallelism } from 'node:os';
import type { Digests, HashAlgorithm } from '../../schemas/hash.ts';
import { type OpenRead, readOn } from './open-read.ts';
import { ReadingThread } from './reading-thread.ts';

/** What hashing one file gave. */
export type HashedFile = { sizeBytes: number; digests: Digests };

/** Reads and hashes local files on threads of its own, so that the process stays free to answer heartbeats. */
export type FileReader = {
  /** Opens a file and delivers its bytes once, hashed on the way. Every piece must be released, or the signal aborted. */
  read(
    path: string,
    options: { formats: readonly HashAlgorithm[]; signal?: AbortSignal | undefined },
  ): Promise<OpenRead>;
  /** Hashes a file whole; `progress` gets the bytes read so far. @throws PipelineError not-found, unreadable, source-changed */
  hash(
    path: string,
    options: {
      formats: readonly HashAlgorithm[];
      signal?: AbortSignal | undefined;
      progress?: ((bytes: number) => void) | undefined;
    },
  ): Promise<HashedFile>;
  close(): Promise<void>;
};

/**
 * A reader with its threads, started on first use.
 * @param options.threads @default half the processors, at least one
 */
export function createFileReader(options: { threads?: number } = {}): FileReader {
  const wanted = options.threads ?? Math.max(1, Math.floor(availableParallelism() / 2));
  let threads: ReadingThread[] = [];
  const leastBusy = (): ReadingThread => {
    threads = threads.filter((thread) => !thread.isDead);
    const idle = threads.find((thread) => thread.jobCount === 0);
    if (idle) return idle;
    if (threads.length < wanted) threads.push(new ReadingThread());
    return threads.reduce((a, b) => (b.jobCount < a.jobCount ? b : a));
  };
  return {
    read: (path, { formats, signal }) => readOn(leastBusy(), path, formats, true, signal),
    async hash(path, { formats, signal, progress }) {
      const read = await readOn(leastBusy(), path, formats, false, signal, progress);
      return { sizeBytes: read.sizeBytes, digests: await read.digests };
    },
    async close() {
      await Promise.all(threads.splice(0).map((thread) => thread.terminate()));
    },
  };
}
