import { describe, expect, it } from 'vitest';
import { findRecipe, readRecipe, shippedRecipes } from '../../../pipeline/delivery/recipes.ts';

describe('recipes', () => {
  it('are valid by their own reader, each under its own name', () => {
    for (const recipe of shippedRecipes()) expect(readRecipe(structuredClone(recipe))).toEqual(recipe);
    expect(new Set(shippedRecipes().map((r) => r.name)).size).toBe(shippedRecipes().length);
  });

  it('are found by name, and a wrong name lists those there are', () => {
    expect(findRecipe('vfx-plates').handles).toBe(8);
    expect(() => findRecipe('vfx')).toThrow(/no recipe "vfx".*vfx-plates/);
  });

  it('are refused when they contradict the standard they name', () => {
    const recipe = structuredClone(findRecipe('vfx-plates'));
    const [plate] = recipe.deliverables;
    expect(() => readRecipe({ ...recipe, deliverables: [{ ...plate, container: 'st2065-4' }] })).toThrow(
      /forbids compression/,
    );
    expect(() => readRecipe({ ...recipe, deliverables: [plate, plate] })).toThrow(/two deliverables/);
    expect(() => readRecipe({ ...recipe, deliverables: [{ ...plate, naming: '{what}' }] })).toThrow(
      /\{what\}/,
    );
    expect(() => readRecipe({ ...recipe, hands: 8 })).toThrow(/not valid/);
  });
});
