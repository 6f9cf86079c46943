import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FlapiTimes } from '../../../engine/flapi/session.ts';
import { type MadeCard, makeCard } from '../../../footage/card.ts';
import type { PipelineError } from '../../../schemas/failure.ts';
import type { SegmentJob } from '../../../schemas/segment-job.ts';
import type { Misbehaviour } from '../../stand-ins/flapid/misbehaviour.ts';
import { toolPaths } from '../../support/tools.ts';
import { clipJob } from '../clip-job.ts';
import { standInEngine } from './stand-in.ts';

let folder = '';
let card: MadeCard;
let movies: MadeCard;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flapi-faults-'));
  const common = {
    dir: folder,
    clips: 1,
    frames: 4,
    size: { width: 64, height: 36 },
    seed: 3,
    tools: toolPaths(),
    seal: false,
  };
  card = await makeCard({ ...common, kind: 'dpx' });
  movies = await makeCard({ ...common, kind: 'prores' });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function render(
  wrong: Misbehaviour,
  times: Partial<FlapiTimes> = {},
  other: Partial<SegmentJob> = {},
  from: MadeCard = card,
) {
  const { job, sources } = clipJob(from, from.clips[0]!, other);
  const workDir = await mkdtemp(join(folder, 'work-'));
  const options = { signal: new AbortController().signal, progress: () => {} };
  return { workDir, result: await standInEngine(wrong, times).render(job, sources, workDir, options) };
}

/**
 * How a render fails. A limit of seconds may meet a machine that stands still at another moment than the one that is meant:
 * then it is done again with more time.
 */
async function failureOf(
  wrong: Misbehaviour,
  times: Partial<FlapiTimes>,
  meant: RegExp,
): Promise<PipelineError> {
  for (let more = 1; ; more *= 6) {
    const limits = Object.fromEntries(Object.entries(times).map(([name, ms]) => [name, ms * more]));
    const failure = await render(wrong, limits).then(
      () => expect.fail('it was rendered'),
      (error: PipelineError) => error,
    );
    if (failure.code !== 'tool-stalled' || meant.test(failure.message) || more > 6) return failure;
  }
}

describe('a flapid that misbehaves', () => {
  it.each<[string, Misbehaviour, Partial<FlapiTimes>]>([
    ['is slow', { slowMs: 40 }, {}],
    ['answers in the wrong order', { shuffled: true }, {}],
    ['sends signals that wait, answers to nobody and binary frames', { chatter: true }, {}],
    ['says nothing from the start of the render to its end', { blocksInStart: true }, {}],
    ['tells of an earlier render before it has begun ours', { earlierDone: true }, {}],
    ['has done more frames than there are', { boasts: true, frameMs: 60 }, {}],
    ['ends by itself when it has said that all is done', { leavesWhenDone: true }, {}],
    ['fills standard error', { stderrMegabytes: 30 }, {}],
  ])('renders all the same when it %s', async (_, wrong, times) => {
    const { result } = await render(wrong, times);
    expect(result.frames.map(({ frame }) => frame)).toEqual([0, 1, 2, 3]);
  });

  it.each<[string, Misbehaviour, Partial<FlapiTimes>, string, RegExp]>([
    [
      'tells an error as clients read it',
      { errors: { method: 'Scene.insert_sequence', text: 'no codec', shape: 'client' } },
      {},
      'tool-failed',
      /Scene.insert_sequence: no codec/,
    ],
    [
      'tells an error as the prose shows it',
      { errors: { method: 'Scene.temporary_scene', text: 'bad options', shape: 'prose' } },
      {},
      'tool-failed',
      /bad options/,
    ],
    [
      'dies in the middle of a frame',
      { crashAfterFrames: 1 },
      {},
      'tool-failed',
      /flapid ended with signal SIGKILL/,
    ],
    [
      'stops moving',
      { stallAfterFrames: 1 },
      { stalledMs: 2000 },
      'tool-stalled',
      /has not moved.*1 of 4 frames/,
    ],
    ['never leaves 100 %', { stuckAtEnd: true }, { finishingMs: 400 }, 'tool-stalled', /at 100 %/],
    ['is done with an error', { doneWithError: 'Disk is full' }, {}, 'tool-failed', /Disk is full/],
    ['never tells its port', { port: 'never' }, { portMs: 700 }, 'tool-stalled', /told no port in \d+ ms/],
    ['tells nonsense for its port', { port: 'many' }, {}, 'tool-failed', /told "many" for its port/],
    ['sends garbage', { garbage: 'Scene.temporary_scene' }, {}, 'tool-failed', /what is not its protocol/],
    [
      'never answers',
      { silent: 'RenderSetup.create' },
      { callMs: 2000 },
      'tool-stalled',
      /did not answer RenderSetup.create in \d+ ms/,
    ],
    ['writes pictures of another size', { narrowerByPx: 1 }, {}, 'unsupported', /63x36, the source is 64x36/],
    ['would use other file names', { otherNames: true }, {}, 'unsupported', /other_0001000.exr/],
    [
      'says it is done with half a picture',
      { lastPicture: 'half' },
      {},
      'tool-failed',
      /flapid left a picture that cannot be read: .*plate_0001003.exr/,
    ],
    [
      'says it is done with what is no picture',
      { lastPicture: 'nonsense' },
      {},
      'tool-failed',
      /first bytes are not those of an OpenEXR/,
    ],
    [
      'writes a picture without colour',
      { lastPicture: 'grey' },
      {},
      'unsupported',
      /channels Y, expected R, G and B/,
    ],
    [
      'renders within the start and then stands still',
      { blocksInStart: true, stallAfterFrames: 1 },
      { callMs: 2000 },
      'tool-stalled',
      /did not answer RenderProcessor.get_progress in \d+ ms/,
    ],
    ['leaves out a frame', { forgetsFrame: true }, {}, 'tool-failed', /there is no plate_0001\d+.exr/],
    [
      'has no licence when it starts',
      { refusesToStart: 'no licence available for this product' },
      {},
      'capacity',
      /no licence/,
    ],
    [
      'has no licence when it renders',
      {
        errors: {
          method: 'RenderProcessor.start',
          text: 'All floating licenses are in use',
          shape: 'client',
        },
      },
      {},
      'capacity',
      /in use/,
    ],
    [
      'does not leave',
      { immortal: true, errors: { method: 'RenderProcessor.start', text: 'no', shape: 'client' } },
      { leaveMs: 200 },
      'tool-failed',
      /no/,
    ],
  ])('is told in words when it %s', async (_, wrong, times, code, message) => {
    expect(await failureOf(wrong, times, message)).toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
  });

  it('leaves nothing half-made where it failed', async () => {
    const { job, sources } = clipJob(card, card.clips[0]!);
    const workDir = await mkdtemp(join(folder, 'work-'));
    const engine = standInEngine({ crashAfterFrames: 2 });
    const options = { signal: new AbortController().signal, progress: () => {} };
    await expect(engine.render(job, sources, workDir, options)).rejects.toMatchObject({
      code: 'tool-failed',
    });
    expect((await readdir(workDir)).filter((name) => !/^\d{8}\.exr$/.test(name))).toEqual([]);
  });
});

