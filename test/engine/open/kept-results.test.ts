import { expect, test } from 'vitest';
import { keepResults } from '../../../engine/open/kept-results.ts';

const tools = { ociowrite: '/a/ociowrite' };

/** Counts how often something had to be made. */
function maker() {
  const made: string[] = [];
  const of = (name: string) => async () => {
    made.push(name);
    return `result of ${name}`;
  };
  return { made, of };
}

test('what was made for a key is not made again, and another key has its own', async () => {
  const kept = keepResults<string>(4);
  const { made, of } = maker();
  expect(await kept(tools, 'a', of('a'))).toBe('result of a');
  expect(await kept(tools, 'a', of('a'))).toBe('result of a');
  expect(await kept(tools, 'b', of('b'))).toBe('result of b');
  expect(made).toEqual(['a', 'b']);
});

test('other programs make everything anew', async () => {
  const kept = keepResults<string>(4);
  const { made, of } = maker();
  await kept(tools, 'a', of('old'));
  expect(await kept({ ociowrite: '/b/ociowrite' }, 'a', of('new'))).toBe('result of new');
  expect(made).toEqual(['old', 'new']);
});

test('a result of null is a result', async () => {
  const kept = keepResults<null>(4);
  let made = 0;
  const nothing = async () => {
    made++;
    return null;
  };
  await kept(tools, 'a', nothing);
  expect(await kept(tools, 'a', nothing)).toBeNull();
  expect(made).toBe(1);
});

test('a failure is not remembered', async () => {
  const kept = keepResults<string>(4);
  await expect(kept(tools, 'a', () => Promise.reject(new Error('aborted')))).rejects.toThrow('aborted');
  expect(await kept(tools, 'a', async () => 'made')).toBe('made');
});

test('what was not asked for the longest is forgotten first', async () => {
  const kept = keepResults<string>(2);
  const { made, of } = maker();
  for (const key of ['a', 'b', 'a', 'c', 'a', 'b']) await kept(tools, key, of(key));
  expect(made).toEqual(['a', 'b', 'c', 'b']);
});
