import { expect, test } from 'vitest';
import { publicationName } from '../../activities/package-location.ts';

test('two publications of one second stand beside each other', () => {
  const [first, second] = ['2026-11-21T23:59:10.104Z', '2026-11-21T23:59:10.921Z'].map(publicationName);
  expect(first).toBe('publications/20261121T235910104Z');
  expect(second).not.toBe(first);
});
