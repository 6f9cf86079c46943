import { z } from 'zod';
import { PipelineError } from '../schemas/failure.ts';
import { RollVerdict } from '../schemas/ingest-facts.ts';
import { RollRequest, rollId } from '../schemas/roll.ts';
import { CHAIN_FILE } from '../standards/mhl/chain.ts';
import { commitGenerations } from '../standards/mhl/commit-generations.ts';
import { createGenerations, type NewGeneration } from '../standards/mhl/create-generations.ts';
import { HISTORY_FOLDER } from '../standards/mhl/generation-name.ts';
import type { Histories, History } from '../standards/mhl/history.ts';
import { layBeside } from '../standards/mhl/known-tree.ts';
import { loadHistories } from '../standards/mhl/load-histories.ts';
import { joinPath } from '../standards/mhl/safe-path.ts';
import { listTree, type TreeEntry } from '../standards/mhl/tree.ts';
import type { ChainDigest } from '../stores/catalogue/chain-digests.ts';
import { growInSmallSteps } from '../stores/heap-steps.ts';
import { openLocalTree } from '../stores/local-tree.ts';
import { completeBegunWork, workMark } from './complete-begun-work.ts';
import { defineActivity } from './define-activity.ts';
import type { Dependencies } from './dependencies.ts';
import { importHistory } from './import-history.ts';
import { keepEmptyFolders } from './keep-empty-folders.ts';
import { documentsKeptOut, isHistoryKeptOut, quarantineDocuments } from './kept-out.ts';
import { lostGenerations } from './lost-generations.ts';
import { needCard } from './need-card.ts';
import { rollPlace } from './roll-place.ts';
import { STORED, storedTree } from './roll-tree.ts';

/**
 * Writes the results of an ingest into the stored roll as the next ASC MHL generation; the card's own history comes first.
 * A retry is safe: number and time come with the input, so that the same name gets the same bytes, and the chain,
 * replaced by If-Match, is the commit. The loser of a race reads again.
 */
export const appendGeneration = defineActivity(
  'appendGeneration',
  z.object({
    roll: RollRequest,
    verdictKey: z.string(),
    at: z.string(),
    process: z
      .enum(['in-place', 'transfer'])
      .optional()
      .describe('default: transfer from a card, in-place for what is stored'),
  }),
  async (deps, { roll, verdictKey, at, process }, run): Promise<{ number: number | null }> => {
    const verdict = await deps.facts.get(verdictKey, RollVerdict);
    growInSmallSteps(verdict.files.length);
    const stored = storedTree(deps, roll);
    const isSecond = verdict.source === STORED;
    const isWaiting = isSecond ? await waitsForHistory(deps, roll) : verdict.findings.some(isHistoryKeptOut);
    const lost = await lostGenerations(deps, roll);
    if (!isSecond) {
      await needCard(verdict.source);
      if (!isWaiting && lost.length === 0)
        await importHistory(openLocalTree(verdict.source), stored, documentsKeptOut(verdict.findings));
      await quarantineDocuments(deps, roll, verdict.findings, { source: verdict.source, at }, run);
      await keepEmptyFolders(deps.store, roll, verdict.emptyFolders);
    }
    // A name tells time to the second, and a card may have been sealed in the same one.
    const mark = `${workMark(roll)}${at}`;
    const listing = await listTree(stored);
    let seen = await loadHistories(stored, listing);
    if (await completeBegunWork(deps, roll, stored, seen, mark)) seen = await loadHistories(stored, listing);
    // A first generation now would stand where that of the card belongs; and on a chain that nobody can read nothing follows.
    const hasOwn = seen.all.some((history) => history.scope === '');
    if (seen.all.some(hasLostChain) || (isWaiting && !hasOwn)) return { number: null };
    const committed = seen.all
      .find((history) => history.scope === '')
      ?.generations.find((one) => one.trusted && one.creator.comment === mark);
    if (committed !== undefined) {
      // An earlier attempt may have died between its commit and this.
      await remember(deps, roll, chainsWith(seen, mark));
      return { number: committed.number };
    }
    if (verdict.files.length === 0) return { number: null };
    const begun = begunGenerations(seen, mark);
    const histories = begun === null ? seen : await loadHistories(stored, listing, { before: begun });
    const generations = createGenerations({
      folderName: roll.roll,
      startedAt: at,
      process: process ?? (isSecond ? 'in-place' : 'transfer'),
      creator: {
        // Which worker of the site does it is chance; a retry by another must write the same bytes.
        hostname: roll.site,
        tool: { name: 'rushes', version: '0.1.0' },
        authors: [],
        location: null,
        comment: mark,
      },
      formats: ['xxh128'],
      histories,
      tree: layBeside(histories, cardEntries(verdict)),
      observations: new Map(
        verdict.files.map((file) => [file.path, { digests: file.found ?? file.digests }]),
      ),
    });
    // What would take the number of a generation that somebody removed would hide that it is gone.
    if (!lost.every((one) => generations.map(asRecorded).some((own) => isSameGeneration(own, one))))
      return { number: null };
    if ((await commitGenerations(stored, generations)) === 'lost-race') {
      throw new PipelineError(
        'conflict',
        `Another generation was added to ${rollId(roll)} at the same time.`,
        { rollId: rollId(roll) },
      );
    }
    await remember(deps, roll, generations.map(asRecorded));
    return { number: generations.find((one) => one.scope === '')?.number ?? null };
  },
);

