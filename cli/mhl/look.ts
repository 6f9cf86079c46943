import { type ExamineOptions, hashThroughTree } from '../../standards/mhl/examine-tree.ts';
import type { Tree } from '../../standards/mhl/tree.ts';
import { canHashLocally, hashLocalFiles, threadsFor } from '../../stores/hashing/hash-local-files.ts';
import { hashThreads } from '../../stores/hashing/hash-threads.ts';

/** How the files of a local folder are hashed. */
export type LocalHashing = Pick<ExamineOptions, 'hashFiles' | 'onListed'>;

/**
 * Lends out hashing for a folder: on threads where there is much to do, started while the manifests are read and ended with the work.
 * @param given `--threads`; default as many as pay
 */
export async function withLocalHashing<T>(
  folder: string,
  tree: Tree,
  given: string | undefined,
  work: (hashing: LocalHashing) => Promise<T>,
): Promise<T> {
  if (!canHashLocally) return work({ hashFiles: hashThroughTree(tree) });
  const threads = hashThreads();
  const wanted = given === undefined ? undefined : Math.max(1, Math.floor(Number(given)) || 1);
  try {
    return await work({
      onListed(listing) {
        const count = wanted ?? threadsFor(listing);
        for (let thread = 0; thread < count - 1; thread += 1) threads.start(thread);
      },
      hashFiles: (orders, heard) => hashLocalFiles(orders, heard, { folder, count: wanted, threads }),
    });
  } finally {
    threads.end();
  }
}
