import type { HashFiles } from '../../standards/mhl/examine-tree.ts';
import { hashThroughTree } from '../../standards/mhl/examine-tree.ts';
import type { Tree } from '../../standards/mhl/tree.ts';

/** Below this, starting threads takes longer than hashing. */
const THREADS_FROM_BYTES = 24 << 20;
const THREADS_FROM_FILES = 400;

/** Hashes the files of a local folder: on threads where there is much to do. */
export function hashFilesOf(folder: string, tree: Tree, threads: string | undefined): HashFiles {
  return async (orders, heard) => {
    const bytes = orders.reduce((sum, order) => sum + order.sizeBytes, 0);
    if (threads === undefined && bytes < THREADS_FROM_BYTES && orders.length < THREADS_FROM_FILES)
      return hashThroughTree(tree)(orders, heard);
    const { hashLocalFiles } = await import('../../stores/hashing/local-hasher.ts');
    await hashLocalFiles(orders, heard, {
      folder,
      hasherModule: import.meta.resolve('../../standards/hash/hasher.ts'),
      threads: threads === undefined ? undefined : Math.max(1, Number(threads) || 1),
    });
  };
}
