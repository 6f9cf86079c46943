import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Catalogue, createCatalogue } from '../../../stores/catalogue/catalogue.ts';
import { openJournal } from '../../../stores/catalogue/journal.ts';
import { rebuildCatalogue } from '../../../stores/catalogue/rebuild.ts';
import { openFacts } from '../../../stores/facts.ts';
import { freshDatabase } from '../../support/stack.ts';
import { openSite, type TestSite } from '../objects/open-store.ts';
import { makeClip, makeFile } from './make-clip.ts';
import { makePlan, makePlate, makeRequest } from './make-turnover.ts';

let site: TestSite;
let url: string;
let catalogue: Catalogue;
beforeAll(async () => {
  site = await openSite();
  url = await freshDatabase();
  catalogue = createCatalogue(url, { journal: openJournal(site.store) });
  await catalogue.migrate();
});
afterAll(async () => {
  await catalogue.close();
  await site.close();
});

/**
 * Every row of every table, in an order that does not depend on how it got there. But for engines: every worker says again
 * what it has.
 */
async function everything(from: Catalogue): Promise<Record<string, unknown[]>> {
  const { rows: tables } = await sql<{
    name: string;
  }>`SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE 'kysely%' AND tablename <> 'site_engines' ORDER BY 1`.execute(
    from.db,
  );
  const dump: Record<string, unknown[]> = {};
  for (const { name } of tables) {
    const { rows } = await sql<{
      row: unknown;
    }>`SELECT to_jsonb(t) AS row FROM ${sql.table(name)} t ORDER BY to_jsonb(t)::text`.execute(from.db);
    dump[name] = rows.map(({ row }) => row);
  }
  return dump;
}

async function liveThroughTwoDays(): Promise<void> {
  const roll = {
    production: 'agm',
    shootDay: '20260930',
    roll: 'A001R1AB',
    site: 'studio',
    state: 'arriving' as const,
    source: '/cards/A001R1AB',
  };
  const rollId = 'agm/20260930/A001R1AB';
  await catalogue.announceRolls({
    production: 'agm',
    shootDay: '20260930',
    rolls: ['A001R1AB', 'B001'],
    who: 'Ada',
    at: '2026-09-30T07:00:00.000Z',
  });
  await catalogue.upsertRoll(roll);
  await catalogue.setRollState(rollId, 'verifying');
  const settings = {
    requiresGate: ['flapi'],
    thresholds: {},
    rules: [{ codec: 'r3d', engines: ['redline'] }],
  };
  await catalogue.saveEngineSettings('agm', settings, 'Ada', '2026-09-30T07:00:00.000Z');
  await catalogue.saveGateVerdict({
    version: 1,
    kind: 'gate-verdict',
    production: 'agm',
    engine: 'flapi baselight=5.3',
    reference: 'stills',
    cameraFormat: 'f1',
    passed: true,
    factKey: 'facts/agm/gates/flapi/0.json',
    who: 'Ada',
    at: '2026-09-30T08:00:00.000Z',
  });
  const record = {
    version: 1,
    kind: 'copy-record',
    rollId,
    files: [makeFile('Clips/a.mov'), makeFile('Clips/ü\u0308.mov')],
    findings: [],
  };
  await catalogue.upsertFiles(rollId, record.files as never);
  await openFacts(site.store).put('agm', 'copies', '20260930/A001R1AB/0-1', record);
  const format = {
    version: 1 as const,
    kind: 'camera-format' as const,
    formatId: 'f1',
    production: 'agm',
    label: 'A',
    cameraLabel: 'A',
    cameraMake: null,
    cameraModel: null,
    sensorMode: null,
    codec: null,
    detected: { inputColorSpace: null, lensSqueeze: null, sourceFdl: null, decode: {} },
  };
  await catalogue.upsertCameraFormat(format);
  await catalogue.upsertClips({ production: 'agm', shootDay: '20260930', rollId }, [
    { clipId: 'clip-1', clip: makeClip(), cameraFormatId: 'f1' },
    { clipId: 'odd', clip: makeClip({ fields: { lensModel: 'half \ud800 pair\0' } }) },
  ]);
  await catalogue.upsertClips({ production: 'agm', shootDay: '20260930', rollId }, [
    { clipId: 'clip-1', clip: makeClip({ fields: { reelName: 'corrected' } }), cameraFormatId: 'f1' },
  ]);
  await catalogue.learnRule({
    version: 1,
    kind: 'learned-rule',
    production: 'agm',
    formatId: 'f1',
    attributes: { inputColorSpace: 'ARRI LogC4' },
    who: 'Ada',
    at: '2026-09-30T20:00:00.000Z',
  });
  await catalogue.rememberChainDigests(rollId, [
    { history: '', sequence: 1, path: 'ascmhl/0001.mhl', format: 'c4', digest: 'c41' },
  ]);
  await catalogue.saveRollReport({
    version: 1,
    kind: 'roll-report',
    rollId,
    state: 'sealed',
    counts: { files: 2, bytes: 2, verified: 2, failed: 0, missing: 0, clips: 2 },
    generation: 2,
    findings: [],
  });
  const sent = { ...record, sentTo: 'annex', files: [makeFile('Clips/a.mov')] };
  await catalogue.upsertSentFiles(rollId, 'annex', sent.files as never);
  await openFacts(site.store).put('agm', 'copies', '20260930/A001R1AB/annex/0-0', sent);
  await catalogue.rememberChainDigests(
    rollId,
    [{ history: '', sequence: 1, path: 'ascmhl/0001.mhl', format: 'c4', digest: 'c4 of the annex' }],
    'annex',
  );
  await catalogue.saveRollCopy('annex', {
    version: 1,
    kind: 'roll-report',
    rollId,
    state: 'incomplete',
    counts: { files: 1, bytes: 1, verified: 1, failed: 0, missing: 1, clips: 2 },
    generation: 2,
    findings: [],
    site: 'annex',
  });

  const request = makeRequest();
  const id = 'agm/reel1/1';
  await catalogue.upsertTurnover(request);
  await catalogue.savePlan(
    request,
    makePlan(request, [makePlate('A_PL01'), makePlate('B_PL01')], ['ambiguous']),
    'plan-1',
  );
  await catalogue.saveDecision(id, {
    eventIndex: 2,
    eventKey: 'A001||@x',
    clipId: 'clip-1',
    who: 'Ada',
    at: '2026-10-01T08:00:00.000Z',
  });
  await catalogue.savePlan(
    request,
    makePlan(request, [makePlate('A_PL01'), makePlate('B_PL01'), makePlate('C_PL01')]),
    'plan-2',
  );
  for (const plateId of ['A_PL01', 'B_PL01']) await catalogue.setPlateState(id, plateId, 'rendering');
  const segment = {
    turnoverId: id,
    plateId: 'A_PL01',
    deliverable: 'exr',
    first: 92,
    last: 131,
    framesMade: 40,
    framesReused: 0,
    worker: 'w1',
    attempt: 1,
  };
  await catalogue.recordSegment(segment);
  await catalogue.recordSegment({ ...segment, framesMade: 0, framesReused: 40, worker: 'w2', attempt: 2 });
  await catalogue.savePlateMade(id, 'A_PL01', 'made-1', [
    { name: 'exr', kind: 'sequence', contentKey: '5f' },
  ]);
  await catalogue.setPlateState(id, 'B_PL01', 'failed', 'the disk is full');
  await catalogue.savePublication(id, {
    state: 'partial',
    package: id,
    publication: 'publications/1',
    findings: [],
    at: '2026-10-01T09:00:00.000Z',
  });
  await catalogue.setTurnoverState(id, 'cancelled');
}

