import type { HashFormat } from '../../schemas/hash.ts';
import { builtProgram } from '../../setup/native-programs.mjs';
import { type ExamineOptions, hashThroughTree } from '../../standards/mhl/examine-tree.ts';
import { isInHistoryFolder } from '../../standards/mhl/known-tree.ts';
import type { Tree, TreeEntry } from '../../standards/mhl/tree.ts';
import type { Observation } from '../../standards/mhl/verdict.ts';
import { canHashLocally, hashLocalFiles, threadsFor } from '../../stores/hashing/hash-local-files.ts';
import { hashThreads } from '../../stores/hashing/hash-threads.ts';
import { type HasherProcess, hasherProcess, isForProcess } from '../../stores/hashing/hasher-process.ts';
import { type HeadStart, startAhead } from '../../stores/hashing/head-start.ts';
import { onlyAsListed } from '../../stores/hashing/only-as-listed.ts';
import { growInSmallSteps } from '../../stores/heap-steps.ts';
import type { MhlOutput } from '../mhl.ts';
import { likelyFormats } from './likely-formats.ts';

/** More threads than any disk can keep busy. */
const MOST_THREADS = 64;

/** How the files of a local folder are hashed. */
export type LocalHashing = Pick<ExamineOptions, 'hashFiles' | 'onListed'>;

/** Hears how many files are hashed, of how many. */
export type HashProgress = (done: number, all: number) => void;

/**
 * Progress on one line of a terminal, a few times a second; nothing where a program reads along.
 * @param io to whose error stream it goes
 */
export function terminalProgress(io: MhlOutput, isTerminal: boolean): HashProgress | undefined {
  if (!isTerminal) return undefined;
  let lastAt = performance.now();
  return (done, all) => {
    const now = performance.now();
    if (now - lastAt < 250) return;
    lastAt = now;
    io.stderr(`\r${done} of ${all} files \r`);
  };
}

/**
 * Lends out hashing for a folder: by the program that set-up built and on threads, where there is much to do; started while the manifests are read
 * and ended with the work.
 * @param values `--threads`, default as many as pay, and `--format`, in which every file will be hashed
 */
export async function withLocalHashing<T>(
  folder: string,
  tree: Tree,
  values: { threads?: string | undefined; formats?: readonly HashFormat[] | undefined },
  work: (hashing: LocalHashing) => Promise<T>,
  progress: HashProgress = () => undefined,
): Promise<T> {
  if (!canHashLocally) return work({ hashFiles: hashThroughTree(tree) });
  const threads = hashThreads();
  const wanted =
    values.threads === undefined
      ? undefined
      : Math.min(MOST_THREADS, Math.max(1, Math.floor(Number(values.threads)) || 1));
  let headStart: HeadStart | null = null;
  let hasher: HasherProcess | undefined;
  const onListed = (listing: readonly TreeEntry[]) => {
    growInSmallSteps(listing.length);
    const count = wanted ?? threadsFor(listing);
    if (count === 1 && wanted === undefined) return;
    const program = builtProgram('hash-files');
    if (program !== null) hasher = hasherProcess(program, count);
    const files = listing.filter(({ path, kind }) => kind === 'file' && !isInHistoryFolder(path));
    const formats = [...new Set([...(values.formats ?? []), ...likelyFormats(folder, listing)])];
    if (hasher !== undefined && isForProcess(formats)) hasher.start();
    else for (let thread = 0; thread < count - 1; thread += 1) threads.start(thread);
    headStart = startAhead(files, formats, { folder, threads, others: count - 1, hasher });
  };
  const hashFiles: ExamineOptions['hashFiles'] = (orders, heard) => {
    let done = 0;
    const tell = (path: string, observation: Observation) => {
      done += 1;
      progress(done, orders.length);
      heard(path, observation);
    };
    const asListed = values.formats === undefined ? tell : onlyAsListed(folder, orders, tell);
    const begun = headStart;
    headStart = null;
    return hashLocalFiles(orders, asListed, { folder, count: wanted, threads, hasher, headStart: begun });
  };
  try {
    return await work({ onListed, hashFiles });
  } finally {
    threads.end();
    hasher?.end();
  }
}
