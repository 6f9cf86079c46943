import { PipelineError } from '../../schemas/failure.ts';
import type { HashFormat } from '../../schemas/hash.ts';
import { commitGenerations } from './commit-generations.ts';
import { createGenerations, type GenerationInput, type NewGeneration } from './create-generations.ts';
import { type Examination, type ExamineOptions, examineTree } from './examine-tree.ts';
import type { Tree } from './tree.ts';

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
    });
    if ((await commitGenerations(tree, generations)) !== 'lost-race') return { ...examination, generations };
    // The bytes of the files are known; only what was written meanwhile is read.
    examination = await examineTree(tree, { ...options, known: examination.observations });
  }
  throw new PipelineError(
    'conflict',
    `Other processes added generations to "${tree.name}" ${RACES} times in a row`,
    { tree: tree.name },
  );
}

function isBroken({ histories }: Examination): boolean {
  return histories.findings.some(
    ({ code, subject }) => STOPS.has(code) || (code === 'unreadable' && subject.kind === 'document'),
  );
}
