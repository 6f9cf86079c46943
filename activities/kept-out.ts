import path from 'node:path';
import { PipelineError } from '../schemas/failure.ts';
import { type Finding, finding } from '../schemas/finding.ts';
import { type RollRequest, rollId } from '../schemas/roll.ts';
import { historyFaults, unusableLists } from '../standards/mhl/broken-history.ts';
import { HISTORY_FOLDER } from '../standards/mhl/generation-name.ts';
import type { Histories } from '../standards/mhl/history.ts';
import { isInHistoryFolder } from '../standards/mhl/known-tree.ts';
import type { TreeEntry } from '../standards/mhl/tree.ts';
import type { ActivityRun } from './define-activity.ts';
import type { Dependencies } from './dependencies.ts';
import { intoQuarantine } from './quarantine.ts';

/**
 * Manifests and chains of a card that must not enter the originals, as findings: what is stored there stays for ever, and a roll whose
 * stored history is broken could never be whole again. A history is taken over as it is, or not at all.
 */
export function keptOut(roll: RollRequest, histories: Histories, entries: readonly TreeEntry[]): Finding[] {
  const about = (at: string, sentence: string, documents: string[]) => {
    const subject = { kind: 'document', id: `${rollId(roll)}/${at}`, path: at } as const;
    return finding('quarantined', subject, sentence, { documents });
  };
  const lists = unusableLists(histories).map((list) =>
    about(
      list,
      `The list ${list} cannot be used and was not taken in: it stands in quarantine. Start the same ingest again with the list as it was made, or without it: what was copied is not read again.`,
      [list],
    ),
  );
  if (historyFaults(histories).length === 0) return lists;
  const documents = entries.filter(({ kind, path: at }) => kind === 'file' && isInHistoryFolder(at));
  const history = about(
    HISTORY_FOLDER,
    `The MHL history of this card is not whole and was not taken in: ${documents.length === 0 ? 'none of its documents could be read' : `its ${documents.length} documents stand in quarantine`}, and the roll gets no generation on top of it. Start the same ingest again with the history as it was written, or, where nobody has it, without its ${HISTORY_FOLDER} folders: what was copied is not read again.`,
    documents.map((entry) => entry.path),
  );
  return [history, ...lists];
}

/** Whether a finding says that the history of a card was left behind. */
export function isHistoryKeptOut({ code, subject }: Finding): boolean {
  return code === 'quarantined' && subject.kind === 'document' && subject.path === HISTORY_FOLDER;
}

/** Paths of the documents of a card that findings say were left behind. */
export function documentsKeptOut(findings: readonly Finding[]): Set<string> {
  const documents = findings.flatMap(({ code, subject, technical }) =>
    code === 'quarantined' && subject.kind === 'document' ? (technical.documents as string[]) : [],
  );
  return new Set(documents);
}

/**
 * Puts the documents that were kept out into quarantine. Safe to repeat. One that cannot be read is left where it is.
 * @param from the card, and when the offload began
 */
export async function quarantineDocuments(
  deps: Dependencies,
  roll: RollRequest,
  findings: readonly Finding[],
  from: { source: string; at: string },
  run: ActivityRun,
): Promise<void> {
  for (const document of documentsKeptOut(findings)) {
    const file = { path: document, sizeBytes: 0, expected: {} };
    try {
      await intoQuarantine(
        deps,
        { roll, offload: from.at, file, source: path.join(from.source, document) },
        run,
      );
    } catch (error) {
      if (!(error instanceof PipelineError) || !LEFT.has(error.code)) throw error;
    }
  }
}

/** Failures of one document: that it is broken was told already. */
const LEFT: ReadonlySet<string> = new Set(['not-found', 'unreadable', 'source-changed', 'input-invalid']);
