import { describe, expect, test } from 'vitest';
import { ignoreMatcher } from '../../../standards/mhl/ignore-patterns.ts';

// Pattern, path (a folder ends in `/`), whether it is ignored. Source: gitignore(5).
const CASES: [string, string, boolean][] = [
  ['*.tmp', 'a/b.tmp', true],
  ['*.tmp', 'a/b.tmp2', false],
  ['/x', 'x/', true],
  ['/x', 'a/x', false],
  ['x/', 'a/x', false],
  ['x/', 'a/x/', true],
  ['x/', 'a/x/y/z', true],
  ['a/b', 'z/a/b', false],
  ['a/b', 'a/b', true],
  ['**/x', 'x', true],
  ['**/x', 'a/b/x', true],
  // Nothing is left in the folder, and the reference records none; git has no empty folders.
  ['a/**', 'a/', true],
  ['x/a/**', 'a/', false],
  ['/a/**', 'b/a/', false],
  ['a/**', 'a/b/c', true],
  ['a/**/b', 'a/b', true],
  ['a/**/b', 'a/x/y/b', true],
  ['a/*/b', 'a/x/y/b', false],
  ['a?c', 'abc', true],
  ['a?c', 'a/c', false],
  ['[a-c].mov', 'b.mov', true],
  ['[!a-c].mov', 'b.mov', false],
  ['[!a-c].mov', 'd.mov', true],
  ['[ab', '[ab', false],
  ['\\[ab', '[ab', true],
  ['[a\\]b]', 'a]b', false],
  ['[a\\]b]', ']', true],
  ['[a\\-c]', 'b', false],
  ['[a\\-c]', '-', true],
  ['[]a]', ']', true],
  ['\\*.mov', '*.mov', true],
  ['\\*.mov', 'a.mov', false],
  ['# no', '# no', false],
  ['\\# yes', '# yes', true],
  ['trailing ', 'trailing', true],
  ['Å Ω', 'x/Å Ω', true],
  ['a*b*c', 'a1b2c', true],
  ['.DS_Store', 'deep/.DS_Store', true],
];

describe('ignore patterns', () => {
  for (const [pattern, path, ignored] of CASES) {
    test(`"${pattern}" ${ignored ? 'ignores' : 'leaves'} "${path}"`, () => {
      expect(ignoreMatcher([pattern])(path.replace(/\/$/, ''), path.endsWith('/'))).toBe(ignored);
    });
  }

  test('the last pattern that fits decides, and an ignored folder stays ignored', () => {
    expect(ignoreMatcher(['*.mov', '!keep.mov'])('keep.mov', false)).toBe(false);
    expect(ignoreMatcher(['!keep.mov', '*.mov'])('keep.mov', false)).toBe(true);
    expect(ignoreMatcher(['d/', '!d/keep'])('d/keep', false)).toBe(true);
  });

  test('an exception keeps a folder whose inside is otherwise ignored', () => {
    const matches = ignoreMatcher(['Clips/**', '!Clips/keep.mov']);
    expect([matches('Clips', true), matches('Clips/keep.mov', false), matches('Clips/a.mov', false)]).toEqual(
      [false, false, true],
    );
    expect(ignoreMatcher(['!keep.mov', 'Clips/**'])('Clips', true)).toBe(true);
  });

  test('a hostile pattern takes no longer than its length times the path', () => {
    // Not of the clock: the machine may be busy, or stand still.
    const before = process.cpuUsage();
    expect(ignoreMatcher([`${'*a'.repeat(60)}b`])('a'.repeat(250), false)).toBe(false);
    expect(ignoreMatcher([`${'**/a/'.repeat(60)}zz`])(`${'a/'.repeat(100)}b`, false)).toBe(false);
    expect(process.cpuUsage(before).user / 1e6).toBeLessThan(2);
  });
});
