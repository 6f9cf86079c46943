import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createOpenEngine } from '../../../engine/open/open-engine.ts';
import { makeBroadcastWave, type WaveOptions } from '../../../footage/broadcast-wave.ts';
import { type MadeCard, makeCard } from '../../../footage/card.ts';
import type { CardKind, MadeClip } from '../../../footage/clip-spec.ts';
import { frameOfTimecode } from '../../../footage/record-timecode.ts';
import type { ClipSource } from '../../../pipeline/delivery/clip-source.ts';
import { laySound } from '../../../pipeline/delivery/lay-sound.ts';
import type { Rational } from '../../../schemas/rational.ts';
import type { MovieOutput, SegmentJob } from '../../../schemas/segment-job.ts';
import type { SoundChoice } from '../../../schemas/sound.ts';
import { makePlannedPlate } from '../../pipeline/delivery/clip-source-fixture.ts';
import { inspectBytes } from '../../pipeline/inspection/inspect-bytes.ts';
import { toolPath, toolPaths } from '../../support/tools.ts';
import { clipJob, colourTo } from '../clip-job.ts';

const SIZE = { width: 256, height: 144 };
const [FRAMES, FIRST, LAST, CLAP] = [30, 4, 21, 11];
const DISPLAY = { display: 'Rec.1886 Rec.709 - Display', view: 'ACES 2.0 - SDR 100 nits (Rec.709)' };
const engine = createOpenEngine({ tools: toolPaths() });
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'movie-sound-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const FORMS = {
  prores: { codec: 'prores-proxy', container: 'mov' },
  review: { codec: 'h264', container: 'mp4' },
  avid: { codec: 'dnxhr-lb', container: 'mxf' },
} as const satisfies Record<string, Pick<MovieOutput, 'codec' | 'container'>>;

const cards = new Map<string, Promise<MadeCard>>();

/** A take whose own sound claps at the same frame, so that the two can be held against each other. */
function cardOf(rate: Rational, kind: CardKind = 'prores', startTimecode = '10:15:00:00'): Promise<MadeCard> {
  const key = `${kind} ${rate.num}-${rate.den} ${startTimecode.replaceAll(/[:;]/g, '')}`;
  const card =
    cards.get(key) ??
    makeCard({
      ...{ dir: join(folder, key), kind, clips: 1, frames: FRAMES, size: SIZE, seed: 7, rate, startTimecode },
      ...{ tools: toolPaths(), seal: false, withTone: true, clapFrame: CLAP },
    });
  cards.set(key, card);
  return card;
}

function sourceOf(clip: MadeClip): ClipSource {
  const fields = {
    startTimecode: { value: clip.startTimecode },
    frameRate: { value: clip.rate },
    frameCount: { value: clip.frameCount },
  };
  const record = { clipName: clip.clipName, files: [], fields, findings: [] };
  return { clipId: 'clip-1', clip: record, objects: [], cameraFormat: null };
}

/** A recording as its file is inspected, and where the file lies. */
async function recording(name: string, options: WaveOptions): Promise<{ source: ClipSource; path: string }> {
  const bytes = makeBroadcastWave(options);
  const path = join(folder, `${cards.size}-${Math.random()}-${name}`);
  await writeFile(path, bytes);
  const clip = await inspectBytes({ [name]: bytes });
  const xxh128 = Buffer.from(path).toString('hex').slice(-32).padStart(32, '0');
  const object = { site: 's', bucket: 'b', key: name, sizeBytes: bytes.length, xxh128 };
  const source = { clipId: name, clip, objects: [{ path: name, object }], cameraFormat: null };
  return { source, path };
}

type Recorded = Awaited<ReturnType<typeof recording>>;

async function make(
  card: MadeCard,
  recordings: Recorded[],
  form: keyof typeof FORMS = 'prores',
  choice: SoundChoice = 'sound-roll',
  sourceFrames = { first: FIRST, last: LAST },
) {
  const clip = card.clips[0]!;
  const plate = { ...makePlannedPlate(), sourceFrames };
  const laid = laySound(
    sourceOf(clip),
    plate,
    recordings.map(({ source }) => source),
    choice,
  );
  const aces = colourTo(clip, 'ACES2065-1');
  const { job, sources } = clipJob(card, clip, {
    frames: sourceFrames,
    ...(laid.files.length > 0 ? { sound: laid.files } : {}),
    colour: {
      ...aces,
      steps: [{ kind: 'display', from: aces.decodedSpace, ...DISPLAY }],
      outputSpace: DISPLAY.display,
    },
    output: {
      ...{ kind: 'movie', size: SIZE, startTimecode: '10:15:00:04', reelName: clip.reel, burnIns: [] },
      ...FORMS[form],
      ...(laid.sound === null ? {} : { sound: laid.sound }),
    },
  });
  const sounds = laid.files.map(({ name, xxh128 }) => ({
    ...{ name, isSound: true as const },
    location: recordings.find(({ source }) => source.objects[0]!.object.xxh128 === xxh128)!.path,
  }));
  const render = async () => {
    const workDir = await mkdtemp(join(folder, 'work-'));
    const options = { signal: new AbortController().signal, progress: () => {} };
    return (await engine.render(job as SegmentJob, [...sources, ...sounds], workDir, options)).movie!;
  };
  return { ...laid, job, movie: await render(), again: render };
}

