import { describe, expect, it } from 'vitest';
import { checkTemplate, fileStem, frameName, plateFolder } from '../../../pipeline/delivery/naming.ts';
import { checkNames, platePaths } from '../../../pipeline/delivery/package-paths.ts';
import { findRecipe } from '../../../pipeline/delivery/recipes.ts';
import type { Recipe } from '../../../schemas/recipe.ts';
import type { PlannedPlate } from '../../../schemas/turnover.ts';
import { makePlannedPlate } from './clip-source-fixture.ts';

describe('naming of deliverables', () => {
  it('names a plate by shot, plate and a version of three digits', () => {
    const stem = fileStem('{shot}_{plate}_v{version}', {
      shot: 'AGM_104_065_010',
      plate: 'PL01',
      version: 1,
    });
    expect(stem).toBe('AGM_104_065_010_PL01_v001');
    expect(plateFolder(stem, { width: 4536, height: 3780 })).toBe('AGM_104_065_010_PL01_v001/4536x3780');
    expect(frameName(stem, 1001, 4, 'exr')).toBe('AGM_104_065_010_PL01_v001.1001.exr');
    expect(frameName(stem, 1001, 5, 'exr')).toBe('AGM_104_065_010_PL01_v001.01001.exr');
  });

  it('refuses a frame number that its digits cannot hold, instead of growing a fifth digit in mid-sequence', () => {
    expect(() => frameName('a', 10000, 4, 'exr')).toThrow(/does not fit 4 digits/);
    expect(() => frameName('a', -1, 4, 'exr')).toThrow(/does not fit/);
  });

  it('says which token of a template is not known, and which character is not legal', () => {
    expect(checkTemplate('{shot}_{scene}')).toMatch(/\{scene\}, which is not known/);
    expect(checkTemplate('{shot} {plate}')).toMatch(/the character " "/);
    expect(checkTemplate('{shot}/{plate}')).toMatch(/"\/"/);
    expect(checkTemplate('{shot}_{plate}_v{version}')).toBeNull();
  });

  it('refuses a shot name that would leave its folder or hide its file', () => {
    for (const shot of ['../x', '.hidden', 'a/b', 'a b', 'Ä1', '']) {
      expect(() => fileStem('{shot}_{plate}', { shot, plate: 'PL01', version: 1 })).toThrow(
        /file name|does not have/,
      );
    }
  });
});

describe('the names of a whole turnover', () => {
  const recipe = findRecipe('vfx-plates');
  const withNaming = (naming: string, digits = 4): Recipe => ({
    ...recipe,
    numbering: { ...recipe.numbering, digits },
    deliverables: recipe.deliverables.map((spec) => (spec.kind === 'plate' ? { ...spec, naming } : spec)),
  });
  const plates: PlannedPlate[] = [1, 2].map((n) => ({
    ...makePlannedPlate(),
    plateId: `SHOT_010_PL0${n}`,
    plate: `PL0${n}`,
    reel: 'A001 (R1)',
    turnoverName: 'reel1',
  }));

  it('may be made of reel and turnover, what a file name may not hold become an underscore', () => {
    const [plate] = plates;
    expect(platePaths(withNaming('{turnover}_{reel}_{plate}_v{version}'), plate!, 3).stem).toBe(
      'reel1_A001_R1__PL01_v003',
    );
  });

  it('must tell plates apart, whatever the case of their letters', () => {
    expect(() => checkNames(recipe, plates, 1)).not.toThrow();
    expect(() => checkNames(withNaming('{shot}_v{version}'), plates, 1)).toThrow(
      /names SHOT_010_PL01 and SHOT_010_PL02 alike, "SHOT_010_v001"/,
    );
  });

  it('must have room for the last frame number', () => {
    const late = plates.map((plate) => ({ ...plate, firstFrameNumber: 9990 }));
    expect(() => checkNames(recipe, late, 1)).toThrow(/10021 .* does not fit 4 digits/);
    expect(() => checkNames(withNaming('{shot}_{plate}', 5), late, 1)).not.toThrow();
  });
});
