import type { Finding } from '../../schemas/finding.ts';
import { CHAIN_FILE } from './chain.ts';
import { checkDirectoryHashes } from './check-directory-hashes.ts';
import { HISTORY_FOLDER } from './generation-name.ts';
import { emptyHistory, type Histories } from './history.ts';
import { unusableManifest } from './mhl-finding.ts';
import { type ReadGeneration, readGeneration, toGeneration, usableRecords } from './read-generation.ts';
import { applyGeneration } from './replay.ts';
import { plainPath, relativePath } from './safe-path.ts';
import type { Tree, TreeEntry } from './tree.ts';

/** A manifest outside any `ascmhl` folder: a packing list, or legacy MHL 1.x. Whoever names it vouches for it. */
export type StandaloneManifest = {
  /** Where it is read from. */
  from: Tree;
  path: string;
  /** Its path in the tree that it describes, where it lies in there: it is no content. */
  pathInScope: string | null;
  /** The scope as seen from where a legacy list lies, which is what its paths are relative to; absent where it lies in the scope. */
  scopeFromThere?: string | undefined;
};

/** History made of stand-alone manifests, for the scope that the user names. */
export async function loadStandalone(manifests: readonly StandaloneManifest[]): Promise<Histories> {
  const history = emptyHistory('');
  const findings: Finding[] = [];
  const standaloneManifests = manifests.flatMap(({ pathInScope }) =>
    pathInScope === null ? [] : [pathInScope],
  );
  for (const [index, manifest] of manifests.entries()) {
    const { from, path } = manifest;
    const read = inScope(await readGeneration(from, path), manifest);
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
  return { all: [history], findings, standaloneManifests, movedFolders: new Map() };
}

// Silverstack and others lay a list beside the cards it describes: its paths begin with the name of the card, and those of other cards are not asked for.
function inScope(read: ReadGeneration, { scopeFromThere, pathInScope }: StandaloneManifest): ReadGeneration {
  if (scopeFromThere === undefined || read.header?.version.startsWith('1') !== true) return read;
  const inside = read.records.flatMap((record) => {
    const path = relativePath(scopeFromThere, plainPath(record.path));
    return path === null || path === '' ? [] : [{ ...record, path }];
  });
  const isAboutScope = pathInScope === null ? inside.length > 0 : inside.length === read.records.length;
  return isAboutScope ? { ...read, records: inside } : read;
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