/** A sound stream as FFmpeg reads it, in 32 bits. */
function streamOf(file: string, stream: number): Int32Array {
  const args = ['-v', 'error', '-i', file, '-map', `0:a:${stream}`, '-f', 's32le', 'pipe:1'];
  const bytes = execFileSync(toolPath('ffmpeg'), args, { maxBuffer: 64 * 2 ** 20 });
  return new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
}

function loudest(samples: Int32Array): number {
  return samples.reduce((best, value, at) => (Math.abs(value) > Math.abs(samples[best]!) ? at : best), 0);
}

function probe(file: string): { codec_type: string; sample_rate?: string; tags?: Record<string, string> }[] {
  const args = ['-v', 'error', '-show_streams', '-of', 'json', file];
  return JSON.parse(execFileSync(toolPath('ffprobe'), args, { encoding: 'utf8' })).streams;
}

const NTSC_FILM = { num: 24_000, den: 1001 };
const FILM = { num: 24, den: 1 };
const NTSC = { num: 30_000, den: 1001 };
const START = '10:15:00:00';

/** What a recorder writes that ran two seconds before the take, locked to its timecode, and a clap when frame `CLAP` began. */
function locked(rate: Rational, sampleRate: number, timecodeRate = rate): WaveOptions {
  const label = frameOfTimecode(START, rate);
  const samples = (frames: number) => Math.round((frames * timecodeRate.den * sampleRate) / timecodeRate.num);
  const early = 48;
  return {
    ...{ sampleRate, timecodeRate, samples: samples(early + FRAMES + 48), tracks: ['Boom'], tape: 'SR01' },
    timeReference: samples(label - early),
    claps: [samples(label + CLAP) - samples(label - early)],
  };
}

/** Sample of the movie at which frame `CLAP` begins. */
function clapAt({ num, den }: Rational): number {
  return ((CLAP - FIRST) * den * 48_000) / num;
}

