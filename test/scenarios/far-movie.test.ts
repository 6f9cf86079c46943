import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { countedRead } from '../support/counted-movie.ts';

const GIGABYTE = 2 ** 30;

test.each(['prores', 'mxf'] as const)(
  '24 frames from the middle of a gigabyte of %s cost the S3 server little more than their own bytes',
  async (kind) => {
    const folder = join(process.env.RUSHES_TEST_STATE!, 'far-movie');
    mkdirSync(folder, { recursive: true });
    const cost = await countedRead(kind, GIGABYTE, folder);
    expect(cost.movieBytes).toBeGreaterThan(0.9 * GIGABYTE);
    // A quarter of the movie at most is wanted, or reading all of it would pass.
    expect(cost.wantedBytes).toBeLessThan(cost.movieBytes / 2);
    expect(cost.sentBytes).toBeGreaterThan(cost.wantedBytes * 0.99);
    expect(cost.sentBytes / cost.wantedBytes).toBeLessThan(1.5);
  },
);
