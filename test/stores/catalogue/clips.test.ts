import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Catalogue } from '../../../stores/catalogue/catalogue.ts';
import { makeClip, makeFile } from './make-clip.ts';
import { openCatalogue } from './open-catalogue.ts';

let catalogue: Catalogue;
beforeAll(async () => {
  catalogue = await openCatalogue();
});
afterAll(() => catalogue.close());

const PLACE = { production: 'agm', shootDay: '20260930', rollId: 'agm/20260930/A001R1AB' };

test('migrating twice changes nothing the second time', async () => {
  expect(await catalogue.migrate()).toEqual([]);
});

test('a clip written twice is one clip with its newest facts', async () => {
  await catalogue.upsertClips(PLACE, [{ clipId: 'twice', clip: makeClip() }]);
  await catalogue.upsertClips(PLACE, [{ clipId: 'twice', clip: makeClip({ fields: { reelName: 'A001' } }) }]);
  const clips = await catalogue.clipsOfRoll(PLACE.rollId);
  expect(clips.map((clip) => [clip.clipId, clip.fields.reelName?.value])).toEqual([['twice', 'A001']]);
});

test('ten writers of the same clips at once end with each clip once', async () => {
  const place = { ...PLACE, production: 'race', rollId: 'race/20260930/A001' };
  const clips = Array.from({ length: 60 }, (_, i) => ({
    clipId: `race-${i}`,
    clip: makeClip({ clipName: `A001C${String(i).padStart(3, '0')}` }),
  }));
  const shuffled = (seed: number) =>
    clips.toSorted(
      (a, b) => ((a.clipId.length * seed) % 7) - ((b.clipId.length * seed) % 7) || (seed % 2 ? 1 : -1),
    );
  await Promise.all(
    Array.from({ length: 10 }, (_, writer) => catalogue.upsertClips(place, shuffled(writer + 1))),
  );
  expect((await catalogue.clipsForMatching('race')).length).toBe(60);
});

test('matching gets rate, length, timecode and names as they were recorded', async () => {
  const place = { ...PLACE, production: 'match', rollId: 'match/20260930/A001' };
  const clip = makeClip({
    fields: { startTimecode: '23:59:59;28', frameRate: { num: 30000, den: 1001 }, frameCount: 100 },
  });
  await catalogue.upsertClips(place, [{ clipId: 'df', clip }]);
  expect(await catalogue.clipsForMatching('match')).toEqual([
    {
      clipId: 'df',
      clipName: 'A001C003_260930_R1AB',
      rollId: place.rollId,
      reelName: 'A001R1AB',
      originalFileNames: ['A001C003_260930_R1AB.mov'],
      startTimecode: '23:59:59;28',
      frameRate: { num: 30000, den: 1001 },
      frameCount: 100,
      dropFrame: true,
      isProxy: false,
    },
  ]);
});

test('a clip without a rate cannot be matched and is not offered', async () => {
  const place = { ...PLACE, production: 'still', rollId: 'still/20260930/A001' };
  await catalogue.upsertClips(place, [
    { clipId: 'no-rate', clip: makeClip({ fields: { frameRate: null } }) },
  ]);
  expect(await catalogue.clipsForMatching('still')).toEqual([]);
});

test('metadata with NUL and half a surrogate pair is kept readable instead of refused', async () => {
  const place = { ...PLACE, production: 'dirt', rollId: 'dirt/20260930/A001' };
  await catalogue.upsertClips(place, [
    { clipId: 'dirty', clip: makeClip({ fields: { lensModel: 'Cooke\0 S4 \ud800' } }) },
  ]);
  expect((await catalogue.getClip('dirty'))?.fields.lensModel?.value).toBe('Cooke\ufffd S4 \ufffd');
});

test('a timecode that cannot exist leaves the clip in the catalogue without a place in the day', async () => {
  const place = { ...PLACE, production: 'odd', rollId: 'odd/20260930/A001' };
  await catalogue.upsertClips(place, [
    { clipId: 'odd', clip: makeClip({ fields: { startTimecode: '10:00:00:99' } }) },
  ]);
  const row = await catalogue.db
    .selectFrom('clips')
    .select(['start_frame', 'timecode_span', 'start_timecode'])
    .where('clip_id', '=', 'odd')
    .executeTakeFirst();
  expect(row).toEqual({ start_frame: null, timecode_span: null, start_timecode: '10:00:00:99' });
});

