import { describe, expect, test } from 'vitest';
import { compareVersions, firstVersion, fits } from '../../setup/versions.mjs';

describe('accepted versions of tools', () => {
  test('the version is read out of what a program says about itself', () => {
    expect(firstVersion('ffmpeg version 5.1.9-0+deb12u1 Copyright (c) 2000-2026')).toBe('5.1.9');
    expect(firstVersion('temporal version 0.0.0-DEV (Server 1.29.1, UI 2.42.1)')).toBe('0.0.0');
    expect(firstVersion('3.2.2.0')).toBe('3.2.2.0');
    expect(firstVersion('git')).toBeNull();
  });

  test('versions are ordered by number, not by letter', () => {
    expect(compareVersions('5.10', '5.9')).toBeGreaterThan(0);
    expect(compareVersions('1.8', '1.8.0')).toBe(0);
    expect(compareVersions('0.20.2', '0.21')).toBeLessThan(0);
    expect(compareVersions('18.4.0-beta.17', '18.4.0')).toBe(0);
  });

  test('a version counts only inside its range', () => {
    expect(fits('5.1.9', '>=5.1 <10')).toBe(true);
    expect(fits('4.4.2', '>=5.1 <10')).toBe(false);
    expect(fits('10.0', '>=5.1 <10')).toBe(false);
    expect(fits('3.2.2.0', '=3.2.2.0')).toBe(true);
    expect(fits('3.2.2.1', '=3.2.2.0')).toBe(false);
  });

  test('a program that does not tell its version counts only where any version will do', () => {
    expect(fits(null, '>=1')).toBe(false);
    expect(fits(null, 'any')).toBe(true);
  });

  test('a range with a slip of the pen is a loud error, not a refusal of every tool', () => {
    expect(() => fits('1.0', '~1.0')).toThrow('~1.0');
  });
});
