import { PipelineError } from '../../schemas/failure.ts';
import { chainDigest, readChain } from './chain.ts';
import { completeBegun } from './complete-begun.ts';
import type { NewGeneration } from './create-generations.ts';
import { parentPath } from './safe-path.ts';
import type { BegunManifest, Tree, TreeDocument } from './tree.ts';

/** `lost-race`: somebody else added a generation first; load the histories again and make the generations anew. */
export type CommitOutcome = 'committed' | 'already-committed' | 'lost-race';

const CHAIN_LIMIT_BYTES = 64 << 20;

/**
 * Writes new generations: manifests first, each whole and only if absent, then the chains by If-Match. The chain is the commit: a crash before it
 * leaves the old history valid, and what it began is completed by the next. Safe to repeat with the same bytes.
 * @param generations as `createGenerations` gives them, nested ones first
 * @throws PipelineError not-deterministic when another manifest stands under the same name
 */
export async function commitGenerations(
  tree: Tree,
  generations: readonly NewGeneration[],
): Promise<CommitOutcome> {
  const left: { folder: string; begun: readonly BegunManifest[] }[] = [];
  const run = [...generations]
    .sort((a, b) => a.chainPath.length - b.chainPath.length)
    .reduceRight<() => Promise<CommitOutcome>>(
      (inner, { chainPath, entry }) =>
        () => {
          if (tree.exclusively === undefined) return inner();
          const folder = parentPath(chainPath);
          return tree.exclusively(folder, [{ fileName: entry.path, c4: entry.c4 }], (begun) => {
            left.push({ folder, begun });
            return inner();
          });
        },
      async () => {
        // Then the chain has grown, and this is a race that was lost to a process which is dead.
        for (const { folder, begun } of left) await completeBegun(tree, folder, begun);
        return commitAll(tree, generations);
      },
    );
  return run();
}

async function commitAll(tree: Tree, generations: readonly NewGeneration[]): Promise<CommitOutcome> {
  const pending: { generation: NewGeneration; chain: TreeDocument | null }[] = [];
  for (const generation of generations) {
    const chain = await tree.read(generation.chainPath, CHAIN_LIMIT_BYTES);
    if (chain !== null && isIn(chain, generation)) continue;
    const found = chain === null ? null : chainDigest(chain.bytes);
    // Looked at before anything is written, so that the loser of a race leaves nothing behind.
    if (found !== generation.previousChainDigest) return 'lost-race';
    pending.push({ generation, chain });
  }
  if (pending.length === 0) return 'already-committed';
  for (const { generation } of pending) await writeManifestOnce(tree, generation);
  for (const { generation, chain } of pending) {
    if (!(await tree.replaceIfMatch(generation.chainPath, generation.chainBytes, chain?.etag ?? null)))
      return 'lost-race';
  }
  return 'committed';
}

async function writeManifestOnce(tree: Tree, { path, bytes }: NewGeneration): Promise<void> {
  if ((await tree.writeIfAbsent(path, bytes)) === 'written') return;
  const there = await tree.read(path, bytes.length + 1);
  if (there !== null && Buffer.from(bytes).equals(there.bytes)) return;
  throw new PipelineError(
    'not-deterministic',
    `"${path}" is there already with other bytes; a manifest is never rewritten`,
    { path },
  );
}

function isIn(chain: TreeDocument, { entry }: NewGeneration): boolean {
  return readChain(chain.bytes).some(({ path, c4 }) => path === entry.path && c4 === entry.c4);
}
