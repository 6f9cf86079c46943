import type { Finding } from '../schemas/finding.ts';
import { type RollRequest, rollId } from '../schemas/roll.ts';
import { HISTORY_BREAKS } from '../standards/mhl/broken-history.ts';
import { lostDigests } from '../standards/mhl/chain.ts';
import { HISTORY_FOLDER } from '../standards/mhl/generation-name.ts';
import { documentFinding } from '../standards/mhl/mhl-finding.ts';
import type { ChainDigest } from '../stores/catalogue/chain-digests.ts';
import type { Dependencies } from './dependencies.ts';
import { rollPlace } from './roll-place.ts';
import { storedTree } from './roll-tree.ts';

const CHAIN_LIMIT_BYTES = 64 << 20;

/**
 * Generations that the catalogue saw at their first sight and that the stored chains do not have any more: every one is held against
 * them, for the newest alone is forgotten once another takes its number.
 * @throws PipelineError service-away, unreadable
 */
export async function lostGenerations(deps: Dependencies, roll: RollRequest): Promise<ChainDigest[]> {
  // Before the chains: whoever commits in between only makes them longer.
  const recorded = await (await rollPlace(deps, roll)).chains();
  const stored = storedTree(deps, roll);
  const lost: ChainDigest[] = [];
  for (const [path, seen] of Map.groupBy(recorded, (one) => one.path)) {
    const chain = await stored.read(path, CHAIN_LIMIT_BYTES);
    const digests = seen.map(({ digest }) => digest);
    const gone = chain === null ? new Set(digests) : lostDigests(chain.bytes, digests);
    lost.push(...seen.filter(({ digest }) => gone.has(digest)));
  }
  return lost;
}

/**
 * Tells of lost generations, once for each history.
 * @param told what is known already: of a history about which a fault was told nothing is added
 */
export function lostFindings(
  roll: RollRequest,
  lost: readonly ChainDigest[],
  told: readonly Finding[] = [],
): Finding[] {
  const broken = new Set(
    told.filter(({ code }) => HISTORY_BREAKS.has(code)).map(({ subject }) => subject.id),
  );
  return [...Map.groupBy(lost, (one) => one.path)].flatMap(([path, gone]) => {
    if (broken.has(path) || (gone[0]?.history === '' && broken.has(HISTORY_FOLDER))) return [];
    const numbers = gone.map(({ sequence }) => sequence).join(', ');
    const sentence = `The stored MHL history of ${rollId(roll)} at ${roll.site} was recorded with generation ${numbers} in ${path}, which is not there any more: somebody removed or replaced it. Nothing is written on top. Whoever owns the bucket can bring the earlier version of the ${HISTORY_FOLDER} folder back; then verify the roll.`;
    return [documentFinding('manifest-missing', path, sentence, { lost: gone })];
  });
}
