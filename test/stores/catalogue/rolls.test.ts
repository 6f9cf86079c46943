import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Catalogue } from '../../../stores/catalogue/catalogue.ts';
import { makeFile } from './make-clip.ts';
import { openCatalogue } from './open-catalogue.ts';

let catalogue: Catalogue;
beforeAll(async () => {
  catalogue = await openCatalogue();
});
afterAll(() => catalogue.close());

const roll = (name: string, state: 'arriving' | 'sealed' | 'incomplete' = 'arriving') => ({
  production: 'agm',
  shootDay: '20260930',
  roll: name,
  site: 'studio',
  state,
});

test('a roll moves through its states, and its report stays with it', async () => {
  await catalogue.upsertRoll({ ...roll('A001'), source: '/cards/A001' });
  await catalogue.setRollState('agm/20260930/A001', 'verifying');
  const counts = { files: 3, bytes: 300, verified: 2, failed: 1, missing: 0, clips: 2 };
  const report = {
    version: 1 as const,
    kind: 'roll-report' as const,
    rollId: 'agm/20260930/A001',
    state: 'incomplete' as const,
    counts,
    generation: 2,
    findings: [],
  };
  await catalogue.saveRollReport(report);
  await catalogue.saveRollReport(report);
  expect(await catalogue.getRoll('agm/20260930/A001')).toMatchObject({
    state: 'incomplete',
    counts,
    generation: 2,
    report,
    source: '/cards/A001',
  });
  expect(await catalogue.getRoll('agm/20260930/none')).toBeNull();
});

test('a day is complete when every announced roll is sealed, and says what it lacks until then', async () => {
  const day = { production: 'day', shootDay: '20260930', who: 'Ada', at: '2026-09-30T07:00:00Z' };
  await catalogue.announceRolls({ ...day, rolls: ['A001', 'B001'] });
  await catalogue.announceRolls({ ...day, rolls: ['B001', 'C001'] });
  await catalogue.upsertRoll({ ...roll('A001', 'sealed'), production: 'day' });
  await catalogue.upsertRoll({ ...roll('B001', 'incomplete'), production: 'day' });
  await catalogue.upsertRoll({ ...roll('X001', 'incomplete'), production: 'day' });
  const before = await catalogue.dayCompleteness('day', '20260930');
  expect(before.isComplete).toBe(false);
  expect(before.lacking).toEqual([
    { roll: 'B001', state: 'incomplete' },
    { roll: 'C001', state: null },
  ]);
  expect(before.rolls.map((each) => [each.roll, each.isAnnounced])).toEqual([
    ['A001', true],
    ['B001', true],
    ['C001', true],
    ['X001', false],
  ]);
  await catalogue.setRollState('day/20260930/B001', 'sealed');
  await catalogue.upsertRoll({ ...roll('C001', 'sealed'), production: 'day' });
  expect((await catalogue.dayCompleteness('day', '20260930')).isComplete).toBe(true);
});

test('a day of which nothing came yet is known by what was announced for it', async () => {
  const day = { shootDay: '20261224', who: 'Ada', at: '2026-12-23T07:00:00Z' };
  for (const production of ['later', 'early', 'early'])
    await catalogue.announceRolls({ ...day, production, rolls: ['A001', 'B001'] });
  expect(await catalogue.productionsAnnounced('20261224')).toEqual(['early', 'later']);
  expect(await catalogue.productionsAnnounced('20261225')).toEqual([]);
});

test('a day on which nobody announced anything is not called complete', async () => {
  await catalogue.upsertRoll({ ...roll('A001', 'sealed'), production: 'quiet' });
  expect((await catalogue.dayCompleteness('quiet', '20260930')).isComplete).toBe(false);
});

test('ten writers of the files of one roll at once end with each file once, as the last one says', async () => {
  const files = Array.from({ length: 200 }, (_, i) => makeFile(`Clips/${i}.mov`));
  await Promise.all(
    Array.from({ length: 10 }, (_, writer) =>
      catalogue.upsertFiles('agm/20260930/RACE', writer % 2 ? files : files.toReversed()),
    ),
  );
  await catalogue.upsertFile('agm/20260930/RACE', makeFile('Clips/7.mov', { outcome: 'quarantined' }));
  const known = await catalogue.filesOf('agm/20260930/RACE');
  expect(known.length).toBe(200);
  expect(known.filter((file) => file.outcome === 'quarantined').map((file) => file.path)).toEqual([
    'Clips/7.mov',
  ]);
});

test('a generation is remembered as it was first seen, so that one which is forged or gone is noticed', async () => {
  const first = { history: '', sequence: 1, path: 'ascmhl/0001.mhl', format: 'c4' as const, digest: 'c41' };
  await catalogue.rememberChainDigests('agm/20260930/A001', [first]);
  await catalogue.rememberChainDigests('agm/20260930/A001', [
    { ...first, digest: 'forged' },
    { ...first, sequence: 2, path: 'ascmhl/0002.mhl' },
  ]);
  expect(await catalogue.chainDigestsOf('agm/20260930/A001')).toEqual([
    first,
    { ...first, sequence: 2, path: 'ascmhl/0002.mhl' },
  ]);
});
