import { PipelineError } from '../../schemas/failure.ts';
import type { Finding } from '../../schemas/finding.ts';
import { CHAIN_FILE, type ChainEntry, chainDigest, entriesAtDigest, readChain } from './chain.ts';
import { generationNumber } from './generation-name.ts';
import type { Chain } from './history.ts';
import { ManifestError } from './manifest.ts';
import { documentFinding, shown } from './mhl-finding.ts';
import { joinPath, pathProblem } from './safe-path.ts';
import type { Tree } from './tree.ts';

/** A chain of a thousand years of daily generations has a tenth of this. */
const CHAIN_LIMIT_BYTES = 64 << 20;

/** Reads the chain of a history folder. What is wrong with it is found; entries that cannot be followed are left out. */
export async function readChainOf(
  tree: Tree,
  folder: string,
  expectedDigest: string | undefined,
  findings: Finding[],
): Promise<Chain> {
  const path = joinPath(folder, CHAIN_FILE);
  const document = await readDocument(tree, path, findings);
  if (document === null) {
    return { entries: [], bytes: null, etag: null, digest: null };
  }
  const chain: Chain = {
    entries: [],
    bytes: document.bytes,
    etag: document.etag,
    digest: chainDigest(document.bytes),
  };
  try {
    chain.entries = usableEntries(readChain(document.bytes), path, findings);
  } catch (error) {
    if (!(error instanceof ManifestError)) throw error;
    const sentence = `${path} cannot be used: ${error.message} (line ${error.line}). Without it no manifest is trusted.`;
    findings.push(
      documentFinding('unreadable', path, sentence, { line: error.line, reason: error.message }, error.line),
    );
    return { ...chain, isUnreadable: true };
  }
  if (expectedDigest !== undefined) checkGrowth(chain, expectedDigest, path, findings);
  return chain;
}

async function readDocument(tree: Tree, path: string, findings: Finding[]) {
  try {
    const document = await tree.read(path, CHAIN_LIMIT_BYTES);
    if (document !== null) return document;
    const sentence = `${path} is missing: without it no manifest in this folder is trusted. Bring it back from another copy.`;
    findings.push(documentFinding('chain-missing', path, sentence));
  } catch (error) {
    if (!(error instanceof PipelineError) || error.code !== 'unreadable') throw error;
    findings.push(
      documentFinding('unreadable', path, `${path} cannot be read: ${error.message}`, error.facts),
    );
  }
  return null;
}

// A chain only ever grows at its end; whatever else happened to it since it was recorded took something away.
function checkGrowth(chain: Chain, recorded: string, path: string, findings: Finding[]): void {
  if (entriesAtDigest(chain.bytes!, recorded) !== null) return;
  const sentence = `${path} is not the chain that was recorded when this folder was first seen, nor that chain with generations added: a generation, perhaps the newest, was removed or replaced.`;
  findings.push(
    documentFinding('manifest-missing', path, sentence, {
      recordedChainDigest: recorded,
      actualChainDigest: chain.digest,
    }),
  );
}

function usableEntries(entries: readonly ChainEntry[], chainPath: string, findings: Finding[]): ChainEntry[] {
  const seen = new Set<string>();
  return entries.filter(({ path }) => {
    const problem = pathProblem(path) ?? (/[\\/]/.test(path) ? 'it does not lie beside the chain' : null);
    if (problem !== null) {
      const sentence = `${chainPath} names the manifest "${shown(path)}", which is not followed: ${problem}.`;
      findings.push(documentFinding('path-unsafe', chainPath, sentence, { path, problem }));
      return false;
    }
    if (seen.has(path)) {
      const sentence = `${chainPath} names the manifest "${shown(path)}" twice.`;
      findings.push(documentFinding('duplicate-record', chainPath, sentence, { path }));
      return false;
    }
    seen.add(path);
    return true;
  });
}

/** Looks whether generations count 1, 2, 3 and whether each file name bears the number of its entry. */
export function checkSequence(entries: readonly ChainEntry[], chainPath: string, findings: Finding[]): void {
  const wrong = entries.findIndex(({ sequenceNumber, path }, index) => {
    const named = generationNumber(path);
    return sequenceNumber !== index + 1 || (named !== null && named !== sequenceNumber);
  });
  if (wrong < 0) return;
  const { sequenceNumber, path } = entries[wrong]!;
  const sentence = `${chainPath} does not count its generations 1, 2, 3: where ${wrong + 1} is expected stands ${sequenceNumber ?? 'no number'} (${shown(path)}). A generation was removed or the chain was edited.`;
  const technical = {
    expected: wrong + 1,
    found: sequenceNumber,
    sequenceNumbers: entries.slice(0, 100).map((entry) => entry.sequenceNumber),
  };
  findings.push(documentFinding('sequence-gap', chainPath, sentence, technical));
}
