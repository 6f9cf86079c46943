import type { Finding } from '../../schemas/finding.ts';
import { type ChainEntry, readChain, writeChain } from './chain.ts';
import { ManifestError } from './manifest.ts';
import { documentFinding, shown } from './mhl-finding.ts';
import { readGeneration } from './read-generation.ts';
import { pathProblem } from './safe-path.ts';
import type { Tree } from './tree.ts';

/** File name of a collection. Source: ASC MHL specification 7.4. */
export const COLLECTION_FILE = 'ascmhl_collection.xml';

const COLLECTION_LIMIT_BYTES = 64 << 20;

/** A collection: packing lists of independent scopes that travel together. Each scope is named by whoever verifies. */
export type Collection = { entries: ChainEntry[]; findings: Finding[] };

/** Bytes of a collection of packing lists, in their order. */
export function writeCollection(lists: readonly { path: string; c4: string }[]): Uint8Array {
  return writeChain(lists.map(({ path, c4 }, index) => ({ sequenceNumber: index + 1, path, c4 })));
}

/** Reads a collection and checks that every packing list is there and unaltered. null when the tree has none. */
export async function readCollection(tree: Tree): Promise<Collection | null> {
  const document = await tree.read(COLLECTION_FILE, COLLECTION_LIMIT_BYTES);
  if (document === null) return null;
  const findings: Finding[] = [];
  try {
    const entries = readChain(document.bytes);
    for (const entry of entries) await checkEntry(tree, entry, findings);
    return { entries, findings };
  } catch (error) {
    if (!(error instanceof ManifestError)) throw error;
    const sentence = `${COLLECTION_FILE} cannot be used: ${error.message} (line ${error.line}).`;
    findings.push(documentFinding('unreadable', COLLECTION_FILE, sentence, { line: error.line }, error.line));
    return { entries: [], findings };
  }
}

async function checkEntry(tree: Tree, { path, c4 }: ChainEntry, findings: Finding[]): Promise<void> {
  const problem = pathProblem(path);
  if (problem !== null) {
    findings.push(
      documentFinding(
        'path-unsafe',
        COLLECTION_FILE,
        `${COLLECTION_FILE} names "${shown(path)}", which is not followed: ${problem}.`,
        { path, problem },
      ),
    );
    return;
  }
  const read = await readGeneration(tree, path).catch(() => null);
  if (read === null) {
    findings.push(
      documentFinding('manifest-missing', path, `${shown(path)} is missing: the collection names it.`, {
        expectedC4: c4,
      }),
    );
  } else if (read.c4 !== c4) {
    const sentence = `${shown(path)} was altered: its C4 is ${read.c4}, the collection says ${shown(c4)}.`;
    findings.push(documentFinding('manifest-altered', path, sentence, { expectedC4: c4, actualC4: read.c4 }));
  } else if (read.error !== null) {
    findings.push(
      documentFinding(
        'unreadable',
        path,
        `${shown(path)} cannot be used: ${read.error.message} (line ${read.error.line}).`,
        {},
        read.error.line,
      ),
    );
  }
}
