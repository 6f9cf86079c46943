import { describe, expect, it } from 'vitest';
import { checkTemplate, fileStem, frameName, plateFolder } from '../../../pipeline/delivery/naming.ts';

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
