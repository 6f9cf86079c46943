import type { Histories } from './history.ts';
import { type LoadOptions, loadHistories } from './load-histories.ts';
import { relativePath } from './safe-path.ts';
import { legacyManifestsIn, loadStandalone } from './standalone-manifest.ts';
import type { Tree, TreeEntry } from './tree.ts';

/**
 * Reads the histories of a tree; a card that has none but legacy MHL 1.x manifests at its top is held against those. Paths of a legacy manifest
 * are relative to where it lies; where all begin with the card's own name, it was made one folder further up.
 * @param listing of the whole tree, `ascmhl` folders included
 */
export async function loadAnyHistory(
  tree: Tree,
  listing: readonly TreeEntry[],
  options: LoadOptions = {},
): Promise<Histories> {
  const manifests = legacyManifestsIn(listing);
  if (manifests.length > 0) {
    const hasOwnName = listing.some(({ path }) => relativePath(tree.name, path) !== null);
    const scopeFromThere = hasOwnName ? undefined : tree.name;
    const standalone = await loadStandalone(
      manifests.map((path) => ({ from: tree, path, pathInScope: path, scopeFromThere })),
    );
    const isLegacy = standalone.all[0]!.generations.some(({ version }) => version.startsWith('1'));
    if (isLegacy || standalone.findings.length > 0) return standalone;
  }
  return loadHistories(tree, listing, options);
}
