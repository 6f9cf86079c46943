import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ResolvedSource } from '../../engine/engine.ts';
import { type EngineParts, makeEngine } from '../../engine/make-engine.ts';
import type { OpenEngine } from '../../engine/open/open-engine.ts';
import { makeBroadcastWave } from '../../footage/broadcast-wave.ts';
import { makeCard } from '../../footage/card.ts';
import type { ColorStep, ExrOutput, Geometry, MovieOutput, SegmentJob } from '../../schemas/segment-job.ts';
import { executable } from '../stand-ins/executable.ts';
import { toolPath, toolPaths } from '../support/tools.ts';
import { clipJob } from './clip-job.ts';
import { NAMES, standInPlace } from './flapi/stand-in.ts';
import { vendorClip } from './vendor-job.ts';

const SIZE = { width: 64, height: 36 };
const DISPLAY = 'Rec.1886 Rec.709 - Display';
const makers = {
  'art-cmd': executable('art-cmd', 'art-cmd.ts'),
  redline: executable('redline', 'redline.ts'),
};
const parts: EngineParts = {
  tools: { ...toolPaths(), ...makers },
  flapi: { place: standInPlace(), colourNames: NAMES },
};
/** The same engine where the maker's program cannot run: what it makes all the same was not decoded again. */
const deaf: EngineParts = { tools: { ...toolPaths() }, flapi: null };
const folder = mkdtempSync(join(tmpdir(), 'plate-pictures-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Clip = { job: SegmentJob; sources: ResolvedSource[] };

/** Pictures in which every pixel differs, so that a shift of one shows. */
function noisyPictures(): string[] {
  return Array.from({ length: 5 }, (_, k) => {
    const path = join(folder, `recorded-${k}.exr`);
    const size = `${SIZE.width}x${SIZE.height}`;
    const noise = `uniform:min=0.02:max=0.9:seed=${k + 1}`;
    execFileSync(toolPath('oiiotool'), [
      ...[
        '--create',
        size,
        '3',
        '--fill:color=0.01,0.01,0.01',
        size,
        `--noise:${noise.replace('uniform:', 'type=uniform:')}`,
      ],
      ...['-d', 'half', '-o', path],
    ]);
    return path;
  });
}

async function clipOf(maker: string): Promise<Clip> {
  const whole = { frames: { first: 0, last: 4 } };
  if (maker === 'flapi') {
    const common = { dir: folder, tools: toolPaths(), clips: 1, frames: 5, size: SIZE, seed: 9, seal: false };
    const card = await makeCard({ ...common, kind: 'dpx' });
    return clipJob(card, card.clips[0]!);
  }
  const at = mkdtempSync(join(folder, `${maker}-`));
  const recorded = { ...SIZE, recorded: { files: noisyPictures(), space: 'ACES2065-1' } };
  const { job, sources } =
    maker === 'art'
      ? vendorClip(
          at,
          Array.from({ length: 5 }, (_, k) => `A001C001.00${86_400 + k}.ari`),
          'arriraw',
          recorded,
          whole,
        )
      : vendorClip(at, ['A001_C001_001.R3D'], 'r3d', recorded, whole);
  const crop = { x: 0, y: 0, ...SIZE };
  return { job: { ...job, geometry: { ...job.geometry, source: SIZE, crop } }, sources };
}

const movieOf = (job: SegmentJob, other: Partial<MovieOutput> = {}, frames = job.frames): SegmentJob => {
  const shown: ColorStep = {
    kind: 'display',
    from: 'ACES2065-1',
    display: DISPLAY,
    view: 'ACES 2.0 - SDR 100 nits (Rec.709)',
  };
  return {
    ...job,
    frames,
    colour: { ...job.colour, steps: [...job.colour.steps, shown], outputSpace: DISPLAY },
    output: {
      ...{ kind: 'movie', codec: 'prores-proxy', container: 'mov', size: { width: 48, height: 24 } },
      burnIns: [],
      ...other,
    } as MovieOutput,
    route: 'fast',
  };
};

const options = () => ({ signal: new AbortController().signal, progress: () => {} });
const work = () => mkdtempSync(join(folder, 'work-'));

const FRAMINGS: [string, Partial<Geometry>, ExrOutput['compression']][] = [
  ['the whole picture', {}, 'zip'],
  [
    'a crop on a canvas',
    {
      crop: { x: 6, y: 4, width: 50, height: 26 },
      canvas: { width: 60, height: 40, x: 3, y: 9 },
    },
    'piz',
  ],
];

describe.each(['art', 'redline', 'flapi'] as const)('of a plate that %s decoded', (maker) => {
  const engine: OpenEngine = makeEngine(maker, parts);
  const without: OpenEngine = makeEngine(maker, deaf);
  let clip: Clip;
  beforeAll(async () => {
    clip = await clipOf(maker);
  });
  afterAll(async () => void (await Promise.all([engine.close(), without.close()])));

  const framed = (
    geometry: Partial<Geometry>,
    compression: ExrOutput['compression'] = 'zip',
  ): SegmentJob => ({
    ...clip.job,
    geometry: { ...clip.job.geometry, ...geometry },
    output: { ...(clip.job.output as ExrOutput), compression },
  });

  it.each(FRAMINGS)(
    '%s: movie and still have the bytes of a decode of their own',
    async (_, geometry, compression) => {
      const plate = framed(geometry, compression);
      const { frames } = await engine.render(plate, clip.sources, work(), options());
      const stored = frames.map(({ frame, file }) => ({ name: `${frame}.exr`, frame, location: file }));
      const jobs = [
        movieOf(plate),
        movieOf(plate, { codec: 'jpeg', container: 'jpg' }, { first: 2, last: 2 }),
      ];
      for (const job of jobs) {
        expect(engine.isHeldBy!(job, plate)).toBe(true);
        const wanted = stored.filter(({ frame }) => frame >= job.frames.first && frame <= job.frames.last);
        const again = await engine.render(job, clip.sources, work(), options());
        const held = await without.renderFromPlate!(job, plate, wanted, work(), options());
        expect(held.movie!.xxh128).toBe(again.movie!.xxh128);
        expect(held.movie!.frameCount).toBe(wanted.length);
      }
    },
  );

  it('says of a plate that holds other pictures that it does', () => {
    const crop = { x: 6, y: 4, width: 50, height: 26 };
    const plate = framed({ crop });
    const movie = movieOf(plate);
    expect(engine.isHeldBy!(movie, plate)).toBe(true);
    const [light] = movieOf(plate).colour.steps.slice(-1) as [ColorStep];
    const graded: ColorStep = {
      ...{ kind: 'cdl', slope: [1.1, 1, 1], offset: [0, 0, 0], power: [1, 1, 1], saturation: 1 },
      workingSpace: 'ACEScct',
    };
    const others: [string, SegmentJob, SegmentJob][] = [
      ['scaled', movie, framed({ crop, scale: { width: 25, height: 13 } })],
      ['cut by its canvas', movie, framed({ crop, canvas: { width: 48, height: 40, x: -1, y: 0 } })],
      ['of another crop', movie, framed({ crop: { ...crop, x: 7 } })],
      ['of too few frames', movie, { ...plate, frames: { first: 1, last: 4 } }],
      ['decoded otherwise', { ...movie, decode: { ...movie.decode, exposureStops: 0.5 } }, plate],
      [
        'of another file',
        { ...movie, sources: movie.sources.map((one) => ({ ...one, xxh128: '1'.repeat(32) })) },
        plate,
      ],
      ['graded', movie, { ...plate, colour: { ...plate.colour, steps: [...plate.colour.steps, graded] } }],
      [
        'as a display shows it',
        movie,
        { ...plate, colour: { ...plate.colour, steps: [light], outputSpace: DISPLAY } },
      ],
      [
        'in log',
        movie,
        { ...plate, output: { kind: 'dpx', bits: 10, header: { strings: {}, numbers: {} } } },
      ],
      ['by another engine', { ...movie, engine: 'other' }, plate],
    ];
    for (const [what, job, other] of others)
      expect([what, engine.isHeldBy!(job, other)]).toEqual([what, false]);
    // Only movies and stills: a sequence is made beside the plate, when its files may not stand yet.
    expect(engine.isHeldBy!(plate, plate)).toBe(false);
  });

  it('a movie carries the sound roll, decoded or out of the plate', async () => {
    const plate = framed({});
    const { num, den } = plate.clip.frameRate;
    const sampleCount = Math.round((5 * 48_000 * den) / num);
    const sound = join(work(), 'T001.WAV');
    writeFileSync(
      sound,
      makeBroadcastWave({
        samples: sampleCount,
        timeReference: 0,
        tape: 'SR',
        tracks: ['Mix'],
        claps: [4000],
      }),
    );
    const piece = {
      file: 0,
      channel: 0,
      first: 0,
      count: sampleCount,
      sampleRate: 48_000,
      playRate: 48_000,
      at: 0,
    };
    const job: SegmentJob = {
      ...movieOf(plate, {
        sound: { camera: false, sampleCount, tracks: [{ name: 'Mix', pieces: [piece] }] },
      }),
      sound: [{ name: 'T001.WAV', sizeBytes: 1, xxh128: '0'.repeat(32) }],
    };
    const heard = { name: 'T001.WAV', isSound: true as const, location: sound };
    const again = await engine.render(job, [...clip.sources, heard], work(), options());
    const { frames } = await engine.render(plate, clip.sources, work(), options());
    const stored = frames.map(({ frame, file }) => ({ name: `${frame}.exr`, frame, location: file }));
    const held = await without.renderFromPlate!(job, plate, [...stored, heard], work(), options());
    expect(held.movie!.xxh128).toBe(again.movie!.xxh128);
    const args = ['-v', 'error', '-i', again.movie!.file, '-map', '0:a:0', '-f', 's32le', 'pipe:1'];
    const bytes = execFileSync(toolPath('ffmpeg'), args);
    const samples = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
    expect(
      samples.reduce((best, value, at) => (Math.abs(value) > Math.abs(samples[best]!) ? at : best), 0),
    ).toBe(4000);
  });
});
