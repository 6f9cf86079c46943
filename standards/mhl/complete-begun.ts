import { PipelineError } from '../../schemas/failure.ts';
import { appendToChain, CHAIN_FILE, type ChainEntry, readChain } from './chain.ts';
import { generationNumber } from './generation-name.ts';
import { ManifestError } from './manifest.ts';
import { type ReadGeneration, readGeneration } from './read-generation.ts';
import { baseName, joinPath, parentPath, pathProblem, plainPath } from './safe-path.ts';
import type { BegunManifest, Tree, TreeDocument } from './tree.ts';

const CHAIN_LIMIT_BYTES = 64 << 20;

/**
 * Puts manifests into the chain whose process died between the two: each is whole, was decided, and only the commit is missing. What is not the
 * very next generation, byte for byte what was begun, stays as it is; so does what refers to a nested generation that cannot be completed.
 * The caller vouches that these manifests were begun and never taken back. Safe to repeat.
 * @param historyFolder relative to the tree
 * @throws PipelineError when the tree itself fails
 */
export async function completeBegun(
  tree: Tree,
  historyFolder: string,
  begun: readonly BegunManifest[],
): Promise<void> {
  for (const one of [...begun].sort((a, b) => (a.fileName < b.fileName ? -1 : 1)))
    await completeOne(tree, historyFolder, one);
}

async function completeOne(tree: Tree, folder: string, { fileName, c4 }: BegunManifest): Promise<boolean> {
  if (/[\\/]/.test(fileName)) return false;
  const chainPath = joinPath(folder, CHAIN_FILE);
  const chain = await tree.read(chainPath, CHAIN_LIMIT_BYTES);
  const entries = entriesOf(chain);
  if (entries === null) return false;
  if (entries.some((entry) => entry.path === fileName && entry.c4 === c4)) return true;
  const number = entries.length + 1;
  if (generationNumber(fileName) !== number) return false;
  const manifest = await readWhole(tree, joinPath(folder, fileName));
  if (manifest?.header === undefined || manifest.header === null || manifest.c4 !== c4) return false;
  for (const reference of manifest.header.references) {
    if (pathProblem(reference.path) !== null) return false;
    const path = joinPath(parentPath(folder), plainPath(reference.path));
    const nested = { fileName: baseName(path), c4: reference.c4 };
    if (!(await completeOne(tree, parentPath(path), nested))) return false;
  }
  const entry: ChainEntry = { sequenceNumber: number, path: fileName, c4 };
  const bytes = appendToChain({ entries, bytes: chain?.bytes ?? null }, entry);
  return tree.replaceIfMatch(chainPath, bytes, chain?.etag ?? null);
}

function entriesOf(chain: TreeDocument | null): ChainEntry[] | null {
  if (chain === null) return [];
  try {
    const entries = readChain(chain.bytes);
    return entries.every(({ sequenceNumber }, index) => sequenceNumber === index + 1) ? entries : null;
  } catch (error) {
    if (error instanceof ManifestError) return null;
    throw error;
  }
}

async function readWhole(tree: Tree, path: string): Promise<ReadGeneration | null> {
  try {
    return await readGeneration(tree, path);
  } catch (error) {
    if (error instanceof PipelineError && (error.code === 'not-found' || error.code === 'unreadable'))
      return null;
    throw error;
  }
}
