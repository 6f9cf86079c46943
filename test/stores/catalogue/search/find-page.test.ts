import { type SqlBool, sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Catalogue } from '../../../../stores/catalogue/catalogue.ts';
import { conditionsOf } from '../../../../stores/catalogue/search/conditions.ts';
import { findPage } from '../../../../stores/catalogue/search/find-page.ts';
import { parseQuery } from '../../../../stores/catalogue/search/parse-query.ts';
import { makeClip } from '../make-clip.ts';
import { openCatalogue } from '../open-catalogue.ts';

let catalogue: Catalogue;
beforeAll(async () => {
  catalogue = await openCatalogue();
  const clips = Array.from({ length: 300 }, (_, i) => ({
    clipId: `clip-${(i * 7919) % 300}`,
    // The camera of the last fifty is in no earlier clip: a walk in order meets it late.
    clip: makeClip({
      clipName: `A${String(i).padStart(3, '0')}`,
      fields: { cameraModel: i < 250 ? 'ALEXA 35' : 'KOMODO', startTimecode: `${10 + (i % 3)}:00:00:00` },
    }),
  }));
  await catalogue.upsertClips(
    { production: 'agm', shootDay: '20260930', rollId: 'agm/20260930/A001' },
    clips,
  );
});
afterAll(() => catalogue.close());

const WAYS = {
  'a short walk': { shortWalk: 1000, promising: 1, longWalk: 1, fewHits: 1 },
  'a long walk, the short one being promising': { shortWalk: 40, promising: 1, longWalk: 1000, fewHits: 1 },
  'the indexes, hits being few': { shortWalk: 1, promising: 50, longWalk: 1, fewHits: 1000 },
  'a long walk, hits being many': { shortWalk: 1, promising: 50, longWalk: 1000, fewHits: 1 },
  'a sort of all hits': { shortWalk: 1, promising: 50, longWalk: 1, fewHits: 1 },
};

test.each([
  'camera:alexa',
  'camera:komodo',
  'tc:11',
  'tc:12-11 -camera:komodo',
  'camera:alexa camera:komodo',
  'a299',
  '-a299',
  '',
])('%j finds the same page in the same order on every way', async (text) => {
  const within = [sql<SqlBool>`clip_name > 'A010'`];
  const pages = await Promise.all(
    Object.values(WAYS).map((effort) =>
      findPage(
        catalogue.db,
        { within, conditions: conditionsOf(parseQuery(text)).conditions, limit: 20 },
        effort,
      ),
    ),
  );
  const { rows } = await sql<{
    clip_id: string;
  }>`SELECT clip_id FROM clips WHERE ${sql.join([...within, ...conditionsOf(parseQuery(text)).conditions], sql` AND `)} ORDER BY clip_name LIMIT 20`.execute(
    catalogue.db,
  );
  for (const page of pages) expect(page).toEqual(rows.map((row) => row.clip_id));
});
