import { findRecipe, shippedRecipes } from '../pipeline/delivery/recipes.ts';
import { PipelineError } from '../schemas/failure.ts';
import type { Recipe } from '../schemas/recipe.ts';
import { sha256OfCanonical } from '../standards/hash/canonical-json.ts';
import { neededWord, readArguments } from './arguments.ts';
import { type Command, printJson } from './context.ts';
import { recipeOfFile } from './recipe-file.ts';

const USAGE = 'rushes recipes list | show NAME|FILE.json [--json]';

/**
 * `rushes recipes`: what can be asked for; `show` prints a recipe as the file that `--recipe` takes, to begin one's own
 * with, or checks a file.
 */
export const recipes: Command = async (args, context) => {
  const { flags, words } = readArguments(args, { json: { type: 'boolean' } }, USAGE);
  const act = neededWord(words, 0, 'act', USAGE);
  if (act === 'list') {
    const all = shippedRecipes();
    if (flags.json)
      printJson(context.io, { version: 1, kind: 'recipes', recipes: all.map((one) => summary(one)) });
    else
      for (const { name, revision, description } of all)
        context.io.stdout(`${name.padEnd(18)} ${String(revision).padStart(2)}  ${description}\n`);
    return 0;
  }
  if (act !== 'show')
    throw new PipelineError('input-invalid', `«${act}» is not an act of recipes. Usage: ${USAGE}`, { act });
  const word = neededWord(words, 1, 'recipe', USAGE);
  const recipe = (await recipeOfFile(word)) ?? findRecipe(word);
  printJson(context.io, recipe);
  context.io.stderr(`digest ${sha256OfCanonical(recipe)}\n`);
  return 0;
};

function summary(recipe: Recipe) {
  const { name, revision, description } = recipe;
  return { name, revision, description, digest: sha256OfCanonical(recipe) };
}