describe('a sound roll under a movie', () => {
  it.each([
    ['24 and 48 kHz', FILM, 48_000, FILM],
    ['25 and 48 kHz', { num: 25, den: 1 }, 48_000, { num: 25, den: 1 }],
    ['23.976 and 48 kHz', NTSC_FILM, 48_000, NTSC_FILM],
    ['23.976 and 96 kHz', NTSC_FILM, 96_000, NTSC_FILM],
    ['23.976, recorded at 48048 Hz beside film at 24', NTSC_FILM, 48_048, FILM],
    ['23.976, recorded at 96096 Hz beside film at 24', NTSC_FILM, 96_096, FILM],
    ['29.97, whose frames are no whole number of samples', NTSC, 48_000, NTSC],
  ])(
    'has its clap on the sample where the frame begins: %s',
    async (_name, rate, sampleRate, timecodeRate) => {
      const { movie, findings } = await make(await cardOf(rate), [
        await recording('T1.WAV', locked(rate, sampleRate, timecodeRate)),
      ]);
      expect(findings).toEqual([]);
      const sound = streamOf(movie.file, 0);
      expect(sound.length).toBe(Math.round(((LAST - FIRST + 1) * rate.den * 48_000) / rate.num));
      expect(Math.abs(loudest(sound) - clapAt(rate))).toBeLessThanOrEqual(rate === NTSC ? 1 : 0);
      if (sampleRate === 48_000 || sampleRate === 48_048)
        // What is not converted stays as it was recorded, bit for bit.
        expect([...sound].filter((value) => value !== 0)).toEqual([5_592_405 * 256]);
    },
  );

  it.each(['prores', 'avid', 'review'] as const)(
    'goes first, before the sound of the camera, and both clap at once: %s',
    async (form) => {
      const card = await cardOf(NTSC_FILM);
      const two = { ...locked(NTSC_FILM, 48_000), tracks: ['Mix', 'Boom & Lav'] };
      const { movie, again } = await make(
        card,
        [await recording('T1.WAV', { ...two, claps: [two.claps[0]!, two.claps[0]!] })],
        form,
        'both',
      );
      const sounds = probe(movie.file).filter(({ codec_type }) => codec_type === 'audio');
      expect(sounds.map(({ sample_rate }) => sample_rate)).toEqual(['48000', '48000', '48000']);
      if (form !== 'avid')
        expect(sounds.slice(0, 2).map(({ tags }) => tags?.handler_name)).toEqual(['Mix', 'Boom & Lav']);
      for (const stream of [0, 1, 2]) {
        const late = Math.abs(loudest(streamOf(movie.file, stream)) - clapAt(NTSC_FILM));
        // AAC keeps time to a hundredth of a second.
        expect(late).toBeLessThanOrEqual(form === 'review' ? 480 : 0);
      }
      expect((await again()).xxh128).toBe(movie.xxh128);
    },
  );

  it.each(['prores', 'avid', 'review'] as const)(
    'is one frame long in a movie of one frame: %s',
    async (form) => {
      const recorded = await recording('T1.WAV', locked(NTSC_FILM, 48_000));
      const one = { first: CLAP, last: CLAP };
      const { movie } = await make(await cardOf(NTSC_FILM), [recorded], form, 'sound-roll', one);
      expect(movie.frameCount).toBe(1);
      const sound = streamOf(movie.file, 0);
      // AAC has whole blocks of 1024 samples.
      expect(form === 'review' ? Math.abs(sound.length - 2002) <= 1024 : sound.length === 2002).toBe(true);
      if (form !== 'review') expect(loudest(sound)).toBe(0);
    },
  );

  it('is laid under pictures that are files of their own, which have no sound', async () => {
    for (const kind of ['dpx', 'exr'] as const) {
      const { movie } = await make(await cardOf(FILM, kind), [
        await recording('T1.WAV', locked(FILM, 48_000)),
      ]);
      const sound = streamOf(movie.file, 0);
      expect([sound.length, loudest(sound)]).toEqual([(LAST - FIRST + 1) * 2000, clapAt(FILM)]);
      expect(movie.frameCount).toBe(LAST - FIRST + 1);
    }
  });

  it('goes on in the next file of the recorder on the same track, without a sample between', async () => {
    const whole = { ...locked(FILM, 48_000), tracks: ['Boom'] };
    const border = 48 * 2000 + 9 * 2000 + 777;
    const parts = [
      { ...whole, samples: border },
      { ...whole, samples: whole.samples - border, timeReference: whole.timeReference + border },
    ].map((part, index) => ({ ...part, claps: [index === 0 ? border - 1 : 0] }));
    const [one, two] = [await recording('T1.WAV', parts[0]!), await recording('T2.WAV', parts[1]!)];
    const { movie, sound } = await make(await cardOf(FILM), [two, one]);
    expect(sound!.tracks.map(({ name, pieces }) => [name, pieces.length])).toEqual([['Boom', 2]]);
    const heard = streamOf(movie.file, 0);
    const loud = [...heard.entries()].filter(([, value]) => value !== 0).map(([at]) => at);
    const seam = (9 - FIRST) * 2000 + 777;
    expect(loud).toEqual([seam - 1, seam]);
    expect(heard[seam]).toBe(5_592_405 * 256);
  });

  it('in files of one channel each has a track for each, by its name', async () => {
    const mono = (name: string, clap: number) =>
      recording(`T1_${name}.WAV`, {
        ...locked(FILM, 48_000),
        tracks: [name],
        claps: [48 * 2000 + clap * 2000],
      });
    const { movie, sound } = await make(await cardOf(FILM), [await mono('Lav', 12), await mono('Boom', 10)]);
    expect(sound!.tracks.map(({ name }) => name)).toEqual(['Boom', 'Lav']);
    expect([0, 1].map((stream) => loudest(streamOf(movie.file, stream)))).toEqual([6 * 2000, 8 * 2000]);
  });

  it('is silent where nothing was recorded, and that is told', async () => {
    const late = locked(FILM, 48_000);
    const begins = late.timeReference + 48 * 2000 + 10 * 2000;
    const { movie, findings } = await make(await cardOf(FILM), [
      await recording('T1.WAV', { ...late, timeReference: begins, samples: 4000, claps: [0] }),
    ]);
    const sound = streamOf(movie.file, 0);
    expect([sound.length, loudest(sound)]).toEqual([18 * 2000, 6 * 2000]);
    expect(findings).toMatchObject([
      {
        code: 'sound-partial',
        forPeople: expect.stringContaining('Boom (0.667 s, 0.250 s of it before it begins)'),
      },
    ]);
  });

  it('of a recorder that ran over midnight lies where it was recorded', async () => {
    const card = await cardOf(FILM, 'prores', '00:00:00:00');
    const samples = 86_400 * 48_000 - 48_000;
    const options = { ...locked(FILM, 48_000), timeReference: samples, claps: [48_000 + CLAP * 2000] };
    const { movie } = await make(card, [await recording('T1.WAV', options)]);
    expect(loudest(streamOf(movie.file, 0))).toBe(clapAt(FILM));
  });
});

it('a movie without sound has none, and one of a take under which no recorder ran has that of the camera', async () => {
  const card = await cardOf(FILM);
  const silent = await make(card, [await recording('T1.WAV', locked(FILM, 48_000))], 'prores', 'none');
  expect(probe(silent.movie.file).some(({ codec_type }) => codec_type === 'audio')).toBe(false);
  const away = await make(card, [
    await recording('T9.WAV', { ...locked(FILM, 48_000), timeReference: 48_000 * 3600 }),
  ]);
  expect(away.findings).toMatchObject([{ code: 'sound-not-found' }]);
  expect(loudest(streamOf(away.movie.file, 0))).toBe(clapAt(FILM));
});
