import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { openFacts } from '../../stores/facts.ts';
import { openSite } from './objects/open-store.ts';

let site: Awaited<ReturnType<typeof openSite>>;

beforeAll(async () => {
  site = await openSite();
});

afterAll(() => site?.close());

const Listing = z.object({ files: z.array(z.string()) });

test('a shared fact is read once for all who ask, another one takes its place, and a failure is not kept', async () => {
  const facts = openFacts(site.store);
  const one = await facts.put('agm', 'listings', 'A001', { files: ['a.mov'] });
  const two = await facts.put('agm', 'listings', 'A002', { files: ['b.mov'] });
  const [first, again] = await Promise.all([facts.getShared(one, Listing), facts.getShared(one, Listing)]);
  expect(again).toBe(first);
  const other = await facts.getShared(two, Listing);
  expect(other).toEqual({ files: ['b.mov'] });
  for (let round = 0; round < 2; round += 1) {
    expect(await facts.getShared(one, Listing)).toBe(first);
    expect(await facts.getShared(two, Listing)).toBe(other);
  }

  await expect(facts.getShared(one, z.object({ clips: z.array(z.string()) }))).rejects.toMatchObject({
    code: 'unreadable',
  });
  const missing = one.replace('A001', 'A009');
  await expect(facts.getShared(missing, Listing)).rejects.toMatchObject({ code: 'not-found' });
  await expect(facts.getShared(missing, Listing)).rejects.toMatchObject({ code: 'not-found' });
  expect(await facts.getShared(one, Listing)).toEqual(first);
});
