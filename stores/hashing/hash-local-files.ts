import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { ComputedDigests, HashAlgorithm } from '../../standards/hash/hasher.ts';
import { xxhashImplementation } from '../../standards/hash/xxhash.ts';
import type { HashOrder } from '../../standards/mhl/plan-hashing.ts';
import type { Observation } from '../../standards/mhl/verdict.ts';
import { type FileResult, leadRing, makeRing, takeFiles } from './hash-thread.mjs';
import { type HashThreads, hashThreads } from './hash-threads.ts';
import { type HasherProcess, isForProcess } from './hasher-process.ts';
import { type HeadStart, settle } from './head-start.ts';
import { splitFormats } from './split-formats.ts';
import { textOf, toObservation } from './to-observation.ts';

/** Below this, starting a thread takes longer than hashing. */
const THREADS_FROM_BYTES = 64 << 20;
const THREADS_FROM_FILES = 800;
/** From this size on it pays to share one file among threads. */
const SHARED_FROM_BYTES = 8 << 20;
/** Orders handed to a thread at once; more would only be copied and lie in memory. */
const ORDERS_AT_ONCE = 20_000;

/** Hears the result of one file as soon as it is known. */
export type ObservationListener = (path: string, observation: Observation) => void;

/** Whether `hashLocalFiles` can work here: its threads need the native addon. */
export const canHashLocally = xxhashImplementation === 'native';

/**
 * Hashes local files for a command line, each read once, on this thread and others: many files at a time, or few large ones with their formats
 * shared among threads. This thread is busy meanwhile; a worker that must answer heartbeats uses `stores/reading`.
 * @param options.folder to which the paths of the orders are relative
 * @param options.count threads, this one included; default all processors, at most 8: more only wait for the disk
 * @param options.threads started already, to be ended by the caller; default own ones
 * @param options.hasher takes what it knows the formats of; not started by so little that one thread is enough
 * @param options.headStart what threads or hasher have begun with
 */
export async function hashLocalFiles(
  orders: readonly HashOrder[],
  heard: ObservationListener,
  options: {
    folder: string;
    count?: number | undefined;
    threads?: HashThreads | undefined;
    hasher?: HasherProcess | undefined;
    headStart?: HeadStart | null | undefined;
  },
): Promise<void> {
  const count = options.count ?? threadsFor(orders);
  const threads = options.threads ?? hashThreads();
  const early = (await options.headStart?.join()) ?? new Map<string, Observation>();
  // Large files first, so that no thread is left alone with one at the end.
  const open = settle(orders, early, heard).sort((a, b) => b.sizeBytes - a.sizeBytes);
  const hasher = count > 1 || options.count !== undefined ? options.hasher : undefined;
  const theirs = hasher === undefined ? [] : open.filter(({ formats }) => isForProcess(formats));
  const ours = theirs.length === 0 ? open : open.filter(({ formats }) => !isForProcess(formats));
  const onThreads = (some: readonly HashOrder[]) =>
    hashOnThreads(some, heard, { folder: options.folder, count, threads });
  try {
    const beside = hasher?.hash(options.folder, theirs, (index, one) => heard(theirs[index]!.path, one));
    // Its failure is looked at below; until then it is no unheard one.
    beside?.catch(() => undefined);
    await onThreads(ours);
    if ((await beside) === false) await onThreads(theirs);
  } finally {
    if (options.threads === undefined) threads.end();
  }
}

async function hashOnThreads(
  sorted: readonly HashOrder[],
  heard: ObservationListener,
  { folder, count, threads }: { folder: string; count: number; threads: HashThreads },
): Promise<void> {
  const toOrder = ({ path, formats }: HashOrder) => ({ file: join(folder, path), formats });
  const shared = sharedOrders(sorted, count);
  for (const order of shared)
    heard(order.path, await hashShared(toOrder(order).file, order.formats, count, threads));
  for (let from = shared.length; from < sorted.length; from += ORDERS_AT_ONCE) {
    const part = sorted.slice(from, from + ORDERS_AT_ONCE);
    await hashTogether(part.map(toOrder), count, threads, (index, result) =>
      heard(part[index]!.path, toObservation(part[index]!.formats, result)),
    );
  }
}

async function hashTogether(
  orders: { file: string; formats: HashAlgorithm[] }[],
  count: number,
  threads: HashThreads,
  heard: (index: number, result: FileResult) => void,
): Promise<void> {
  const next = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  const others = Math.min(count, orders.length) - 1;
  const asked = Array.from({ length: others }, (_, thread) =>
    threads.ask(thread, { type: 'files', orders, next }, heard),
  );
  takeFiles(orders, next, heard);
  await Promise.all(asked);
}

async function hashShared(
  file: string,
  formats: HashAlgorithm[],
  count: number,
  threads: HashThreads,
): Promise<Observation> {
  const [own = [], ...others] = splitFormats(formats, count);
  const ring = makeRing(others.length);
  const digests: ComputedDigests = {};
  const followed = others.map((share, follower) =>
    threads.ask(follower, { type: 'follow', formats: share, ring, follower }, (_index, result) => {
      if ('raw' in result) Object.assign(digests, textOf(share, result.raw));
    }),
  );
  const result = leadRing({ file, formats: own }, ring);
  await Promise.all(followed);
  return 'error' in result ? result : { digests: Object.assign(digests, textOf(own, result.raw)) };
}

/** How many threads pay for so much to hash, the calling one included. */
export function threadsFor(orders: readonly { sizeBytes: number }[]): number {
  const bytes = orders.reduce((sum, order) => sum + order.sizeBytes, 0);
  const isLittle = bytes < THREADS_FROM_BYTES && orders.length < THREADS_FROM_FILES;
  return isLittle ? 1 : Math.min(8, availableParallelism());
}

// With at least as many large files as threads, each thread has one of its own and nothing is gained by sharing.
function sharedOrders(sorted: readonly HashOrder[], count: number): HashOrder[] {
  const large = sorted.filter(({ sizeBytes }) => sizeBytes >= SHARED_FROM_BYTES);
  if (count < 2 || large.length >= count) return [];
  return large.every(({ formats }) => splitFormats(formats, count).length > 1) ? large : [];
}