test('the source of a clip names the stored version of each of its files, and none that stands in quarantine', async () => {
  const rollId = 'src/20260930/A001R1AB';
  await catalogue.upsertRoll({
    production: 'src',
    shootDay: '20260930',
    roll: 'A001R1AB',
    site: 'studio',
    state: 'sealed',
  });
  const files = [
    makeFile('clip/a.mov'),
    makeFile('clip/b.mov', { outcome: 'quarantined' }),
    makeFile('clip/other.mov'),
  ];
  await catalogue.upsertFiles(rollId, files);
  await catalogue.upsertFiles(rollId, files);
  const clip = makeClip({
    files: [
      { path: 'clip/a.mov', role: 'segment' },
      { path: 'clip/b.mov', role: 'segment' },
    ],
  });
  await catalogue.upsertClips({ production: 'src', shootDay: '20260930', rollId }, [
    { clipId: 'spanned', clip },
  ]);
  const source = await catalogue.clipSource('spanned');
  expect(source.objects).toEqual([
    {
      path: 'clip/a.mov',
      object: {
        site: 'studio',
        bucket: 'studio-ocf',
        key: 'agm/20260930/A001R1AB/clip/a.mov',
        sizeBytes: 1000,
        xxh128: '0123456789abcdef0123456789abcdef',
        versionId: 'v1',
      },
    },
  ]);
  expect(source.cameraFormat).toBeNull();
  expect((await catalogue.filesOf(rollId)).map((file) => file.path)).toEqual([
    'clip/a.mov',
    'clip/b.mov',
    'clip/other.mov',
  ]);
  expect(await catalogue.filesOf(rollId, 'clip')).toEqual(files);
  const some = [files[1]!.path, files[0]!.path, 'not there', "it's"];
  expect(await catalogue.filesNamed(rollId, some)).toEqual(files.slice(0, 2));
});

test('at a site that a roll was sent to, the source of a clip is what lies there; a damaged file is none anywhere', async () => {
  const rollId = 'src/20260930/SENT';
  const roll = { production: 'src', shootDay: '20260930', roll: 'SENT', site: 'studio' };
  await catalogue.upsertRoll({ ...roll, state: 'sealed' });
  const paths = ['clip/a.mov', 'clip/b.mov'];
  await catalogue.upsertFiles(rollId, [
    makeFile('clip/a.mov'),
    makeFile('clip/b.mov', { outcome: 'damaged' }),
  ]);
  await catalogue.upsertSentFiles(
    rollId,
    'annex',
    paths.map((path) => makeFile(path, { bucket: 'annex-ocf', versionId: 'v9' })),
  );
  await catalogue.upsertSentFiles(rollId, 'annex', [makeFile('clip/a.mov', { outcome: 'damaged' })]);
  const clip = makeClip({ files: paths.map((path) => ({ path, role: 'segment' as const })) });
  await catalogue.upsertClips({ production: 'src', shootDay: '20260930', rollId }, [
    { clipId: 'sent', clip },
  ]);
  const objects = async (at?: string) =>
    (await catalogue.clipSource('sent', at)).objects.map(({ path, object }) => [path, object.site]);
  expect(await objects()).toEqual([['clip/a.mov', 'studio']]);
  expect(await objects('studio')).toEqual([['clip/a.mov', 'studio']]);
  expect(await objects('annex')).toEqual([['clip/b.mov', 'annex']]);
  expect((await catalogue.clipSource('sent', 'annex')).objects[0]!.object).toMatchObject({
    bucket: 'annex-ocf',
    versionId: 'v9',
  });
  expect(await objects('nowhere')).toEqual([]);
});

test('the source of an unknown clip is a failure that names it', async () => {
  await expect(catalogue.clipSource('nowhere')).rejects.toMatchObject({
    code: 'not-found',
    facts: { clipId: 'nowhere' },
  });
});

test('the sound of a day is its wave files, of that day and production alone', async () => {
  const day = { production: 'sound', shootDay: '20260930', rollId: 'sound/20260930/S001' };
  const wave = (clipName: string) => makeClip({ clipName, fields: { container: 'wav' } });
  await catalogue.upsertClips(day, [
    { clipId: 'sound-1', clip: wave('T001') },
    { clipId: 'sound-2', clip: makeClip({ clipName: 'A001C001', fields: { container: 'mov' } }) },
  ]);
  await catalogue.upsertClips({ ...day, shootDay: '20261001', rollId: 'sound/20261001/S001' }, [
    { clipId: 'sound-3', clip: wave('T002') },
  ]);
  expect((await catalogue.soundOfDay('sound', '20260930')).map((clip) => clip.clipId)).toEqual(['sound-1']);
});
