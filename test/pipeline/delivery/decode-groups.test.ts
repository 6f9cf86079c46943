import { expect, test } from 'vitest';
import { decodeGroup } from '../../../pipeline/delivery/decode-groups.ts';
import { preparePlate } from '../../../pipeline/delivery/prepare-plate.ts';
import { findRecipe } from '../../../pipeline/delivery/recipes.ts';
import { makeClipSource, makePlannedPlate } from './clip-source-fixture.ts';

function groupOf(
  recipe: string,
  frames: number,
  sharesDecode: (jobs: readonly unknown[]) => boolean = () => true,
): string[] {
  const plate = { ...makePlannedPlate(), sourceFrames: { first: 20, last: 19 + frames } };
  const source = makeClipSource();
  const { deliverables } = preparePlate({
    ...{ turnover: 't', plate, source, recipe: findRecipe(recipe), amfs: [], fingerprint: {} },
  });
  return decodeGroup(deliverables, sharesDecode);
}

test('a plate of up to two segments is made with its movie and still', () => {
  expect(groupOf('vfx-turnover', 48)).toEqual(['plate', 'reference', 'proxy']);
  expect(groupOf('vfx-plates', 24)).toEqual(['plate', 'reference']);
});

test('the segments of a longer plate go to many workers; its movies are still made together', () => {
  expect(groupOf('vfx-turnover', 49)).toEqual(['reference', 'proxy']);
  expect(groupOf('vfx-plates', 49)).toEqual([]);
});

test('movies alone are made together, and nothing is where the engine gains nothing', () => {
  expect(groupOf('editorial-proxy', 49)).toHaveLength(3);
  expect(groupOf('editorial-proxy', 49, () => false)).toEqual([]);
});

test('of movies that are too many for one decode as many are made together as can be', () => {
  const all = groupOf('colour-managed', 49);
  expect(all).toHaveLength(4);
  expect(groupOf('colour-managed', 49, (jobs) => jobs.length <= 3)).toEqual(all.slice(0, 3));
});