describe('what is asked of the FilmLight engine', () => {
  it('movies are counted from their own start', async () => {
    const { result } = await render({}, {}, { frames: { first: 1, last: 2 } }, movies);
    expect(result.frames.map(({ frame }) => frame)).toEqual([1, 2]);
  });

  it('decode parameters are held against what the decoder offers', async () => {
    const decode = (vendorParameters: Record<string, string | number>) =>
      render({}, {}, { decode: { codec: 'dpx', container: 'sequence', vendorParameters } });
    await expect(decode({ ISO: 50 })).rejects.toMatchObject({
      code: 'input-invalid',
      message: expect.stringContaining('50 is not between 100 and 6400'),
    });
    await expect(decode({ Gain: 1 })).rejects.toMatchObject({
      code: 'input-invalid',
      message: expect.stringContaining('it has ISO, Debayer'),
    });
    await expect(decode({ Debayer: 'middling' })).rejects.toMatchObject({ code: 'input-invalid' });
    expect((await decode({ ISO: 400, Debayer: 'draft' })).result.frames).toHaveLength(4);
  });

  it('a colour space that nobody named is refused with how to name it', async () => {
    const { job } = clipJob(card, card.clips[0]!);
    const colour = { ...job.colour, decodedSpace: 'V-Log V-Gamut', steps: [] };
    await expect(render({}, {}, { colour })).rejects.toMatchObject({ code: 'unsupported' });
  });

  it('provenance names the application and every camera library', async () => {
    const { versions, missing } = await standInEngine().capabilities();
    expect(versions).toMatchObject({ baselight: '5.3.17711', 'sdk:Stand-in Camera SDK': '1.2.3' });
    expect(missing).toEqual([]);
  });

  it('AMF and FDL of a later version are found by asking, not by its number', async () => {
    expect((await standInEngine().capabilities()).offers).toEqual([]);
    const later = standInEngine({ laterEnums: ['AMF_APPLY', 'AFFINE_TYPE'] });
    expect((await later.capabilities()).offers).toEqual([
      expect.stringMatching(/^AMF, not used: no schema.json/),
      expect.stringMatching(/^FDL, not used/),
    ]);
  });

  it('inspection tells the decoder and what it takes; a file it cannot read is an answer', async () => {
    const clip = card.clips[0]!;
    const paths = [join(card.path, clip.files[0]!), '/nowhere/A001.mov'];
    const facts = await standInEngine({ metadataBytes: 3_000_000 }).inspect(paths, {
      signal: new AbortController().signal,
    });
    expect(facts[0]!.tools[0]).toMatchObject({
      tool: 'flapi',
      version: expect.stringContaining('baselight 5.3.17711'),
      output: {
        width: 64,
        height: 36,
        decoder: { codec: 'standin', parameters: [{ Parameter: 'ISO' }, { Parameter: 'Debayer' }] },
      },
    });
    expect(facts[1]!.tools[0]!.error).toContain('cannot open');
  });
});
