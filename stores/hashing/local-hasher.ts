import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { HashOrder } from '../../standards/mhl/plan-hashing.ts';
import type { Observation } from '../../standards/mhl/verdict.ts';
import type { FileOrder, FileResult, FromHashThread, ToHashThread } from './hash-messages.ts';
import { makeRing } from './shared-ring.ts';
import { splitFormats } from './split-formats.ts';

/** Hears the result of one file as soon as it is known; paths come in no particular order. */
export type ObservationListener = (path: string, observation: Observation) => void;

/** Small files travel in batches, or the messages cost more than the hashing. */
const BATCH_BYTES = 16 << 20;
const BATCH_FILES = 64;
/** From this size on it pays to hash one file on several threads. */
const SHARED_FILE_BYTES = 8 << 20;

type Thread = { worker: Worker; answer: ((results: FileResult[]) => void) | null; fail: ((error: Error) => void) | null };

/**
 * Hashes local files, each read once, on threads of their own: many files at a time, or one large file with its formats shared among threads.
 * @param options.folder to which the paths of the orders are relative
 * @param options.hasherModule address of a module that exports `createHasher`
 * @param options.threads @default all processors, at most 8: more only wait for the disk
 */
export async function hashLocalFiles(
  orders: readonly HashOrder[],
  heard: ObservationListener,
  options: { folder: string; hasherModule: string; threads?: number | undefined; signal?: AbortSignal | undefined },
): Promise<void> {
  const wanted = options.threads ?? Math.min(8, availableParallelism());
  const queue = batches(orders);
  const busiest = Math.max(queue.length, ...orders.slice(0, 1000).map(({ formats }) => formats.length));
  const idle = Array.from({ length: Math.max(1, Math.min(wanted, busiest)) }, () => startThread(options.hasherModule));
  const all = [...idle];
  const running = new Set<Promise<void>>();
  try {
    while (queue.length > 0 || running.size > 0) {
      options.signal?.throwIfAborted();
      if (queue.length > 0 && idle.length > 0) {
        const batch = queue.shift()!;
        const shares = queue.length === 0 && running.size === 0 ? sharesOf(batch, idle.length) : null;
        const threads = idle.splice(0, shares?.length ?? 1);
        const job = (shares === null ? hashBatch(threads[0]!, batch, options.folder, heard) : hashShared(threads, batch[0]!, shares, options.folder, heard)).then(() => {
          idle.push(...threads);
          running.delete(job);
        });
        running.add(job);
      } else await Promise.race(running);
    }
  } finally {
    await Promise.all(all.map(({ worker }) => worker.terminate()));
  }
}

// Large files first, so that no thread is left alone with one at the end.
function batches(orders: readonly HashOrder[]): HashOrder[][] {
  const result: HashOrder[][] = [];
  let bytes = 0;
  for (const order of [...orders].sort((a, b) => b.sizeBytes - a.sizeBytes)) {
    const last = result.at(-1);
    if (last === undefined || last.length >= BATCH_FILES || bytes + order.sizeBytes > BATCH_BYTES) {
      result.push([order]);
      bytes = order.sizeBytes;
    } else {
      last.push(order);
      bytes += order.sizeBytes;
    }
  }
  return result;
}

function sharesOf(batch: readonly HashOrder[], threads: number): string[][] | null {
  const [order] = batch;
  if (batch.length !== 1 || order === undefined || order.sizeBytes < SHARED_FILE_BYTES) return null;
  const shares = splitFormats(order.formats, threads);
  return shares.length > 1 ? shares : null;
}

async function hashBatch(thread: Thread, batch: readonly HashOrder[], folder: string, heard: ObservationListener): Promise<void> {
  const orders = batch.map(({ path, formats }): FileOrder => ({ file: join(folder, path), formats }));
  const results = await ask(thread, { type: 'files', id: 0, orders });
  for (const [index, result] of results.entries()) heard(batch[index]!.path, result);
}

async function hashShared(
  threads: readonly Thread[],
  order: HashOrder,
  shares: readonly string[][],
  folder: string,
  heard: ObservationListener,
): Promise<void> {
  const ring = makeRing(threads.length - 1);
  const file = join(folder, order.path);
  const answers = await Promise.all(
    threads.map((thread, index) => {
      const formats = shares[index]!;
      if (index === 0) return ask(thread, { type: 'lead', id: 0, order: { file, formats }, ring });
      return ask(thread, { type: 'follow', id: 0, formats, ring, follower: index - 1 });
    }),
  );
  const results = answers.map(([result]) => result!);
  // The leader, who reads, knows the reason.
  const failed = results.find((result) => 'error' in result);
  if (failed !== undefined) return heard(order.path, failed);
  heard(order.path, { digests: Object.assign({}, ...results.map((result) => ('digests' in result ? result.digests : {}))) });
}

function startThread(hasherModule: string): Thread {
  const worker = new Worker(new URL('./hash-thread.ts', import.meta.url), { workerData: { hasherModule } });
  const thread: Thread = { worker, answer: null, fail: null };
  worker.on('message', ({ results }: FromHashThread) => thread.answer?.(results));
  worker.on('error', (error: Error) => thread.fail?.(error));
  return thread;
}

function ask(thread: Thread, message: ToHashThread): Promise<FileResult[]> {
  return new Promise((resolve, reject) => {
    thread.answer = resolve;
    thread.fail = reject;
    thread.worker.postMessage(message);
  });
}
