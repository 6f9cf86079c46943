import { join } from 'node:path';
import type { HashAlgorithm } from '../../standards/hash/hasher.ts';
import type { HashOrder } from '../../standards/mhl/plan-hashing.ts';
import type { Observation } from '../../standards/mhl/verdict.ts';
import { type FileResult, takeFiles } from './hash-thread.mjs';
import type { HashThreads } from './hash-threads.ts';
import { type HasherProcess, isForProcess } from './hasher-process.ts';
import { toObservation } from './to-observation.ts';

/** Larger files are read when it is known in which formats: reading one for nothing costs more than a head start brings. */
const SMALL_FILE_BYTES = 4 << 20;
/** Fewer files are hashed before a thread has started. */
const WORTH_FROM_FILES = 400;

/** Hashing of many small files that began before the manifests were read. */
export type HeadStart = {
  /** Helps to finish, and gives every result by path, in the formats that were guessed. */
  join(): Promise<Map<string, Observation>>;
};

/**
 * Lets the other threads, or the process beside this one, begin with the small files while this one reads manifests: with thousands of files that takes as long as hashing them.
 * The formats are a guess; files for which it was wrong are hashed again later.
 * @param files of the tree; what is no content may be among them
 * @returns null where it is not worth it
 */
export function startAhead(
  files: readonly { path: string; sizeBytes: number }[],
  formats: HashAlgorithm[],
  options: { folder: string; threads: HashThreads; others: number; hasher?: HasherProcess | undefined },
): HeadStart | null {
  const small = files.filter(({ sizeBytes }) => sizeBytes <= SMALL_FILE_BYTES);
  if (small.length < WORTH_FROM_FILES || formats.length === 0 || options.others < 1) return null;
  if (options.hasher !== undefined && isForProcess(formats))
    return inProcess(options.folder, small, formats, options.hasher);
  const orders = small.map(({ path }) => ({ file: join(options.folder, path), formats }));
  const next = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  const results: FileResult[] = [];
  const heard = (index: number, result: FileResult) => {
    results[index] = result;
  };
  const asked = Array.from({ length: options.others }, (_, thread) =>
    options.threads.ask(thread, { type: 'files', orders, next }, heard),
  );
  const ended = Promise.all(asked);
  // Whoever never joins, because the manifests could not be read, hears of it elsewhere.
  ended.catch(() => undefined);
  return {
    async join() {
      takeFiles(orders, next, heard);
      await ended;
      return new Map(small.map(({ path }, index) => [path, toObservation(formats, results[index]!)]));
    },
  };
}

function inProcess(
  folder: string,
  files: readonly { path: string }[],
  formats: HashAlgorithm[],
  hasher: HasherProcess,
): HeadStart {
  const observations = new Map<string, Observation>();
  const orders = files.map(({ path }) => ({ path, formats }));
  const ended = hasher.hash(folder, orders, (index, observation) =>
    observations.set(orders[index]!.path, observation),
  );
  ended.catch(() => undefined);
  return {
    async join() {
      await ended;
      return observations;
    },
  };
}

/**
 * Tells the results that are there already and gives the orders that are still to be hashed.
 * @param early loses what it told: of many files nothing is kept twice
 */
export function settle(
  orders: readonly HashOrder[],
  early: Map<string, Observation>,
  heard: (path: string, observation: Observation) => void,
): HashOrder[] {
  return orders.filter((order) => {
    const found = early.get(order.path);
    early.delete(order.path);
    if (found === undefined) return true;
    if ('error' in found) {
      heard(order.path, found);
      return false;
    }
    if (order.formats.some((format) => found.digests[format] === undefined)) return true;
    const isExact = Object.keys(found.digests).length === order.formats.length;
    const digests = order.formats.map((format) => [format, found.digests[format]] as const);
    heard(order.path, isExact ? found : { digests: Object.fromEntries(digests) });
    return false;
  });
}
