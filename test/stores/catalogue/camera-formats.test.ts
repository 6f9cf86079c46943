import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CameraFormat } from '../../../schemas/camera-format.ts';
import type { Catalogue } from '../../../stores/catalogue/catalogue.ts';
import { makeClip } from './make-clip.ts';
import { makePlan, makePlate, makeRequest } from './make-turnover.ts';
import { openCatalogue } from './open-catalogue.ts';

let catalogue: Catalogue;
beforeAll(async () => {
  catalogue = await openCatalogue();
});
afterAll(() => catalogue.close());

const format = (formatId: string, changes: Partial<CameraFormat['detected']> = {}): CameraFormat => ({
  version: 1,
  kind: 'camera-format',
  formatId,
  production: 'agm',
  label: `B: Nobody's Camera ${formatId}`,
  cameraLabel: 'B',
  cameraMake: null,
  cameraModel: "Nobody's Camera",
  sensorMode: null,
  codec: 'prores 4444',
  detected: { inputColorSpace: null, lensSqueeze: null, sourceFdl: null, decode: {}, ...changes },
});
const rule = (formatId: string, attributes: object, at: string, who = 'Ada') => ({
  version: 1 as const,
  kind: 'learned-rule' as const,
  production: 'agm',
  formatId,
  attributes,
  who,
  at,
});
const addClip = (clipId: string, cameraFormatId: string) =>
  catalogue.upsertClips({ production: 'agm', shootDay: '20260930', rollId: 'agm/20260930/B001' }, [
    { clipId, clip: makeClip({ clipName: clipId }), cameraFormatId },
  ]);

test('an unknown camera is a format that lacks its input transform; what a person fills in holds for all later uploads', async () => {
  await catalogue.upsertCameraFormat(format('unknown'));
  await addClip('B001C001', 'unknown');
  expect(await catalogue.getCameraFormat('unknown')).toMatchObject({
    clipCount: 1,
    missing: ['inputColorSpace'],
    learned: [],
  });

  await catalogue.learnRule(rule('unknown', { inputColorSpace: 'ARRI LogC4' }, '2026-11-21T10:00:00.000Z'));
  await catalogue.upsertCameraFormat(format('unknown'));
  await addClip('B001C002', 'unknown');
  expect(await catalogue.getCameraFormat('unknown')).toMatchObject({
    clipCount: 2,
    missing: [],
    attributes: { inputColorSpace: 'ARRI LogC4' },
    learned: [{ field: 'inputColorSpace', value: 'ARRI LogC4', who: 'Ada', at: '2026-11-21T10:00:00.000Z' }],
  });
  expect(await catalogue.cameraFormatChoices('unknown')).toEqual({
    inputColorSpace: 'ARRI LogC4',
    decode: {},
  });
});

test('the newest answer counts, and each decode value is an answer of its own', async () => {
  await catalogue.upsertCameraFormat(
    format('fixed', { inputColorSpace: 'detected', decode: { range: 'limited' } }),
  );
  await catalogue.learnRule(
    rule(
      'fixed',
      { inputColorSpace: 'late', lensSqueeze: { num: 2, den: 1 } },
      '2026-11-21T12:00:00.000Z',
      'Grace',
    ),
  );
  await catalogue.learnRule(
    rule('fixed', { inputColorSpace: 'early', decode: { exposureStops: 1 } }, '2026-11-21T11:00:00.000Z'),
  );
  await catalogue.learnRule(
    rule('fixed', { inputColorSpace: 'early', decode: { exposureStops: 1 } }, '2026-11-21T11:00:00.000Z'),
  );
  expect(await catalogue.cameraFormatChoices('fixed')).toEqual({
    inputColorSpace: 'late',
    decode: { range: 'limited', exposureStops: 1 },
    lensSqueeze: { num: 2, den: 1 },
  });
  expect((await catalogue.getCameraFormat('fixed'))?.learned.length).toBe(4);
});

test('a rule for a camera format that is not known is a failure that names it', async () => {
  await expect(
    catalogue.learnRule(rule('none', { inputColorSpace: 'x' }, '2026-11-21T10:00:00.000Z')),
  ).rejects.toMatchObject({ code: 'not-found', facts: { formatId: 'none' } });
});

test('only the turnovers with a plate of the camera format wait for it', async () => {
  await catalogue.upsertCameraFormat(format('waited'));
  await addClip('W', 'waited');
  for (const [name, clipId] of [
    ['with', 'W'],
    ['without', 'B001C001'],
  ] as const) {
    const request = makeRequest({ name });
    await catalogue.savePlan(request, makePlan(request, [makePlate('A_PL01', { clipId })]), 'plan');
  }
  expect(await catalogue.turnoversWaitingForFormat('waited')).toEqual(['agm/with/1']);
  await catalogue.savePlateMade('agm/with/1', 'A_PL01', 'made');
  expect(await catalogue.turnoversWaitingForFormat('waited')).toEqual([]);
});
