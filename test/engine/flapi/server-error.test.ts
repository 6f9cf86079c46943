import { describe, expect, it } from 'vitest';
import { licenceLine, speaksOfLicence } from '../../../engine/flapi/server-error.ts';

describe('words about licences', () => {
  it.each([
    ['All floating licenses are in use', true],
    ['LICENCE_UNAVAILABLE', true],
    ['NoLicenseError(12): checkout', true],
    ['unlicensed product', true],
    ["Can't get a licence, it's in use elsewhere", true],
    ['cannot read /mnt/licence/A001.ari', false],
    ["no media at 'licence tests/A001'", false],
    ['no codec', false],
  ])('%s: %s', (text, isAboutIt) => {
    expect(speaksOfLicence(text)).toBe(isAboutIt);
  });

  it('are told by the line they stand in, whatever follows', () => {
    expect(licenceLine('starting\nno licence for baselight\nexiting')).toBe('no licence for baselight');
    expect(licenceLine('starting\nexiting')).toBeNull();
  });
});
