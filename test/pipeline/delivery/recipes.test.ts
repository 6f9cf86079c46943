import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { displayFaults } from '../../../pipeline/delivery/display-views.ts';
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

  const own = { ...structuredClone(findRecipe('vfx-plates')), name: 'mine' };
  const [plate, still] = own.deliverables;

  it('are refused when they contradict the standard they name', () => {
    const refuse = (change: object, sentence: RegExp) =>
      expect(() => readRecipe({ ...own, ...change })).toThrow(sentence);
    refuse({ deliverables: [{ ...plate, container: 'st2065-4' }] }, /forbids compression/);
    refuse({ deliverables: [plate, plate] }, /Two deliverables are named "plate"/);
    refuse({ deliverables: [{ ...plate, naming: '{what}' }] }, /\{what\}/);
    refuse({ deliverables: [{ ...plate, naming: 'a/{shot}' }] }, /character "\/"/);
    refuse({ deliverables: [still] }, /stills alone/);
    refuse({ deliverables: [plate, { ...still, view: 'Nice' }] }, /has no view "Nice"; views: ACES 2\.0/);
    refuse({ numbering: { first: 100_001, at: 'cut-in', digits: 5 } }, /100001, does not fit 5 digits/);
    refuse({ hands: 8 }, /"hands" is not a field of a recipe/);
    refuse({ name: 'vfx-plates', handles: 9 }, /name of a shipped recipe/);
    refuse({ version: 2 }, /At version/);
    refuse(
      { deliverables: [{ ...findRecipe('editorial-proxy').deliverables[0], container: 'mp4' }] },
      /not written in mp4/,
    );
  });

  it.each([
    [{ maxNits: 20_000, minNits: 0.0001 }, /20000 cd\/m² is beyond the 10000/],
    [{ maxNits: 1000, minNits: 1000 }, /darkest at 1000 cd\/m² and brightest at 1000/],
  ])('are refused when no display can be as the mastering display they name: %o', (light, sentence) => {
    const { deliverables, ...rest } = findRecipe('colour-managed');
    const strange = deliverables.map((spec) =>
      spec.kind === 'proxy' && spec.mastering
        ? { ...spec, mastering: { ...spec.mastering, ...light } }
        : spec,
    );
    expect(() => readRecipe({ ...rest, name: 'own', deliverables: strange })).toThrow(sentence);
  });

  it('that a person wrote are told every fault at once, each in its own sentence', () => {
    const broken = { ...own, hands: 8, revision: 0, deliverables: [{ ...plate, colour: 'sRGB' }] };
    expect(() => readRecipe(broken)).toThrow(
      /^The recipe "mine" cannot be used\. (?=.*At revision: )(?=.*At deliverables\.0\.colour: )(?=.*"hands" is not a field)/,
    );
    expect(readRecipe(own)).toEqual(own);
  });

  it('name displays and views that the pinned config has', () => {
    const config = readFileSync(
      join(import.meta.dirname, '../../../engine/assets/studio-config-v4.0.0_aces-v2.0_ocio-v2.5.ocio'),
      'utf8',
    );
    const section = /\ndisplays:\n([\s\S]*?)\nvirtual_display/.exec(config)![1]!;
    const shown = [...section.matchAll(/^ {2}(\S.*):\n.*\n {4}- !<Views> \[(.*)\]$/gm)];
    expect(shown).toHaveLength(9);
    for (const [, display, views] of shown)
      for (const view of views!.split(', ')) expect(displayFaults({ display: display!, view })).toEqual([]);
    expect(displayFaults({ display: 'Projector', view: 'x' })).toHaveLength(1);
  });
});

describe('a movie recipe', () => {
  it('gives each movie of a plate its own name in the plate folder', () => {
    for (const name of ['editorial-proxy', 'colour-managed', 'colour-managed-j2k']) {
      const recipe = findRecipe(name);
      const movies = recipe.deliverables.filter(({ kind }) => kind === 'proxy');
      const paths = movies.map((spec) => moviePath(recipe, spec, makePlannedPlate(), 1));
      expect(new Set(paths).size).toBe(3);
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
        amfs: [],
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
