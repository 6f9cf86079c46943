import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine, ResolvedSource } from '../../engine/engine.ts';
import { makeEngine } from '../../engine/make-engine.ts';
import { createOpenEngine } from '../../engine/open/open-engine.ts';
import { makeCard } from '../../footage/card.ts';
import type { ColorStep, MovieOutput, SegmentJob } from '../../schemas/segment-job.ts';
import { executable } from '../stand-ins/executable.ts';
import { writeTestPicture } from '../stand-ins/test-picture.ts';
import { toolPaths } from '../support/tools.ts';
import { clipJob } from './clip-job.ts';
import { NAMES, standInPlace } from './flapi/stand-in.ts';
import { readPicture } from './picture.ts';
import { vendorClip } from './vendor-job.ts';

const tools = {
  ...toolPaths(),
  'art-cmd': executable('art-cmd', 'art-cmd.ts'),
  redline: executable('redline', 'redline.ts'),
};
const parts = { tools, flapi: { place: standInPlace(), colourNames: NAMES } };
const folder = mkdtempSync(join(tmpdir(), 'second-stage-'));
const open = createOpenEngine({ tools });
afterAll(async () => {
  await open.close();
  rmSync(folder, { recursive: true, force: true });
});

const LOOK: ColorStep = {
  kind: 'cdl',
  slope: [1.2, 1, 0.9],
  offset: [0, 0, 0],
  power: [1, 1, 1],
  saturation: 0.9,
  workingSpace: 'ACEScct',
};
const toShow: ColorStep = {
  kind: 'display',
  from: 'ACES2065-1',
  display: 'Rec.1886 Rec.709 - Display',
  view: 'ACES 2.0 - SDR 100 nits (Rec.709)',
};
const movie = (codec: MovieOutput['codec'], container: MovieOutput['container']): MovieOutput => ({
  ...{ kind: 'movie', codec, container, burnIns: [] },
  size: { width: 64, height: 32 },
});
type Change = Pick<SegmentJob, 'output'> & { steps: ColorStep[]; outputSpace: string };
const plain = { header: { strings: {}, numbers: {} } };
const WANTED: [string, Change][] = [
  [
    'a plate in ACEScg with a look, smaller',
    {
      output: { kind: 'exr', compression: 'zip', container: 'openexr', ...plain },
      steps: [{ kind: 'convert', from: 'ACES2065-1', to: 'ACEScg' }, LOOK],
      outputSpace: 'ACEScg',
    },
  ],
  [
    'a log DPX',
    {
      output: { kind: 'dpx', bits: 10, ...plain },
      steps: [{ kind: 'convert', from: 'ACES2065-1', to: 'ACEScct' }],
      outputSpace: 'ACEScct',
    },
  ],
  ['a proxy', { output: movie('h264', 'mp4'), steps: [toShow], outputSpace: 'Rec.1886 Rec.709 - Display' }],
  ['a still', { output: movie('jpeg', 'jpg'), steps: [toShow], outputSpace: 'Rec.1886 Rec.709 - Display' }],
];

const changed = (job: SegmentJob, { output, steps, outputSpace }: Change): SegmentJob => ({
  ...job,
  frames: output.kind === 'movie' && output.container === 'jpg' ? { first: 2, last: 2 } : job.frames,
  colour: { ...job.colour, steps, outputSpace },
  output,
});

async function made(engine: Engine, job: SegmentJob, sources: ResolvedSource[]) {
  const workDir = mkdtempSync(join(folder, 'work-'));
  const told: number[] = [];
  const result = await engine.render(job, sources, workDir, {
    signal: new AbortController().signal,
    progress: ({ framesDone }) => told.push(framesDone),
  });
  return { workDir, told, result };
}

const digestsOf = ({ frames, movie }: Awaited<ReturnType<typeof made>>['result']) => [
  ...frames.map(({ frame, xxh128 }) => `${frame} ${xxh128}`),
  ...(movie ? [movie.xxh128] : []),
];

