import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeBroadcastWave } from '../../footage/broadcast-wave.ts';
import { type MadeCard, makeCard } from '../../footage/card.ts';
import { frameTimecode } from '../../footage/clip-spec.ts';
import { makeCutList } from '../../footage/cut-list.ts';
import { frameOfTimecode } from '../../footage/record-timecode.ts';
import { sealCard } from '../../footage/seal-card.ts';
import { isRefusal } from '../../workflows/refusal.ts';
import { makeInstallation, type TestInstallation } from '../support/installation.ts';
import { toolPath, toolPaths } from '../support/tools.ts';

const PRODUCTION = 'EDT';
/** The cut begins at frame 5 and the clap is at frame 12: seven frames into the proxy. */
const [FIRST, LENGTH, CLAP] = [5, 12, 12];
const SAMPLES_PER_FRAME = 2000;

let at: TestInstallation;
let card: MadeCard;
let folder: string;

beforeAll(async () => {
  at = await makeInstallation('editorial');
  card = await makeCard({
    ...{ dir: join(at.folder, 'card'), kind: 'prores', clips: 2, frames: 24, seed: 31, tools: toolPaths() },
    ...{ size: { width: 256, height: 144 }, withTone: true, clapFrame: CLAP },
  });
  await at.startWorker('control,io,media,render', 2);
  for (const source of [card.path, await makeSoundRoll()]) {
    const report = await (await at.rushes.ingestRoll({ production: PRODUCTION, source })).result();
    if (isRefusal(report)) throw new Error(report.refused.sentence);
  }
  const uses = card.clips.map((clip, i) => ({
    ...{ clip, first: FIRST, durationFrames: LENGTH, shotName: `EDT_010_00${i + 1}0` },
  }));
  const list = join(at.folder, 'edt.edl');
  writeFileSync(list, makeCutList({ title: 'edt', rate: { num: 24, den: 1 }, uses }).edl);
  const sent = await at.command(
    ...['turnover', 'submit', list, '--production', PRODUCTION, '--recipe', 'editorial-proxy'],
  );
  expect(sent.code, sent.stderr).toBe(0);
  folder = join(at.folder, 'package');
  expect((await at.command('package', 'export', `${PRODUCTION}/edt/1`, folder)).code).toBe(0);
});

afterAll(() => at?.close());

/** A recorder that ran under both takes and heard the claps that the cameras heard. */
async function makeSoundRoll(): Promise<string> {
  const path = join(at.folder, 'sound', card.shootDay, 'Sound_Media', 'SR001');
  mkdirSync(path, { recursive: true });
  for (const [index, clip] of card.clips.entries()) {
    const begins = frameOfTimecode(clip.startTimecode, clip.rate) - 24;
    const clap = (24 + CLAP) * SAMPLES_PER_FRAME;
    const wave = makeBroadcastWave({
      ...{ samples: 72 * SAMPLES_PER_FRAME, timeReference: begins * SAMPLES_PER_FRAME, tape: 'SR001' },
      ...{ tracks: ['Mix', 'Boom'], claps: [clap, clap] },
    });
    writeFileSync(join(path, `T00${index + 1}.WAV`), wave);
  }
  await sealCard(path, toolPaths());
  return path;
}

function proxyOf(clip: number, name: string, ending: string): string {
  const stem = `EDT_010_00${clip + 1}0_PL01_v001`;
  return join(folder, stem, `${stem}_${name}.${ending}`);
}

describe.each([
  ['for Premiere and Resolve', 'prores', 'mov'],
  ['for Avid', 'avid', 'mxf'],
] as const)('a proxy %s', (_editor, name, ending) => {
  test('leads back to one clip and one range of it, by reel and timecode alone', async () => {
    const files = card.clips.map((_, i) => proxyOf(i, name, ending));
    const inspected = await at.command('inspect', ...files, '--json');
    const { clips } = JSON.parse(inspected.stdout) as {
      clips: { files: { path: string }[]; fields: Record<string, { value: unknown }> }[];
    };
    expect(clips).toHaveLength(card.clips.length);
    const found = clips.map(({ fields }) => {
      const start = frameOfTimecode(String(fields.startTimecode!.value), { num: 24, den: 1 });
      const count = Number(fields.frameCount!.value);
      const fitting = card.clips.filter((clip) => {
        const first = frameOfTimecode(clip.startTimecode, clip.rate);
        const isReel = clip.reel === fields.reelName!.value;
        return isReel && start >= first && start + count <= first + clip.frameCount;
      });
      expect(fitting).toHaveLength(1);
      const from = start - frameOfTimecode(fitting[0]!.startTimecode, fitting[0]!.rate);
      return { clipName: fitting[0]!.clipName, from, count };
    });
    const wanted = card.clips.map(({ clipName }) => ({ clipName, from: FIRST, count: LENGTH }));
    expect(found.sort((a, b) => (a.clipName < b.clipName ? -1 : 1))).toEqual(wanted);
  });

  test('has the clap on the very sample where its frame begins', () => {
    for (const clip of [0, 1])
      for (const stream of [0, 1, 2]) {
        const sound = soundOf(proxyOf(clip, name, ending), stream);
        expect(sound.length).toBe(LENGTH * SAMPLES_PER_FRAME);
        expect(loudest(sound)).toBe((CLAP - FIRST) * SAMPLES_PER_FRAME);
      }
  });

  test('carries the sound roll and then the camera, and the package tells which recording each track is', () => {
    const { movies } = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as {
      movies: {
        path: string;
        sound: { camera: boolean; tracks: { name: string; files: { name: string }[] }[] };
      }[];
    };
    for (const clip of [0, 1]) {
      const movie = movies.find(({ path }) => proxyOf(clip, name, ending).endsWith(path))!;
      const files = [{ name: `T00${clip + 1}.WAV`, xxh128: expect.any(String) }];
      expect(movie.sound).toEqual({
        camera: true,
        tracks: ['Mix', 'Boom'].map((track) => ({ name: track, files })),
      });
      // A clap of the recorder has two thirds of full scale, that of the camera nine tenths.
      const peaks = [0, 1, 2].map(
        (stream) => Math.max(...soundOf(proxyOf(clip, name, ending), stream)) / 2 ** 31,
      );
      expect(peaks.map((peak) => Number(peak.toFixed(2)))).toEqual([0.67, 0.67, 0.9]);
    }
  });
});

