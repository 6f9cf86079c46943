import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Catalogue } from '../../../stores/catalogue/catalogue.ts';
import { makePlan, makePlate, makeRequest } from './make-turnover.ts';
import { openCatalogue } from './open-catalogue.ts';

let catalogue: Catalogue;
beforeAll(async () => {
  catalogue = await openCatalogue();
});
afterAll(() => catalogue.close());

const segment = { deliverable: 'exr', worker: 'w1', attempt: 1 };

test('the status of a turnover tells shots, plates, frames and who made which segment', async () => {
  const request = makeRequest({ name: 'status' });
  const id = 'agm/status/1';
  await catalogue.savePlan(
    request,
    makePlan(request, [makePlate('AGM_010_PL01'), makePlate('AGM_010_PL02')], ['ambiguous', 'not-found']),
    'plan-1',
  );
  await catalogue.setPlateState(id, 'AGM_010_PL01', 'rendering');
  await catalogue.recordSegment({
    ...segment,
    turnoverId: id,
    plateId: 'AGM_010_PL01',
    first: 92,
    last: 115,
    framesMade: 24,
    framesReused: 0,
  });
  await catalogue.recordSegment({
    ...segment,
    turnoverId: id,
    plateId: 'AGM_010_PL01',
    first: 116,
    last: 131,
    framesMade: 6,
    framesReused: 10,
    attempt: 2,
  });
  await catalogue.recordSegment({
    ...segment,
    turnoverId: id,
    plateId: 'AGM_010_PL01',
    deliverable: 'proxy',
    kind: 'movie',
    first: 92,
    last: 131,
    framesMade: 40,
    framesReused: 0,
  });
  await catalogue.savePlateMade(id, 'AGM_010_PL01', 'made-1', [
    { name: 'exr', kind: 'sequence', contentKey: '5f' },
  ]);
  const status = await catalogue.statusOf(id);
  expect(status).toMatchObject({ version: 1, kind: 'turnover-status', turnover: id, state: 'rendering' });
  expect(
    status?.shots.map((shot) => [shot.name, shot.plates.map((plate) => [plate.name, plate.state])]),
  ).toEqual([
    [
      'AGM_010',
      [
        ['PL01', 'made'],
        ['PL02', 'planned'],
      ],
    ],
    ['event 003', [['PL01', 'ambiguous']]],
    ['event 004', [['PL01', 'waiting']]],
  ]);
  const [made, planned] = status!.shots[0]!.plates;
  expect(made).toMatchObject({
    framesWanted: 40,
    framesMade: 30,
    framesReused: 10,
    sourceFrames: { first: 92, last: 131 },
    handles: { head: 8, tail: 8 },
  });
  expect(made?.segments).toEqual([
    { first: 92, last: 115, worker: 'w1', attempt: 1 },
    { first: 116, last: 131, worker: 'w1', attempt: 2 },
  ]);
  expect(planned).toMatchObject({ framesWanted: 40, framesMade: 0, framesReused: 0, segments: [] });
  expect(await catalogue.madePlatesOf(id)).toEqual(new Map([['AGM_010_PL01', 'made-1']]));
  expect(await catalogue.statusOf('agm/none/1')).toBeNull();
});

test('a retry that finds its segment made does not take it from the worker that made it, in whichever order they tell', async () => {
  const request = makeRequest({ name: 'credit' });
  await catalogue.savePlan(request, makePlan(request, [makePlate('A_PL01'), makePlate('B_PL01')]), 'plan');
  const made = {
    ...segment,
    turnoverId: 'agm/credit/1',
    first: 0,
    last: 23,
    framesMade: 24,
    framesReused: 0,
  };
  const found = { ...made, framesMade: 0, framesReused: 24, worker: 'w2', attempt: 2 };
  for (const each of [made, found]) await catalogue.recordSegment({ ...each, plateId: 'A_PL01' });
  for (const each of [found, made]) await catalogue.recordSegment({ ...each, plateId: 'B_PL01' });
  const plates = (await catalogue.statusOf('agm/credit/1'))!.shots.flatMap((shot) => shot.plates);
  for (const plate of plates)
    expect(plate).toMatchObject({
      framesMade: 24,
      framesReused: 0,
      segments: [{ worker: 'w1', attempt: 1 }],
    });
});

