import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Catalogue } from '../../../../stores/catalogue/catalogue.ts';
import { type ClipWish, makeClip } from '../make-clip.ts';
import { openCatalogue } from '../open-catalogue.ts';

let catalogue: Catalogue;
beforeAll(async () => {
  catalogue = await openCatalogue();
  for (const [
    clipId,
    { day = '20260930', roll = 'A001R1AB', production = 'agm', formatId, ...wish },
  ] of Object.entries(CLIPS)) {
    const place = { production, shootDay: day, rollId: `${production}/${day}/${roll}` };
    await catalogue.upsertClips(place, [
      { clipId, clip: makeClip({ clipName: clipId, ...wish }), cameraFormatId: formatId },
    ]);
  }
});
afterAll(() => catalogue.close());

type Wish = ClipWish & { day?: string; roll?: string; production?: string; formatId?: string };

const CLIPS: Record<string, Wish> = {
  A001C001: { fields: { startTimecode: '10:00:00:00', frameCount: 240 } },
  A001C002: {
    fields: {
      startTimecode: '10:01:00:00',
      frameCount: 240,
      slate: { scene: '12A', take: '3' },
      lensModel: null,
    },
  },
  B002C001: {
    roll: 'B002R2CD',
    formatId: '5f0c',
    fields: {
      reelName: 'B002R2CD',
      cameraLabel: 'B',
      cameraMake: 'Sony',
      cameraModel: 'VENICE 2',
      startTimecode: '23:59:55:00',
      frameCount: 240,
      frameRate: { num: 24000, den: 1001 },
      imageSize: { width: 3840, height: 2160 },
      codec: { family: 'xocn', profile: 'XT' },
      slate: { scene: '7', take: '33', notes: 'Kürbis am Fenster' },
    },
  },
  C003C001: {
    roll: 'C003',
    day: '20261001',
    fields: {
      reelName: 'C003',
      cameraLabel: 'C',
      cameraModel: 'AMIRA',
      startTimecode: '10:00:05;00',
      frameRate: { num: 30000, den: 1001 },
      frameCount: 30,
      recordedAt: '2026-09-30T23:59:00-04:00',
    },
  },
  D004C001: {
    roll: 'D004',
    production: 'other',
    fields: {
      reelName: 'D004',
      startTimecode: null,
      frameRate: null,
      cameraMake: null,
      cameraModel: null,
      cameraLabel: null,
    },
  },
  A001_C009_PROXY: {
    files: [{ path: 'Proxy/A001_C009_PROXY.mov', role: 'proxy' }],
    fields: { startTimecode: '11:00:00:00' },
  },
};

const found = async (query: string): Promise<string[]> =>
  (await catalogue.searchClips(query)).clips.map((clip) => clip.clipId).sort();

test.each([
  ['', Object.keys(CLIPS).sort()],
  ['reel:b002', ['B002C001']],
  ['reel:"B002"', []],
  ['reel:A001 -missing:lens is:original', ['A001C001']],
  ['clip:A001C', ['A001C001', 'A001C002']],
  ['file:A001C002.mov', ['A001C002']],
  ['roll:C003', ['C003C001']],
  ['camera:venice', ['B002C001']],
  ['camera:B', ['B002C001']],
  ['camera:"venice 2"', ['B002C001']],
  ['camera:a', ['A001C001', 'A001C002', 'A001_C009_PROXY']],
  ['camera:arri camera:amira', ['C003C001']],
  ['lens:signature scene:7', ['B002C001']],
  ['codec:xt', ['B002C001']],
  ['fps:23.976', ['B002C001']],
  ['fps:24 scene:12', ['A001C001', 'A001_C009_PROXY']],
  ['scene:12*', ['A001C001', 'A001C002', 'A001_C009_PROXY', 'C003C001', 'D004C001']],
  ['take:3 scene:12A', ['A001C002']],
  ['size:3840x2160', ['B002C001']],
  ['missing:lens', ['A001C002']],
  ['missing:tc', ['D004C001']],
  ['missing:camera missing:fps', ['D004C001']],
  ['day:20261001', ['C003C001']],
  ['day:20260930-20261001 camera:amira', ['C003C001']],
  ['date:20260930 camera:amira', ['C003C001']],
  ['format:5f', ['B002C001']],
  ['is:proxy', ['A001_C009_PROXY']],
  ['production:other', ['D004C001']],
  ['kurbis', []],
  ['kürbis', ['B002C001']],
  ['KÜRBIS fenster', ['B002C001']],
  ['"Kürbis am"', ['B002C001']],
  ['second unit', ['A001C001', 'A001_C009_PROXY', 'C003C001', 'D004C001']],
  ['c009', ['A001_C009_PROXY']],
  ['A001', ['A001C001', 'A001C002', 'A001_C009_PROXY']],
  ['fens', []],
  ['fens*', ['B002C001']],
  ['camera:ven', ['B002C001']],
  ['camera:"ven"', []],
  ["o'brien", []],
  ['"a\\b"', []],
  ['-production:agm', ['D004C001']],
])('%s finds %j', async (query, expected) => {
  expect(await found(query)).toEqual(expected);
});

