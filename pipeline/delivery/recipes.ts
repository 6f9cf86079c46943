import { PipelineError } from '../../schemas/failure.ts';
import { Recipe } from '../../schemas/recipe.ts';
import { checkTemplate } from './naming.ts';
import { acescgPlates } from './recipes/acescg-plates.ts';
import { colourManaged } from './recipes/colour-managed.ts';
import { dpxLog } from './recipes/dpx-log.ts';
import { editorialProxy } from './recipes/editorial-proxy.ts';
import { st2065Strict } from './recipes/st2065-4-strict.ts';
import { trimmedOcf } from './recipes/trimmed-ocf.ts';
import { vfxPlates } from './recipes/vfx-plates.ts';
import { vfxTurnover } from './recipes/vfx-turnover.ts';

const SHIPPED: readonly Recipe[] = [
  vfxPlates,
  vfxTurnover,
  st2065Strict,
  acescgPlates,
  dpxLog,
  editorialProxy,
  colourManaged,
  trimmedOcf,
];

/** The recipes that come with Rushes, in the order people see them. */
export function shippedRecipes(): readonly Recipe[] {
  return SHIPPED;
}

/**
 * The shipped recipe of that name.
 * @throws PipelineError not-found, with the names there are
 */
export function findRecipe(name: string): Recipe {
  const found = SHIPPED.find((recipe) => recipe.name === name);
  if (found) return found;
  const names = SHIPPED.map((recipe) => recipe.name);
  throw new PipelineError('not-found', `There is no recipe "${name}". Recipes: ${names.join(', ')}.`, {
    name,
    names,
  });
}

/**
 * Reads a recipe that a person wrote: shape, naming templates, and choices that contradict each other.
 * @throws PipelineError input-invalid, naming the field and what was expected
 */
export function readRecipe(document: unknown): Recipe {
  const parsed = Recipe.safeParse(document);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const field = issue?.path.join('.') || 'the document';
    throw new PipelineError('input-invalid', `The recipe is not valid at ${field}: ${issue?.message}.`, {
      issues: parsed.error.issues,
    });
  }
  const problem = contradiction(parsed.data);
  if (problem) throw new PipelineError('input-invalid', `Recipe "${parsed.data.name}": ${problem}`, {});
  return parsed.data;
}

function contradiction(recipe: Recipe): string | null {
  const names = recipe.deliverables.map((spec) => spec.name);
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated) return `two deliverables are named "${repeated}"; give each its own name.`;
  const kinds = new Set(recipe.deliverables.map((spec) => spec.kind));
  if (kinds.has('plate') && kinds.has('log-plate'))
    return 'it has light and log plates; one AMF goes with a plate and can tell of one of them, so make two recipes.';
  for (const spec of recipe.deliverables) {
    const unknown = spec.kind === 'still' ? null : checkTemplate(spec.naming);
    if (unknown) return `deliverable "${spec.name}": ${unknown}`;
    if (spec.kind === 'plate' && spec.container === 'st2065-4') {
      if (spec.compression !== 'none') {
        return `deliverable "${spec.name}": ST 2065-4 forbids compression, got "${spec.compression}"; use "none" or the container "openexr".`;
      }
      if (spec.colour !== 'ACES2065-1') {
        return `deliverable "${spec.name}": ST 2065-4 holds ACES2065-1 only, got "${spec.colour}".`;
      }
    }
  }
  return null;
}