/** Whether the last ingest left the history of the card behind, because it was not whole; at another site it comes from home. */
async function waitsForHistory(deps: Dependencies, roll: RollRequest): Promise<boolean> {
  if (!(await rollPlace(deps, roll)).isHome) return true;
  const report = (await deps.catalogue.getRoll(rollId(roll)))?.report;
  return report?.findings.some(isHistoryKeptOut) === true;
}

function hasLostChain({ chain, generations }: History): boolean {
  return chain.isUnreadable === true || (chain.bytes === null && generations.length > 0);
}

/** The card as its entries, with the times of the card and not of the store, so that a retry makes the same manifest. */
function cardEntries(verdict: RollVerdict): TreeEntry[] {
  const folders = new Set<string>(verdict.emptyFolders);
  for (const { path } of verdict.files) {
    for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1))
      folders.add(path.slice(0, at));
  }
  return [
    ...[...folders].map((path): TreeEntry => ({ path, kind: 'directory', sizeBytes: 0 })),
    ...verdict.files.map(
      ({ path, sizeBytes, modifiedAt }): TreeEntry => ({
        path,
        kind: 'file',
        sizeBytes,
        ...(modifiedAt === undefined ? {} : { modifiedAt }),
      }),
    ),
  ].sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function remember(
  deps: Dependencies,
  roll: RollRequest,
  digests: readonly ChainDigest[],
): Promise<void> {
  await (await rollPlace(deps, roll)).remember(digests);
}

function isSameGeneration(one: ChainDigest, other: ChainDigest): boolean {
  return one.path === other.path && one.sequence === other.sequence && one.digest === other.digest;
}

function asRecorded({ scope, number, chainPath, chainDigest }: NewGeneration): ChainDigest {
  return { history: scope, sequence: number, path: chainPath, format: 'c4', digest: chainDigest };
}

/**
 * Numbers of generations that an attempt which died before its commit left, by history; null when there are none. Read without them,
 * the histories are those that attempt saw, and it makes the same names and bytes again.
 */
function begunGenerations(histories: Histories, mark: string): Record<string, number> | null {
  const begun = histories.all.flatMap(({ scope, generations }) => {
    const mine = generations.find((one) => one.creator.comment === mark);
    return mine === undefined ? [] : [[scope, mine.number] as const];
  });
  return begun.length === 0 ? null : Object.fromEntries(begun);
}

/** The chains that end with a generation of this work, as they are recorded. */
function chainsWith(histories: Histories, mark: string): ChainDigest[] {
  return histories.all.flatMap(({ scope, chain, generations }) => {
    const mine = generations.find((one) => one.trusted && one.creator.comment === mark);
    if (chain.digest === null || mine === undefined || chain.entries.at(-1)?.path !== mine.fileName)
      return [];
    const path = joinPath(joinPath(scope, HISTORY_FOLDER), CHAIN_FILE);
    return [{ history: scope, sequence: mine.number, path, format: 'c4', digest: chain.digest }];
  });
}