test('a catalogue that lost everything is rebuilt from the object store, row for row', async () => {
  await liveThroughTwoDays();
  const before = await everything(catalogue);
  for (const [table, rows] of Object.entries(before))
    expect(rows.length, `rows of ${table}`).toBeGreaterThan(0);

  const lost = createCatalogue(await freshDatabase());
  await lost.migrate();
  const rebuilt = await rebuildCatalogue(lost.db, site.store);
  expect(await everything(lost)).toEqual(before);
  expect(rebuilt).toEqual({ productions: 1, writes: 25, files: 3 });
  await lost.close();
});

test('rebuilding over a living catalogue, twice, changes nothing, and removes what no fact says', async () => {
  const before = await everything(catalogue);
  await sql`INSERT INTO productions (name) VALUES ('imagined')`.execute(catalogue.db);
  await rebuildCatalogue(catalogue.db, site.store);
  await rebuildCatalogue(catalogue.db, site.store);
  expect(await everything(catalogue)).toEqual(before);
});

test('a rebuild that fails half way leaves the catalogue as it was', async () => {
  const before = await everything(catalogue);
  await site.store.putWholeIfAbsent(
    site.store.bucket('work'),
    'facts/agm/catalogue/99991231/000000.000000-broken.json',
    Buffer.from('{"kind":"other"}'),
  );
  await expect(rebuildCatalogue(catalogue.db, site.store)).rejects.toMatchObject({
    code: 'unreadable',
    message: expect.stringContaining('broken.json'),
  });
  expect(await everything(catalogue)).toEqual(before);
});

test('a write that cannot be kept in the object store is not done', async () => {
  const away = createCatalogue(url, { journal: openJournal(site.open({ port: 9 })) });
  await expect(
    away.upsertRoll({
      production: 'agm',
      shootDay: '20261002',
      roll: 'Z',
      site: 'studio',
      state: 'arriving',
    }),
  ).rejects.toMatchObject({ code: 'service-away' });
  expect(await catalogue.getRoll('agm/20261002/Z')).toBeNull();
  await away.close();
});

test('a catalogue that cannot be reached is a failure that a retry can help', async () => {
  const away = createCatalogue('postgres://nobody@127.0.0.1:9/none');
  await expect(away.getRoll('x')).rejects.toMatchObject({ code: 'service-away', retry: true });
  await away.close();
});
