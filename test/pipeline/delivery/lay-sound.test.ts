import { describe, expect, test } from 'vitest';
import { makeBroadcastWave, type WaveOptions } from '../../../footage/broadcast-wave.ts';
import type { ClipSource } from '../../../pipeline/delivery/clip-source.ts';
import { laySound } from '../../../pipeline/delivery/lay-sound.ts';
import { preparePlate } from '../../../pipeline/delivery/prepare-plate.ts';
import { findRecipe } from '../../../pipeline/delivery/recipes.ts';
import type { MovieOutput } from '../../../schemas/segment-job.ts';
import { inspectBytes } from '../inspection/inspect-bytes.ts';
import { makeClipSource, makePlannedPlate } from './clip-source-fixture.ts';

/** The fixture's clip begins at 10:00:00:00 and its plate has frames 20 to 51. */
const START = 36_000;
const NTSC_FILM = { num: 24_000, den: 1001 };

async function sound(
  options: Partial<WaveOptions>,
  name = 'SR01/T1.WAV',
  stored: Partial<ClipSource['objects'][number]['object']> | null = {},
): Promise<ClipSource> {
  const bytes = makeBroadcastWave({
    ...{ samples: 480_000, timeReference: (START - 2) * 48_000, tracks: ['Boom'], claps: [], tape: 'SR01' },
    ...options,
  });
  const clip = await inspectBytes({ [name]: bytes });
  const object = { site: 's', bucket: 'b', key: name, sizeBytes: bytes.length, xxh128: 'b'.repeat(32) };
  const objects = stored === null ? [] : [{ path: name, object: { ...object, ...stored } }];
  return { clipId: name, clip, objects, cameraFormat: null };
}

const codes = ({ findings }: ReturnType<typeof laySound>) => findings.map(({ code }) => code);

describe('a recorder whose clock does not go with that of the camera', () => {
  const film = makeClipSource({ frameRate: NTSC_FILM });
  // 10:00:00:00 at 23.976 is 36036 seconds of the clock.
  const near = { timeReference: Math.round((36_036 - 2) * 48_000) };

  test('is not laid, and told with both rates', async () => {
    const laid = laySound(film, makePlannedPlate(), [await sound(near)], 'sound-roll');
    expect(codes(laid)).toEqual(['sound-rate-differs', 'sound-not-found']);
    expect(laid.findings[0]!.forPeople).toContain('it counts 24, the camera 23.976');
    expect(laid.sound).toBeNull();
  });

  test('is no matter where it is nowhere near the take', async () => {
    const laid = laySound(film, makePlannedPlate(), [await sound({ timeReference: 0 })], 'sound-roll');
    expect(codes(laid)).toEqual(['sound-not-found']);
  });

  test('counts drop-frame beside a camera that does not', async () => {
    const rate = { num: 30_000, den: 1001 };
    const clip = makeClipSource({ frameRate: rate });
    const dropping = { ...near, timecodeRate: rate, dropFrame: true };
    expect(codes(laySound(clip, makePlannedPlate(), [await sound(dropping)], 'both'))).toEqual([
      'sound-rate-differs',
      'sound-not-found',
    ]);
  });

  test('is slowed with the film where its converter ran faster than its file says', async () => {
    const stamped = { digitizerRate: 48_048, stampRate: 48_048, timeReference: (START - 2) * 48_048 };
    const laid = laySound(film, makePlannedPlate(), [await sound(stamped)], 'sound-roll');
    expect(codes(laid)).toEqual([]);
    // Two seconds and twenty frames of film after its first sample, in samples of which 2002 are a frame.
    expect(laid.sound!.tracks[0]!.pieces).toMatchObject([
      { first: 2 * 48_048 + 20 * 2002, sampleRate: 48_000, playRate: 48_000, at: 0 },
    ]);
  });
});

test('a recorder that tells no timecode rate is laid by its seconds', async () => {
  const laid = laySound(
    makeClipSource(),
    makePlannedPlate(),
    [await sound({ timecodeRate: null, tracks: [null, null] })],
    'both',
  );
  expect(laid.sound).toMatchObject({ camera: true, sampleCount: 32 * 2000 });
  expect(laid.sound!.tracks.map(({ name }) => name)).toEqual(['T1 1', 'T1 2']);
  expect(laid.sound!.tracks[0]!.pieces[0]).toMatchObject({ first: 96_000 + 20 * 2000, at: 0 });
});

test('a file that tells its time or its rate twice and not alike is told', async () => {
  const laid = laySound(
    makeClipSource(),
    makePlannedPlate(),
    [await sound({ toldSamples: (START - 1) * 48_000 })],
    'sound-roll',
  );
  expect(codes(laid)).toEqual(['sound-clock-conflict']);
  expect(laid.findings[0]!.forPeople).toContain('1.000 s apart');
});

