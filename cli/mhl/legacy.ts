import type { Histories } from '../../standards/mhl/history.ts';
import { loadHistories } from '../../standards/mhl/load-histories.ts';
import { legacyManifestsIn, loadStandalone } from '../../standards/mhl/standalone-manifest.ts';
import type { Tree, TreeEntry } from '../../standards/mhl/tree.ts';

/** Reads the histories of a tree; a card that has none but legacy MHL 1.x manifests at its top is held against those. */
export function loadWithLegacy(
  expectedChainDigest: string | undefined,
): (tree: Tree, listing: readonly TreeEntry[]) => Promise<Histories> {
  return async (tree, listing) => {
    const manifests = legacyManifestsIn(listing);
    if (manifests.length > 0) {
      const standalone = await loadStandalone(
        manifests.map((path) => ({ from: tree, path, pathInScope: path })),
      );
      const isLegacy = standalone.all[0]!.generations.some(({ version }) => version.startsWith('1'));
      if (isLegacy || standalone.findings.length > 0) return standalone;
    }
    return loadHistories(tree, listing, { expectedChainDigest });
  };
}
