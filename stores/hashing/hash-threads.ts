import { Worker } from 'node:worker_threads';
import type { FileResult, FromHashThread, ToHashThread } from './hash-thread.d.mts';

/** Threads that hash; made when first asked for, ended together. */
export type HashThreads = {
  /** Makes a thread ahead of its first message. */
  start(thread: number): void;
  /** Gives one thread one message; the promise ends with its last answer. */
  ask(
    thread: number,
    message: ToHashThread,
    heard: (index: number, result: FileResult) => void,
  ): Promise<void>;
  /** Ends all; nothing waits for them. */
  end(): void;
};

/** A set of hashing threads, none of which runs yet. */
export function hashThreads(): HashThreads {
  const workers = new Map<number, Worker>();
  const workerAt = (thread: number): Worker => {
    const known = workers.get(thread);
    if (known !== undefined) return known;
    const made = new Worker(new URL('./hash-thread.mjs', import.meta.url), {
      workerData: 'rushes-hash-thread',
    });
    workers.set(thread, made);
    return made;
  };
  return {
    start: (thread) => void workerAt(thread),
    ask(thread, message, heard) {
      const worker = workerAt(thread);
      return new Promise((resolve, reject) => {
        const onMessage = ({ results, done }: FromHashThread) => {
          for (const [index, result] of results) heard(index, result);
          if (!done) return;
          worker.off('message', onMessage);
          worker.off('error', reject);
          resolve();
        };
        worker.on('message', onMessage);
        worker.on('error', reject);
        worker.postMessage(message);
      });
    },
    end() {
      for (const worker of workers.values()) {
        worker.unref();
        void worker.terminate();
      }
    },
  };
}
