import { PipelineError } from '../schemas/failure.ts';
import { type Finding, finding } from '../schemas/finding.ts';
import { type RollRequest, rollId } from '../schemas/roll.ts';
import { CHAIN_FILE } from '../standards/mhl/chain.ts';
import { isInHistoryFolder } from '../standards/mhl/known-tree.ts';
import type { Tree, TreeEntry } from '../standards/mhl/tree.ts';
import { HISTORY_LIMIT_BYTES } from './import-history.ts';

/**
 * Files in the `ascmhl` folders of a card that are neither manifest nor chain and cannot go along with the history, because they cannot
 * be read or are too large to be notes: each as a finding, for whoever put one there may want it.
 */
export async function strayDocuments(
  roll: RollRequest,
  card: Tree,
  entries: readonly TreeEntry[],
): Promise<Finding[]> {
  const found: Finding[] = [];
  for (const { path, kind, sizeBytes } of entries) {
    if (kind !== 'file' || !isStray(path)) continue;
    const problem = await problemOf(card, path, sizeBytes);
    if (problem === null) continue;
    const subject = { kind: 'document', id: `${rollId(roll)}/${path}`, path } as const;
    const sentence = `${path} is no part of an MHL history and was not taken in with it: ${problem}. What could be read of it stands in quarantine. Move it out of the ascmhl folder and start the same ingest again: what was copied is not read again.`;
    found.push(finding('quarantined', subject, sentence, { documents: [path] }));
  }
  return found;
}

function isStray(path: string): boolean {
  if (!isInHistoryFolder(path) || path.endsWith(`/${CHAIN_FILE}`)) return false;
  return !path.endsWith('.mhl') || path.slice(path.lastIndexOf('/') + 1).startsWith('._');
}

async function problemOf(card: Tree, path: string, sizeBytes: number): Promise<string | null> {
  if (sizeBytes > HISTORY_LIMIT_BYTES)
    return `it has ${sizeBytes} bytes, and a document of a history has at most ${HISTORY_LIMIT_BYTES}`;
  try {
    await card.read(path, HISTORY_LIMIT_BYTES);
    return null;
  } catch (error) {
    if (!(error instanceof PipelineError) || error.code !== 'unreadable') throw error;
    return error.message;
  }
}
