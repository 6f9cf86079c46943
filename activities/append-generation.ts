import { hostname } from 'node:os';
import { z } from 'zod';
import { PipelineError } from '../schemas/failure.ts';
import { RollVerdict } from '../schemas/ingest-facts.ts';
import { RollRequest, rollId } from '../schemas/roll.ts';
import { commitGenerations } from '../standards/mhl/commit-generations.ts';
import { createGenerations, type NewGeneration } from '../standards/mhl/create-generations.ts';
import { fileStamp } from '../standards/mhl/generation-name.ts';
import { isInHistoryFolder, layBeside } from '../standards/mhl/known-tree.ts';
import { loadHistories } from '../standards/mhl/load-histories.ts';
import { listTree, type Tree, type TreeEntry } from '../standards/mhl/tree.ts';
import { openLocalTree } from '../stores/local-tree.ts';
import { defineActivity } from './define-activity.ts';
import type { Dependencies } from './dependencies.ts';
import { STORED, storedTree } from './roll-tree.ts';

const MANIFEST_LIMIT_BYTES = 512 * 2 ** 20;

/**
 * Writes the results of an ingest into the stored roll as the next ASC MHL generation; the card's own history comes first.
 * A retry is safe: number and time come with the input, so that the same name gets the same bytes, and the chain,
 * replaced by If-Match, is the commit. The loser of a race reads again.
 */
export const appendGeneration = defineActivity(
  'appendGeneration',
  z.object({ roll: RollRequest, verdictKey: z.string(), at: z.string() }),
  async (deps, { roll, verdictKey, at }): Promise<{ number: number | null }> => {
    const verdict = await deps.facts.get(verdictKey, RollVerdict);
    const stored = storedTree(deps, roll);
    const isSecond = verdict.source === STORED;
    if (!isSecond) await importHistory(openLocalTree(verdict.source), stored);
    const entries = await listTree(stored);
    const mine = entries.find(
      (entry) => isInHistoryFolder(entry.path) && entry.path.endsWith(`_${fileStamp(at)}.mhl`),
    );
    const histories = await loadHistories(stored, entries);
    const committed = histories.all
      .find((history) => history.scope === '')
      ?.generations.find((one) => one.path === mine?.path && one.trusted);
    if (committed !== undefined) return { number: committed.number };
    if (verdict.files.length === 0) return { number: null };
    const generations = createGenerations({
      folderName: roll.roll,
      startedAt: at,
      process: isSecond ? 'in-place' : 'transfer',
      creator: {
        hostname: hostname(),
        tool: { name: 'rushes', version: '0.1.0' },
        authors: [],
        location: null,
        comment: null,
      },
      formats: ['xxh128'],
      histories,
      tree: layBeside(histories, cardEntries(verdict)),
      observations: new Map(verdict.files.map((file) => [file.path, { digests: file.digests }])),
    });
    if ((await commitGenerations(stored, generations)) === 'lost-race') {
      throw new PipelineError(
        'conflict',
        `Another generation was added to ${rollId(roll)} at the same time.`,
        { rollId: rollId(roll) },
      );
    }
    await remember(deps, roll, generations);
    return { number: generations.find((one) => one.scope === '')?.number ?? null };
  },
);

/** Copies the card's manifests and chains into the stored roll when it has none yet: manifests first, then what vouches for them. */
async function importHistory(card: Tree, stored: Tree): Promise<void> {
  const there = new Set(
    (await listTree(stored)).filter((entry) => isInHistoryFolder(entry.path)).map((entry) => entry.path),
  );
  const own = (await listTree(card)).filter(
    (entry) => entry.kind === 'file' && isInHistoryFolder(entry.path),
  );
  const isChain = (entry: TreeEntry) =>
    entry.path.endsWith('/ascmhl_chain.xml') || entry.path === 'ascmhl/ascmhl_chain.xml';
  const chains = own.filter(isChain);
  for (const entry of [...own.filter((one) => !isChain(one)), ...chains]) {
    const chain = `${entry.path.slice(0, entry.path.lastIndexOf('/'))}/ascmhl_chain.xml`;
    if (there.has(chain) || there.has(entry.path)) continue;
    const document = await card.read(entry.path, MANIFEST_LIMIT_BYTES);
    if (document !== null) await stored.writeIfAbsent(entry.path, document.bytes);
  }
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
  generations: readonly NewGeneration[],
): Promise<void> {
  await deps.catalogue.rememberChainDigests(
    rollId(roll),
    generations.map((one) => ({
      history: one.scope,
      sequence: one.number,
      path: one.chainPath,
      format: 'c4' as const,
      digest: one.chainDigest,
    })),
  );
}
