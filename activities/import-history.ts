import { CHAIN_FILE } from '../standards/mhl/chain.ts';
import { isInHistoryFolder } from '../standards/mhl/known-tree.ts';
import { joinPath, parentPath } from '../standards/mhl/safe-path.ts';
import { listTree, type Tree, type TreeEntry } from '../standards/mhl/tree.ts';

/** Size of the largest document that goes along with a history. */
export const HISTORY_LIMIT_BYTES = 512 * 2 ** 20;

/**
 * Copies manifests and chains into a stored roll where it has no chain yet: manifests first, then what vouches for them. Safe to repeat.
 * @param without files that stay behind
 */
export async function importHistory(
  from: Tree,
  stored: Tree,
  without: ReadonlySet<string> = new Set(),
): Promise<void> {
  const there = new Set(
    (await listTree(stored)).filter((entry) => isInHistoryFolder(entry.path)).map((entry) => entry.path),
  );
  const own = (await listTree(from)).filter(
    ({ kind, path }) => kind === 'file' && isInHistoryFolder(path) && !without.has(path),
  );
  const isChain = ({ path }: TreeEntry) => path === CHAIN_FILE || path.endsWith(`/${CHAIN_FILE}`);
  const chains = own.filter(isChain);
  for (const entry of [...own.filter((one) => !isChain(one)), ...chains]) {
    if (there.has(joinPath(parentPath(entry.path), CHAIN_FILE)) || there.has(entry.path)) continue;
    const document = await from.read(entry.path, HISTORY_LIMIT_BYTES);
    if (document !== null) await stored.writeIfAbsent(entry.path, document.bytes);
  }
}
