import { findRecipe } from '../pipeline/delivery/recipes.ts';
import { Recipe } from '../schemas/recipe.ts';
import type { TurnoverRequest } from '../schemas/turnover.ts';
import type { Dependencies } from './dependencies.ts';

/** The recipe of a turnover: the sender's own where one was sent, else the shipped one of that name. @throws PipelineError not-found */
export async function recipeOf(deps: Dependencies, request: TurnoverRequest): Promise<Recipe> {
  return request.recipeKey === undefined
    ? findRecipe(request.recipe)
    : deps.facts.get(request.recipeKey, Recipe);
}
