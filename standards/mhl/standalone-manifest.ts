import type { Finding } from '../../schemas/finding.ts';
import { CHAIN_FILE } from './chain.ts';
import { checkDirectoryHashes } from './check-directory-hashes.ts';
import { HISTORY_FOLDER } from './generation-name.ts';
import { emptyHistory, type Histories } from './history.ts';
import { unusableManifest } from './mhl-finding.ts';
import { readGeneration, toGeneration, usableRecords } from './read-generation.ts';
import { applyGeneration } from './replay.ts';
import type { Tree, TreeEntry } from './tree.ts';

/** A manifest outside any `ascmhl` folder: a packing list, or legacy MHL 1.x. Whoever names it vouches for it. */
export type StandaloneManifest = {
  /** Where it is read from. */
  from: Tree;
  path: string;
  /** Its path in the tree that it describes, where it lies in there: it is no content. */
  pathInScope: string | null;
};

/** History made of stand-alone manifests, for the scope that the user names. */
export async function loadStandalone(manifests: readonly StandaloneManifest[]): Promise<Histories> {
  const history = emptyHistory('');
  const findings: Finding[] = [];
  const standaloneManifests = manifests.flatMap(({ pathInScope }) =>
    pathInScope === null ? [] : [pathInScope],
  );
  for (const [index, { from, path }] of manifests.entries()) {
    const read = await readGeneration(from, path);
    if (read.error !== null) {
      findings.push(unusableManifest(path, read.error));
    }
    const generation = toGeneration(read, { number: index + 1, path, fileName: path, trusted: true });
    if (generation === null) continue;
    const records = usableRecords(read.records, path, findings);
    applyGeneration(history, generation, records);
    history.generations.push(generation);
    if (generation.ignorePatterns.length > 0) history.ignorePatterns = generation.ignorePatterns;
    checkDirectoryHashes(history, generation, records, findings);
  }
  return { all: [history], findings, standaloneManifests };
}

/** Manifests of legacy MHL that lie at the top of a tree without a history: their paths are relative to where they lie. */
export function legacyManifestsIn(listing: readonly TreeEntry[]): string[] {
  const hasHistory = listing.some(
    ({ path }) => path === HISTORY_FOLDER || path === `${HISTORY_FOLDER}/${CHAIN_FILE}`,
  );
  if (hasHistory) return [];
  return listing
    .filter(({ path, kind }) => kind === 'file' && /^(?!\._)[^/]+\.mhl$/i.test(path))
    .map(({ path }) => path);
}
