import { readRecipe } from '../pipeline/delivery/recipes.ts';
import type { Recipe } from '../schemas/recipe.ts';
import { jsonOf } from './read-file.ts';

/**
 * The recipe in a file, checked, so that its faults are told at once; null where `--recipe` names a shipped one, which has
 * no slash and no `.json`.
 * @throws PipelineError not-found, input-invalid
 */
export async function recipeOfFile(word: string): Promise<Recipe | null> {
  const isFile = /\.json$/i.test(word) || word.includes('/');
  return isFile ? readRecipe(await jsonOf(word)) : null;
}
