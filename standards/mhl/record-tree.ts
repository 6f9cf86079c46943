import { PipelineError } from '../../schemas/failure.ts';
import type { HashFormat } from '../../schemas/hash.ts';
import { vacantChains } from './broken-history.ts';
import { commitGenerations } from './commit-generations.ts';
import { completeBegun } from './complete-begun.ts';
import { createGenerations, type GenerationInput, type NewGeneration } from './create-generations.ts';
import { type Examination, type ExamineOptions, examineTree } from './examine-tree.ts';
import { mhlExitCode } from './exit-code.ts';
import { HISTORY_FOLDER } from './generation-name.ts';
import { fileFinding, shown } from './mhl-finding.ts';
import { baseName, parentPath } from './safe-path.ts';
import type { Tree } from './tree.ts';
import { isXmlText } from './xml-text.ts';

/** What to write about a tree. */
export type RecordOptions = ExamineOptions &
  Pick<GenerationInput, 'startedAt' | 'process' | 'creator' | 'withoutDirectoryHashes'> & {
    formats: readonly HashFormat[];
  };

/** Codes after which nothing may be added: a new generation would build on what cannot be trusted. */
const STOPS = new Set(['manifest-altered', 'manifest-missing', 'chain-missing', 'sequence-gap']);
const RACES = 20;

/**
 * Examines a tree and appends a generation with the results to every history in it; without one, makes the first.
 * A history that is broken is left alone: `generations` is then empty and the verdict says why.
 * @throws PipelineError conflict when others keep adding generations
 */
export async function recordTree(
  tree: Tree,
  options: RecordOptions,
): Promise<Examination & { generations: NewGeneration[] }> {
  let examination = await examineTree(tree, options);
  const unfinished = unfinishedFolders(examination);
  if (tree.exclusively !== undefined && unfinished.length > 0) {
    // Somebody may be adding a generation at this moment, or died doing so; with the lock in hand it is there, or is completed.
    for (const folder of unfinished)
      await tree.exclusively(folder, [], (begun) => completeBegun(tree, folder, begun));
    examination = await examineTree(tree, {
      ...options,
      onListed: undefined,
      known: examination.observations,
    });
  }
  for (let race = 0; race < RACES; race += 1) {
    if (isBroken(examination)) return { ...examination, generations: [] };
    const generations = createGenerations({
      ...options,
      folderName: tree.name,
      histories: examination.histories,
      tree: examination.tree,
      observations: examination.observations,
      renames: examination.verdict.renames,
      newIgnorePatterns: options.ignores,
      isPart: options.paths !== undefined,
    });
    if ((await commitGenerations(tree, generations)) !== 'lost-race') {
      return { ...examination, verdict: withUnrecordable(examination), generations };
    }
    // The bytes of the files are known; only what was written meanwhile is read.
    examination = await examineTree(tree, {
      ...options,
      onListed: undefined,
      known: examination.observations,
    });
  }
  throw new PipelineError(
    'conflict',
    `Other processes added generations to "${tree.name}" ${RACES} times in a row`,
    { tree: tree.name },
  );
}

/** The verdict with what could not be recorded: names that XML has no way to say. */
function withUnrecordable({ tree, verdict }: Examination): Examination['verdict'] {
  const names = [...tree.present.keys(), ...tree.folders.keys()].filter((path) => !isXmlText(path));
  if (names.length === 0) return verdict;
  const findings = names.map((path) => {
    const sentence = `"${shown(path)}" is not recorded: its name has characters that no manifest can hold. Rename it.`;
    return fileFinding('path-unsafe', path, sentence, { recorded: false });
  });
  const all = [...verdict.findings, ...findings];
  const exitCode = mhlExitCode(all);
  return { ...verdict, findings: all, exitCode, ok: exitCode === 0 };
}

function isBroken({ histories }: Examination): boolean {
  const vacant = vacantChains(histories);
  return histories.findings.some(({ code, subject, technical }) => {
    if (technical.isFolderGone === true) return false;
    if (code === 'chain-missing') return !vacant.has(subject.id);
    return STOPS.has(code) || (code === 'unreadable' && subject.kind === 'document');
  });
}

/** `ascmhl` folders in which a manifest stands that no chain names, or no chain at all. */
function unfinishedFolders({ histories }: Examination): string[] {
  const folders = histories.findings
    .filter(({ code }) => code === 'manifest-unlisted' || code === 'chain-missing')
    .map(({ subject }) => parentPath(subject.id))
    .filter((folder) => baseName(folder) === HISTORY_FOLDER);
  return [...new Set(folders)];
}