describe.each(['art', 'redline'] as const)(
  'what the open engine makes of the %s program’s pictures',
  (maker) => {
    const engine = makeEngine(maker, parts);
    afterAll(() => engine.close());
    const names =
      maker === 'art'
        ? Array.from({ length: 5 }, (_, k) => `A001C001.00${86_400 + k}.ari`)
        : ['A001_C001_001.R3D'];
    let clip: ReturnType<typeof vendorClip>;
    const pictures: ResolvedSource[] = [];

    beforeAll(() => {
      const at = mkdtempSync(join(folder, `${maker}-`));
      clip = vendorClip(at, names, maker === 'art' ? 'arriraw' : 'r3d');
      for (let frame = 0; frame < 5; frame++) {
        const location = join(at, `${frame}.exr`);
        writeTestPicture(location, { width: 32, height: 16, frameCount: 5 }, frame);
        pictures.push({ name: `${frame}.exr`, frame, location });
      }
    });

    it.each(WANTED)('%s has the bytes that it has of the same pictures as OpenEXR', async (_, change) => {
      const { told, result, workDir } = await made(engine, changed(clip.job, change), clip.sources);
      const exr = { ...clip.job, decode: { codec: 'exr', container: 'sequence' } as const };
      const inLight = { ...exr, colour: { ...exr.colour, decodedSpace: 'ACES2065-1' } };
      const expected = await made(open, changed(inLight, change), pictures);
      expect(digestsOf(result).length).toBeGreaterThan(0);
      expect(digestsOf(result)).toEqual(digestsOf(expected.result));
      expect(told).toEqual([...told].sort((a, b) => a - b));
      expect(readdirSync(workDir).filter((name) => name.startsWith('.'))).toEqual([]);
      expect(result.timings.cpuMs).toBeGreaterThanOrEqual(0);
    });

    it('says that it writes what both write, and the versions of both are its own', async () => {
      const { writes, versions } = await engine.capabilities();
      expect(writes).toEqual(expect.arrayContaining(['exr:piz', 'dpx:10', 'h264', 'jpeg', 'prores-proxy']));
      expect(versions).toMatchObject({
        'open:OpenImageIO': expect.any(String),
        'rushes-recipe': expect.any(String),
      });
    });

    it('a program that fails is told as it is, and nothing is left', async () => {
      const bad = vendorClip(mkdtempSync(join(folder, 'bad-')), names, clip.job.decode.codec, {
        wrong: 'scaled',
      });
      const job = changed(bad.job, WANTED[2]![1]);
      await expect(made(engine, job, bad.sources)).rejects.toMatchObject({ code: 'unsupported' });
    });
  },
);

describe('what the open engine makes of FilmLight’s pictures', () => {
  const engine = makeEngine('flapi', parts);
  afterAll(() => engine.close());

  it('a look that has no public call, and a movie, come out as of the open engine alone', async () => {
    const size = { width: 64, height: 32 };
    const common = { dir: folder, tools, clips: 1, frames: 3, size, seed: 3, seal: false };
    const card = await makeCard({ ...common, kind: 'dpx' });
    const { job, sources } = clipJob(card, card.clips[0]!);
    const builtin: ColorStep = {
      kind: 'builtin',
      style: 'ACES-LMT - ACES 1.3 Reference Gamut Compression',
      inverse: false,
    };
    const graded = { ...job, colour: { ...job.colour, steps: [...job.colour.steps, builtin] } };
    const [a, b] = [await made(engine, graded, sources), await made(open, graded, sources)];
    const pictures = await Promise.all([a, b].map(({ result }) => readPicture(result.frames[1]!.file)));
    const worst = Math.max(
      ...pictures[0]!.pixels.map(
        (value, k) => Math.abs(value - pictures[1]!.pixels[k]!) / (0.01 + Math.abs(value)),
      ),
    );
    expect(worst).toBeLessThan(0.01);
    const shown = {
      ...job,
      colour: { ...job.colour, steps: [...job.colour.steps, toShow], outputSpace: toShow.display },
    };
    const { result } = await made(engine, { ...shown, output: movie('h264', 'mp4') }, sources);
    expect(result.movie).toMatchObject({ frameCount: 3 });
  });
});