describe('timecode', () => {
  test.each([
    ['tc:10:00:05:00', ['A001C001', 'C003C001']],
    ['tc:10:00:09:23', ['A001C001']],
    ['tc:10:00:10:00', []],
    ['tc:10:00', ['A001C001', 'C003C001']],
    ['tc:10', ['A001C001', 'A001C002', 'C003C001']],
    ['tc:10:00:10:00-10:01:00:00', []],
    ['tc:10:00:10:00-10:01:00:01', ['A001C002']],
    ['tc:09:59:59:23-10:00:00:00', []],
    ['tc:23:59:59:00-00:00:01:00', ['B002C001']],
    ['tc:00:00:04:23', ['B002C001']],
    ['tc:00:00:05:00', []],
    ['tc:00:00:00:00', ['B002C001']],
    ['tc:12-09', ['B002C001']],
    ['tc:10:00:05;29', ['C003C001']],
    ['tc:10:00:05:29-10:00:06:01', ['A001C001', 'C003C001']],
    ['tc:10:00:06:00 camera:amira', []],
    ['-tc:10', ['A001_C009_PROXY', 'B002C001', 'D004C001']],
    ['tc:10 day:20260930', ['A001C001', 'A001C002']],
  ])('%s finds %j', async (query, expected) => {
    expect(await found(query)).toEqual(expected);
  });
});

test('every clip says why it is there: the term, the field, the value', async () => {
  const { clips } = await catalogue.searchClips(
    'reel:b002 camera:venice tc:23:59:59:00-00:00:01:00 fps:23.98 kürbis day:20260930 size:3840x2160 -is:proxy',
  );
  expect(clips[0]?.why).toEqual(
    [
      { term: 'reel:b002', field: 'reelName', value: 'B002R2CD' },
      { term: 'camera:venice', field: 'cameraModel', value: 'Sony VENICE 2' },
      { term: 'tc:23:59:59:00-00:00:01:00', field: 'startTimecode', value: '23:59:55:00, 240 frames' },
      { term: 'fps:23.98', field: 'frameRate', value: '24000/1001' },
      { term: 'kürbis', field: 'slate.notes', value: 'Kürbis am Fenster' },
      { term: 'day:20260930', field: 'shootDay', value: '20260930' },
      { term: 'size:3840x2160', field: 'imageSize', value: '3840x2160' },
    ].map((reason) => (reason.field === 'cameraModel' ? { ...reason, value: 'VENICE 2' } : reason)),
  );
});

test('the pages of a result together are the result, in one order', async () => {
  const all = (await catalogue.searchClips('')).clips.map((clip) => clip.clipId);
  const paged: string[] = [];
  let after: string | null = null;
  do {
    const page = await catalogue.searchClips('', { limit: 2, ...(after === null ? {} : { after }) });
    paged.push(...page.clips.map((clip) => clip.clipId));
    after = page.next;
  } while (after !== null);
  expect(paged).toEqual(all);
  await expect(catalogue.searchClips('', { after: 'nonsense' })).rejects.toMatchObject({
    code: 'input-invalid',
  });
});

test('a search may be kept within a production', async () => {
  expect(
    (await catalogue.searchClips('second unit', { production: 'other' })).clips.map((clip) => clip.clipId),
  ).toEqual(['D004C001']);
});
