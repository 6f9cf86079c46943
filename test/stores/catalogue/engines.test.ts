import pg from 'pg';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { chooseEngine } from '../../../engine/choose-engine.ts';
import type { GateVerdict, SiteEngine } from '../../../schemas/engine.ts';
import { type Catalogue, createCatalogue } from '../../../stores/catalogue/catalogue.ts';
import { freshDatabase } from '../../support/stack.ts';
import { makePlan, makePlate, makeRequest } from './make-turnover.ts';
import { openCatalogue } from './open-catalogue.ts';

let catalogue: Catalogue;
beforeAll(async () => {
  catalogue = await openCatalogue();
});
afterAll(() => catalogue.close());

const flapi = (changes: Partial<SiteEngine> = {}): SiteEngine => ({
  name: 'flapi',
  versions: { baselight: '5.3' },
  decodes: ['r3d'],
  writes: ['exr:zip'],
  missing: [],
  licences: null,
  ...changes,
});
const ABSENT = { missing: [{ what: 'flapid', why: 'reads R3D', fix: 'install it' }], decodes: [] };

test('an engine is what the newest announcement of a host that has it says', async () => {
  await catalogue.announceEngine('studio', 'one', flapi());
  await catalogue.announceEngine('studio', 'two', flapi({ versions: { baselight: '6.0' } }));
  await catalogue.announceEngine('studio', 'three', flapi(ABSENT));
  await catalogue.announceEngine('elsewhere', 'four', flapi({ versions: { baselight: '7.0' } }));
  expect(await catalogue.enginesOfSite('studio')).toMatchObject([{ versions: { baselight: '6.0' } }]);
  await catalogue.announceEngine('studio', 'two', flapi(ABSENT));
  expect(await catalogue.enginesOfSite('studio')).toMatchObject([{ versions: { baselight: '5.3' } }]);
});

test('an announcement is news when something came, went or changed, and not when it is said again', async () => {
  expect(await catalogue.announceEngine('north', 'one', flapi())).toBe(true);
  expect(await catalogue.announceEngine('north', 'one', flapi())).toBe(false);
  expect(await catalogue.announceEngine('north', 'one', flapi(ABSENT))).toBe(true);
  expect(await catalogue.announceEngine('north', 'one', flapi({ licences: 2 }))).toBe(true);
});

test('a host that has said nothing for too long is not believed, until it speaks again', async () => {
  const url = await freshDatabase();
  const sql = new pg.Client({ connectionString: url });
  const catalogue = createCatalogue(url);
  await Promise.all([sql.connect(), catalogue.migrate()]);
  onTestFinished(async () => void (await Promise.all([sql.end(), catalogue.close()])));
  const age = (days: number) =>
    sql.query('update site_engines set announced_at = clock_timestamp() - make_interval(days => $1)', [days]);
  await catalogue.announceEngine('quiet', 'old', flapi());
  await age(6);
  expect(await catalogue.enginesOfSite('quiet')).toMatchObject([{ decodes: ['r3d'], missing: [] }]);
  expect(await catalogue.announceEngine('quiet', 'old', flapi())).toBe(false);
  await age(8);
  const [gone] = await catalogue.enginesOfSite('quiet');
  expect(gone).toMatchObject({
    decodes: [],
    missing: [
      {
        what: expect.stringMatching(
          /^a worker that has flapi \(last heard of on \d{4}-\d\d-\d\d from old\)$/,
        ),
      },
    ],
  });
  expect(() =>
    chooseEngine({ codec: 'r3d', cameraMake: null, recipe: 'r', writes: 'exr:zip' }, [gone!]),
  ).toThrow(/flapi: a worker that has flapi \(last heard of on .* from old\) is missing/);
  await catalogue.announceEngine('quiet', 'new', flapi({ versions: { baselight: '6.0' } }));
  expect(await catalogue.enginesOfSite('quiet')).toMatchObject([{ versions: { baselight: '6.0' } }]);
  expect(await catalogue.announceEngine('quiet', 'old', flapi())).toBe(true);
});

test('turnovers with a plate that waits are told apart from those without', async () => {
  for (const [production, name] of [
    ['agm', 'waits'],
    ['agm', 'renders'],
    ['other', 'waits'],
  ] as const) {
    const request = makeRequest({ production, name });
    await catalogue.savePlan(request, makePlan(request, [makePlate('S010_PL01')]), 'plan');
    await catalogue.setPlateState(
      `${production}/${name}/1`,
      'S010_PL01',
      name === 'waits' ? 'waiting' : 'rendering',
    );
  }
  expect(await catalogue.turnoversWithWaitingPlates('agm')).toEqual(['agm/waits/1']);
  expect(await catalogue.turnoversWithWaitingPlates()).toEqual(['agm/waits/1', 'other/waits/1']);
});

test('where no host has it, why not is kept', async () => {
  await catalogue.announceEngine('bare', 'one', flapi(ABSENT));
  expect(await catalogue.enginesOfSite('bare')).toMatchObject([{ missing: [{ what: 'flapid' }] }]);
});

test('what a production asks of engines is the newest word, whatever arrives last', async () => {
  const settings = (requiresGate: string[]) => ({ requiresGate, thresholds: {}, rules: [] });
  expect(await catalogue.engineSettings('agm')).toEqual(settings([]));
  await catalogue.saveEngineSettings('agm', settings(['flapi']), 'Ada', '2026-09-30T08:00:00.000Z');
  await catalogue.saveEngineSettings('agm', settings(['art']), 'Bo', '2026-09-30T07:00:00.000Z');
  expect((await catalogue.engineSettings('agm')).requiresGate).toEqual(['flapi']);
});

test('the verdict that holds is the newest of each engine version and camera format', async () => {
  const verdict = (cameraFormat: string, passed: boolean, at: string): GateVerdict => ({
    version: 1,
    kind: 'gate-verdict',
    production: 'agm',
    engine: 'flapi baselight=5.3',
    reference: 'stills',
    cameraFormat,
    passed,
    factKey: 'facts/agm/gates/0.json',
    who: 'Ada',
    at,
  });
  await catalogue.saveGateVerdict(verdict('f1', false, '2026-09-30T09:00:00.000Z'));
  await catalogue.saveGateVerdict(verdict('f1', true, '2026-09-30T08:00:00.000Z'));
  await catalogue.saveGateVerdict(verdict('f2', true, '2026-09-30T07:00:00.000Z'));
  const held = (await catalogue.gateVerdicts('agm')).map(({ cameraFormat, passed }) => [
    cameraFormat,
    passed,
  ]);
  expect(held).toEqual([
    ['f1', false],
    ['f2', true],
  ]);
});