test('a movie for the eyes has its clap within a hundredth of a second, as far as its codec keeps time', () => {
  const late = loudest(soundOf(proxyOf(0, 'review', 'mp4'))) - (CLAP - FIRST) * SAMPLES_PER_FRAME;
  expect(Math.abs(late)).toBeLessThan(480);
});

describe('a sound roll that comes after its takes were delivered', () => {
  const LATE = 'LTE';
  const submit = (revision: number) =>
    at.command(
      ...['turnover', 'submit', join(at.folder, 'edt.edl'), '--production', LATE, '--name', 'late'],
      ...['--recipe', 'editorial-proxy', '--revision', String(revision), '--json'],
    );
  const ingest = async (source: string) => {
    const report = await (await at.rushes.ingestRoll({ production: LATE, source })).result();
    if (isRefusal(report)) throw new Error(report.refused.sentence);
  };
  const soundsOf = async (revision: number) => {
    const to = join(at.folder, `late-${revision}`);
    expect((await at.command('package', 'export', `${LATE}/late/${revision}`, to)).code).toBe(0);
    const { movies } = JSON.parse(readFileSync(join(to, 'manifest.json'), 'utf8')) as {
      movies: { path: string; sound?: { tracks: { files: { name: string }[] }[] } }[];
    };
    const editorial = movies.filter(({ path }) => path.endsWith('_prores.mov'));
    return editorial.map(({ sound }) => sound?.tracks.flatMap(({ files }) => files.map(({ name }) => name)));
  };

  test('is laid by the next revision of the same list, and the first says how', async () => {
    await ingest(card.path);
    const first = await submit(1);
    expect(first.code, first.stderr).toBe(0);
    expect(await soundsOf(1)).toEqual([undefined, undefined]);
    const { findings } = JSON.parse(readFileSync(join(at.folder, 'late-1', 'manifest.json'), 'utf8')) as {
      findings: { code: string; forPeople: string }[];
    };
    const told = findings.filter(({ code }) => code === 'sound-not-found');
    expect(told[0]?.forPeople).toContain('with the next `--revision`');
    await ingest(join(at.folder, 'sound', card.shootDay, 'Sound_Media', 'SR001'));
    const second = await submit(2);
    expect(second.code, second.stderr).toBe(0);
    expect(await soundsOf(2)).toEqual([1, 2].map((take) => [`T00${take}.WAV`, `T00${take}.WAV`]));
  });
});

test('a receiver checks the movies: length, timecode, codec, size and reel', async () => {
  const good = await at.command('package', 'verify', folder, '--json');
  expect(good.code, good.stdout).toBe(0);
  // The other clip's proxy under this one's name, with a manifest and an MHL that know nothing of it.
  const [mine, other] = [proxyOf(0, 'prores', 'mov'), proxyOf(1, 'prores', 'mov')];
  execFileSync('cp', [other, mine]);
  const swapped = await at.command('package', 'verify', folder, '--json');
  expect(swapped.code).toBe(11);
  const { findings } = JSON.parse(swapped.stdout) as { findings: { code: string; forPeople: string }[] };
  const told = findings.filter(({ code }) => code === 'header-mismatch').map(({ forPeople }) => forPeople);
  const wanted = frameTimecode(card.clips[0]!, FIRST);
  expect(told).toEqual([expect.stringContaining(`by the manifest it must be ${wanted}`)]);
});

/** The first channel of a sound stream, 48 kHz. */
function soundOf(file: string, stream = 0): Int32Array {
  const args = ['-v', 'error', '-i', file, '-map', `0:a:${stream}`, '-ac', '1', '-f', 's32le', 'pipe:1'];
  const bytes = execFileSync(toolPath('ffmpeg'), args, { maxBuffer: 64 * 2 ** 20 });
  return new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
}

function loudest(samples: Int32Array): number {
  return samples.reduce((best, value, at) => (Math.abs(value) > Math.abs(samples[best]!) ? at : best), 0);
}