describe('planning again', () => {
  test('keeps what was made of the same frames, drops what the list no longer asks for, makes new what changed', async () => {
    const request = makeRequest({ name: 'again' });
    const id = 'agm/again/1';
    await catalogue.savePlan(
      request,
      makePlan(request, [makePlate('A_PL01'), makePlate('B_PL01'), makePlate('C_PL01')], ['not-found']),
      'plan-1',
    );
    for (const plate of ['A_PL01', 'B_PL01', 'C_PL01'])
      await catalogue.savePlateMade(id, plate, `made-${plate}`);
    const longer = makePlate('B_PL01', { sourceFrames: { first: 80, last: 131 } });
    await catalogue.savePlan(
      request,
      makePlan(request, [makePlate('A_PL01'), longer, makePlate('D_PL01')]),
      'plan-2',
    );
    const plates = (await catalogue.statusOf(id))!.shots.flatMap((shot) =>
      shot.plates.map((plate) => [shot.name, plate.state]),
    );
    expect(plates).toEqual([
      ['A', 'made'],
      ['B', 'planned'],
      ['D', 'planned'],
    ]);
    expect(await catalogue.madePlatesOf(id)).toEqual(new Map([['A_PL01', 'made-A_PL01']]));
    expect((await catalogue.getTurnover(id))?.planKey).toBe('plan-2');
  });

  test('ten times at once ends like once', async () => {
    const request = makeRequest({ name: 'ten' });
    const plan = makePlan(
      request,
      Array.from({ length: 20 }, (_, i) => makePlate(`S${String(i).padStart(2, '0')}_PL01`)),
    );
    await Promise.all(Array.from({ length: 10 }, () => catalogue.savePlan(request, plan, 'plan')));
    expect((await catalogue.statusOf('agm/ten/1'))?.shots.length).toBe(20);
  });
});

test('a turnover waits as long as an event has no clip, and no longer', async () => {
  const waiting = makeRequest({ production: 'wait', name: 'waiting' });
  const done = makeRequest({ production: 'wait', name: 'done' });
  await catalogue.savePlan(waiting, makePlan(waiting, [makePlate('A_PL01')], ['not-found']), 'p');
  await catalogue.savePlan(done, makePlan(done, [makePlate('A_PL01')]), 'p');
  expect(await catalogue.waitingTurnovers('wait')).toEqual(['wait/waiting/1']);
  await catalogue.setTurnoverState('wait/waiting/1', 'cancelled');
  expect(await catalogue.waitingTurnovers('wait')).toEqual([]);
});

test('a publication is one, however often it is told, and counts the frames of the whole turnover', async () => {
  const request = makeRequest({ name: 'publish' });
  const id = 'agm/publish/1';
  await catalogue.savePlan(request, makePlan(request, [makePlate('A_PL01'), makePlate('B_PL01')]), 'plan');
  await catalogue.recordSegment({
    ...segment,
    turnoverId: id,
    plateId: 'A_PL01',
    first: 92,
    last: 131,
    framesMade: 30,
    framesReused: 10,
  });
  const publication = {
    state: 'partial' as const,
    package: id,
    publication: 'publications/20261121T120000Z',
    findings: [],
    at: '2026-11-21T12:00:00.000Z',
  };
  await catalogue.savePublication(id, publication);
  expect(await catalogue.savePublication(id, publication)).toEqual({ wanted: 80, made: 30, reused: 10 });
  expect(await catalogue.listPublications('agm')).toEqual([
    { turnoverId: id, publication: publication.publication, state: 'partial', publishedAt: publication.at },
  ]);
  expect((await catalogue.statusOf(id))?.state).toBe('partial');
});

test("a person's answer is a rule of the production: the newest counts, and one that arrives late changes nothing", async () => {
  const answer = { eventIndex: 3, eventKey: 'A001||@10:00:00:00-10:00:01:00', who: 'Ada' };
  await catalogue.saveDecision('rule/reel1/1', {
    ...answer,
    clipId: 'first',
    at: '2026-11-21T10:00:00.000Z',
  });
  await catalogue.saveDecision('rule/reel1/2', {
    ...answer,
    clipId: 'second',
    at: '2026-11-21T11:00:00.000Z',
  });
  await catalogue.saveDecision('rule/reel1/1', {
    ...answer,
    clipId: 'first',
    at: '2026-11-21T10:00:00.000Z',
  });
  expect(await catalogue.decisionsOf('rule')).toEqual({ [answer.eventKey]: 'second' });
  expect(await catalogue.decisionHistory('rule')).toMatchObject([
    { turnoverId: 'rule/reel1/2', clipId: 'second', who: 'Ada', at: '2026-11-21T11:00:00.000Z' },
  ]);
});
