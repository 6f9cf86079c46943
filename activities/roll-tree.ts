import { PipelineError } from '../schemas/failure.ts';
import { type RollRequest, rollId } from '../schemas/roll.ts';
import type { Histories } from '../standards/mhl/history.ts';
import { loadAnyHistory } from '../standards/mhl/load-any-history.ts';
import { loadHistories } from '../standards/mhl/load-histories.ts';
import { listTree, type Tree, type TreeEntry } from '../standards/mhl/tree.ts';
import { growInSmallSteps } from '../stores/heap-steps.ts';
import { openLocalTree } from '../stores/local-tree.ts';
import { bucketTree } from '../stores/objects/bucket-tree.ts';
import { ocfKey } from '../stores/objects/keys.ts';
import type { Dependencies } from './dependencies.ts';
import { rollPlace } from './roll-place.ts';

/** Stands for the roll in the originals, where a path would stand for the card. */
export const STORED = 'store:';

/** The roll as it lies in the originals. */
export function storedTree(deps: Dependencies, roll: RollRequest): Tree {
  return bucketTree(deps.store, deps.store.bucket('ocf'), ocfKey(roll, ''));
}

/**
 * A roll with its histories, on the card or in the originals. A card that has none but legacy MHL lists at its top is held against those. For the stored roll the chain is held against the digest that
 * the catalogue recorded, so that a deleted generation, the newest included, is found.
 * @param source path of the card, or `STORED`
 * @throws PipelineError not-found
 */
export async function readRoll(
  deps: Dependencies,
  roll: RollRequest,
  source: string,
): Promise<{ tree: Tree; entries: TreeEntry[]; histories: Histories }> {
  const tree = source === STORED ? storedTree(deps, roll) : openLocalTree(source);
  const entries = await listTree(tree);
  growInSmallSteps(entries.length);
  if (entries.length === 0)
    throw new PipelineError('not-found', `There is nothing of ${rollId(roll)} at ${source}.`, { source });
  if (source !== STORED) return { tree, entries, histories: await loadAnyHistory(tree, entries) };
  const expectedChainDigest = await recordedChain(deps, roll);
  const options = expectedChainDigest === undefined ? {} : { expectedChainDigest };
  return { tree, entries, histories: await loadHistories(tree, entries, options) };
}

async function recordedChain(deps: Dependencies, roll: RollRequest): Promise<string | undefined> {
  const seen = await (await rollPlace(deps, roll)).chains();
  return seen.filter((one) => one.history === '').at(-1)?.digest;
}