test('a copy of the sound card adds no tracks, and what lies at another site is told', async () => {
  const one = await sound({});
  const copy = await sound({}, 'SR01B/T1.WAV');
  const laid = laySound(makeClipSource(), makePlannedPlate(), [one, copy], 'sound-roll');
  expect([laid.files.length, laid.sound!.tracks.length]).toEqual([1, 1]);
  const away = laySound(
    makeClipSource(),
    makePlannedPlate(),
    [await sound({}, 'T1.WAV', null)],
    'sound-roll',
  );
  expect(codes(away)).toEqual(['sound-not-here', 'sound-not-found']);
});

test('two recorders at one time have tracks of their own', async () => {
  const main = await sound({ tracks: ['Mix', 'Boom'] });
  const bag = await sound({ tracks: ['Mix', 'Lav'] }, 'SR02/T1.WAV', { xxh128: 'c'.repeat(32) });
  const { sound: laid } = laySound(makeClipSource(), makePlannedPlate(), [main, bag], 'sound-roll');
  expect(laid!.tracks.map(({ name, pieces }) => [name, pieces[0]!.file])).toEqual([
    ['Mix', 0],
    ['Boom', 0],
    ['Mix', 1],
    ['Lav', 1],
  ]);
});

test('a clip filmed off speed keeps the sound of the camera', async () => {
  const slow = makeClipSource({ captureRate: { num: 48, den: 1 } });
  const laid = laySound(slow, makePlannedPlate(), [await sound({})], 'both');
  expect(laid.sound).toBeNull();
  expect(laid.findings[0]!.forPeople).toContain('filmed off speed');
});

describe('the sound that the camera recorded', () => {
  const leftOut = (engine: string, fields: object, sound?: 'none') =>
    preparePlate({
      ...{ turnover: 't', plate: makePlannedPlate(), amfs: [], fingerprint: {} },
      ...{ recipe: findRecipe('colour-managed'), source: makeClipSource({ ...fields }) },
      engineFor: () => ({ name: engine, versions: {} }),
      ...(sound === undefined ? {} : { sound }),
    } as Parameters<typeof preparePlate>[0]).findings.filter(({ code }) => code === 'camera-sound-left-out');
  const audio = [{ channels: 2, sampleRate: 48_000 }];

  test('is said to be missing from every movie of an engine that decodes pictures alone', () => {
    const told = leftOut('redline', { audio });
    expect(told.length).toBeGreaterThan(0);
    expect(told[0]!.forPeople).toContain(
      'lacks the sound that A001C001_240101_R1AB was recorded with: redline',
    );
  });

  test('is not missed where there is none, where none is wanted, or where the open engine lays it', () => {
    expect(leftOut('redline', {})).toEqual([]);
    expect(leftOut('redline', { audio }, 'none')).toEqual([]);
    expect(leftOut('open', { audio })).toEqual([]);
  });
});

describe('the sound of a turnover', () => {
  const prepare = async (options: Partial<Parameters<typeof preparePlate>[0]>) =>
    preparePlate({
      ...{ turnover: 't', plate: makePlannedPlate(), source: makeClipSource(), amfs: [], fingerprint: {} },
      recipe: findRecipe('editorial-proxy'),
      sounds: [await sound({})],
      ...options,
    }).deliverables;
  const soundsOf = (deliverables: Awaited<ReturnType<typeof prepare>>) =>
    deliverables.map(({ job }) => (job.output as MovieOutput).sound?.camera);

  test('follows the recipe: both for editors, the sound roll alone for eyes', async () => {
    expect(soundsOf(await prepare({}))).toEqual([true, true, false]);
  });

  test('is what the turnover says, whatever the recipe does', async () => {
    expect(soundsOf(await prepare({ sound: 'sound-roll' }))).toEqual([false, false, false]);
    expect(soundsOf(await prepare({ sound: 'camera' }))).toEqual([undefined, undefined, undefined]);
  });

  test('is part of what a movie is: other recordings, other key; where they lie is no matter', async () => {
    const keys = async (sounds: ClipSource[]) => (await prepare({ sounds })).map((one) => one.contentKey);
    const mine = await keys([await sound({})]);
    expect(await keys([await sound({}, undefined, { key: 'elsewhere' })])).toEqual(mine);
    const other = await keys([await sound({}, undefined, { xxh128: 'd'.repeat(32) })]);
    expect(other.filter((key) => mine.includes(key))).toEqual([]);
  });
});
