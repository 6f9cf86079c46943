import { type RollRequest, rollId } from '../schemas/roll.ts';
import { entriesAtDigest } from '../standards/mhl/chain.ts';
import { completeBegun } from '../standards/mhl/complete-begun.ts';
import { HISTORY_FOLDER } from '../standards/mhl/generation-name.ts';
import type { Generation, Histories, History } from '../standards/mhl/history.ts';
import { joinPath } from '../standards/mhl/safe-path.ts';
import type { Tree } from '../standards/mhl/tree.ts';
import type { ChainDigest } from '../stores/catalogue/chain-digests.ts';
import type { Dependencies } from './dependencies.ts';
import { rollPlace } from './roll-place.ts';

/** How the comment of a generation begins that this service wrote of a stored roll; the time of the work follows. */
export function workMark(roll: RollRequest): string {
  return `${rollId(roll)}, work begun `;
}

/**
 * Puts generations into the chain of a stored roll that this service had begun in work which was terminated between manifest and chain:
 * nobody may delete an original, so they would stand there unlisted for good. Only where the chain is, or has lawfully grown from, the one on
 * record: a manifest that was cut from its chain is never taken back. Safe to repeat.
 * @param ownMark comment of the work that asks, which writes its own again
 * @returns whether there were any; then the histories must be read again
 */
export async function completeBegunWork(
  deps: Dependencies,
  roll: RollRequest,
  stored: Tree,
  histories: Histories,
  ownMark?: string,
): Promise<boolean> {
  const isBegun = ({ trusted, creator }: Generation) =>
    !trusted && creator.comment !== ownMark && creator.comment?.startsWith(workMark(roll)) === true;
  const unfinished = histories.all.filter(({ generations }) => generations.some(isBegun));
  if (unfinished.length === 0) return false;
  const recorded = await (await rollPlace(deps, roll)).chains();
  for (const history of unfinished.filter((one) => isAsRecorded(one, recorded)))
    await completeBegun(stored, joinPath(history.scope, HISTORY_FOLDER), history.generations.filter(isBegun));
  return true;
}

function isAsRecorded({ scope, chain }: History, recorded: readonly ChainDigest[]): boolean {
  const digest = recorded.filter(({ history }) => history === scope).at(-1)?.digest;
  if (digest === undefined) return true;
  return chain.bytes !== null && entriesAtDigest(chain.bytes, digest) !== null;
}
