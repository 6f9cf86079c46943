import { readFile } from 'node:fs/promises';
import { PipelineError } from '../schemas/failure.ts';

/** Whether `--recipe` names a file and not a shipped recipe: those have no dot and no slash. */
export function isRecipeFile(word: string): boolean {
  return /\.json$/i.test(word) || word.includes('/');
}

/** The JSON of a recipe file. @throws PipelineError not-found; input-invalid when it is no JSON, with where */
export async function readRecipeFile(file: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new PipelineError('not-found', `The recipe ${file} cannot be read.`, { file }, { cause });
  }
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new PipelineError('input-invalid', `${file} is no JSON: ${why}.`, { file }, { cause });
  }
}
