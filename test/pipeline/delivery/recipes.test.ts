import { describe, expect, it } from 'vitest';
import { moviePath } from '../../../pipeline/delivery/package-paths.ts';
import { preparePlate } from '../../../pipeline/delivery/prepare-plate.ts';
import { findRecipe, readRecipe, shippedRecipes } from '../../../pipeline/delivery/recipes.ts';
import { makeClipSource, makePlannedPlate } from './clip-source-fixture.ts';

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

describe('a movie recipe', () => {
  it('gives each movie of a plate its own name in the plate folder', () => {
    for (const name of ['editorial-proxy', 'colour-managed']) {
      const recipe = findRecipe(name);
      const paths = recipe.deliverables.map((spec) => moviePath(recipe, spec, makePlannedPlate(), 1));
      expect(new Set(paths).size).toBe(recipe.deliverables.length);
      expect(paths.every((path) => path.startsWith('SHOT_010_PL01_v001/SHOT_010_PL01_v001_'))).toBe(true);
    }
  });

  it('is prepared whole: each movie with a work key of its own, and no AMF is missed', () => {
    const source = makeClipSource();
    for (const name of ['editorial-proxy', 'colour-managed']) {
      const prepared = preparePlate({
        turnover: 't',
        plate: makePlannedPlate(),
        source,
        recipe: findRecipe(name),
        amf: null,
        fingerprint: {},
      });
      expect(prepared.deliverables.map((one) => one.kind)).toEqual(
        findRecipe(name).deliverables.map(() => 'movie'),
      );
      expect(new Set(prepared.deliverables.map((one) => one.contentKey)).size).toBe(
        prepared.deliverables.length,
      );
    }
  });
});
