import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createArtEngine } from '../../engine/art/art-engine.ts';
import type { RawFacts } from '../../engine/engine.ts';
import { createRedlineEngine } from '../../engine/redline/redline-engine.ts';
import { normalizeClip } from '../../pipeline/inspection/normalize.ts';
import type { SegmentJob } from '../../schemas/segment-job.ts';
import { executable } from '../stand-ins/executable.ts';
import type { StandInClip } from '../stand-ins/test-picture.ts';
import { toolPaths } from '../support/tools.ts';
import { readPicture } from './picture.ts';
import { vendorClip } from './vendor-job.ts';

const tools = {
  ...toolPaths(),
  'art-cmd': executable('art-cmd', 'art-cmd.ts'),
  redline: executable('redline', 'redline.ts'),
};
const ARI = Array.from({ length: 5 }, (_, k) => `A001C001.00${86_400 + k}.ari`);
const MAKERS = {
  art: {
    engine: createArtEngine(tools),
    names: ARI,
    codec: 'arriraw',
    value: { exposureIndexOverride: 400 },
    size: 'image size',
  },
  redline: {
    engine: createRedlineEngine(tools),
    names: ['A001_C001_001.R3D'],
    codec: 'r3d',
    value: { iso: 400 },
    size: 'frame width',
  },
} as const;

async function render(
  maker: keyof typeof MAKERS,
  clip: Partial<StandInClip> = {},
  other: Partial<SegmentJob> = {},
  only?: number[],
) {
  const { engine, names, codec } = MAKERS[maker];
  const folder = await mkdtemp(join(tmpdir(), 'vendor-'));
  const { job, sources } = vendorClip(folder, [...names], codec, clip, other);
  const options = { signal: new AbortController().signal, progress: () => {}, ...(only ? { only } : {}) };
  return engine.render(job, sources, join(folder, 'out'), options);
}

/** The engine on a stand-in that says this of itself. */
function engineSaying(maker: keyof typeof MAKERS, says: string) {
  const env = { SAYS: says };
  return maker === 'art'
    ? createArtEngine({ ...tools, 'art-cmd': executable('art-cmd', 'art-cmd.ts', env) })
    : createRedlineEngine({ ...tools, redline: executable('redline', 'redline.ts', env) });
}

async function inspect(maker: keyof typeof MAKERS, wrong?: StandInClip['wrong']): Promise<RawFacts> {
  const { engine, names, codec } = MAKERS[maker];
  const folder = await mkdtemp(join(tmpdir(), 'vendor-'));
  const { sources } = vendorClip(folder, [...names], codec, wrong ? { wrong } : {});
  const [facts] = await engine.inspect([sources[0]!.location], { signal: new AbortController().signal });
  return facts!;
}

function normalized(facts: RawFacts) {
  const { path } = facts;
  const files = [{ path, role: 'essence' as const }];
  return normalizeClip({
    group: { clipKey: 'c', clipName: 'A001C001', cardRule: 'generic', files, sequence: null, span: null },
    facts: new Map([[path, facts]]),
    sizes: new Map([[path, 10]]),
  }).fields;
}

describe.each(['art', 'redline'] as const)('the %s engine', (maker) => {
  it('makes plates of the frames asked for, on the processor alone', async () => {
    const { frames } = await render(maker, {}, {}, [1, 3]);
    expect(frames.map(({ frame }) => frame)).toEqual([1, 3]);
    const reds = await Promise.all(frames.map(async ({ file }) => (await readPicture(file)).pixels[0]!));
    expect(reds[0]).toBeCloseTo(0.2, 3);
    expect(reds[1]).toBeCloseTo(0.4, 3);
  });

  it('hands on decode values by the names the maker documents, and no others', async () => {
    const { codec, value } = MAKERS[maker];
    const decode = { codec, container: 'other' as const };
    expect((await render(maker, {}, { decode: { ...decode, vendorParameters: value } })).frames).toHaveLength(
      3,
    );
    await expect(
      render(maker, {}, { decode: { ...decode, vendorParameters: { gain: 1 } } }),
    ).rejects.toMatchObject({ code: 'input-invalid' });
    await expect(render(maker, {}, { decode: { ...decode, exposureStops: 1 } })).rejects.toMatchObject({
      code: 'unsupported',
    });
  });

  it('refuses what its program does not document: another output space', async () => {
    const { job } = vendorClip(await mkdtemp(join(tmpdir(), 'vendor-')), ['x.R3D'], 'r3d');
    const colour = { ...job.colour, outputSpace: 'ACEScg' };
    await expect(render(maker, {}, { colour })).rejects.toMatchObject({ code: 'unsupported' });
  });

  it('a picture of another size is a failure, not a plate', async () => {
    await expect(render(maker, { wrong: 'scaled' })).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining('16x16'),
    });
  });

  it('a frame that did not come is a failure', async () => {
    await expect(render(maker, { frameCount: 3 })).rejects.toMatchObject({
      code: 'tool-failed',
      message: expect.stringContaining('asked for 3 pictures and wrote 2'),
    });
  });

  it('tells its version, and when it is not there how to get it', async () => {
    const { versions, decodes } = await MAKERS[maker].engine.capabilities();
    expect(Object.values(versions)).toContain(maker === 'art' ? '1.0.0' : '59.1.69200');
    expect(decodes.length).toBeGreaterThan(0);
    const none = maker === 'art' ? createArtEngine({}) : createRedlineEngine({});
    expect((await none.capabilities()).missing[0]!.fix).toContain('tools.json');
  });

  it('reads metadata that becomes the normalized record', async () => {
    const facts = await inspect(maker);
    expect(facts.tools[0]!.error).toBeUndefined();
    const record = normalized(facts);
    expect(record.imageSize?.value).toEqual({ width: 32, height: 16 });
    expect(record.frameRate?.value).toEqual({ num: 24, den: 1 });
  });
});

describe.each(['art', 'redline'] as const)('a program of %s that other hands wrote', (maker) => {
  it('may say what GPUs it found, and end its lines otherwise', async () => {
    expect((await render(maker, { wrong: 'words of a gpu' })).frames).toHaveLength(3);
  });

  it.each<[NonNullable<StandInClip['wrong']>, string, RegExp]>([
    ['one frame more', 'tool-failed', /asked for 3 pictures and wrote 4/],
    ['half a picture', 'tool-failed', /left a picture that cannot be read/],
    [
      'numbers off',
      'unsupported',
      /frames 1 to 3 and numbered its pictures from 2, neither from 0 nor from 1/,
    ],
  ])('and that leaves %s is told in words', async (wrong, code, message) => {
    await expect(render(maker, { wrong })).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
  });

  it('is of the version that it says of itself, whatever numbers stand before it', async () => {
    const says = 'Found OpenCL version 1.2\nCUDA 11.8\n';
    const own = maker === 'art' ? 'ARRI Reference Tool CMD v1.2.3\n' : 'REDline Build 60.1\n';
    const { versions } = await engineSaying(maker, says + own).capabilities();
    expect(Object.values(versions)).toContain(maker === 'art' ? '1.2.3' : '60.1');
  });

  it('that tells no version is known by its file', async () => {
    const { versions, missing } = await engineSaying(maker, 'Usage: see the manual').capabilities();
    expect(Object.values(versions)).toContainEqual(expect.stringMatching(/^unknown, file [0-9a-f]{16}$/));
    expect(missing).toEqual([]);
  });

  it('and cannot run here is missing, with what the system says', async () => {
    const words = 'error while loading shared libraries: libX.so.1.2: cannot open shared object file';
    const { missing, decodes } = await engineSaying(maker, words).capabilities();
    expect(missing[0]!.why).toContain('libX.so.1.2');
    expect(decodes).toEqual([]);
  });

  it('and that has no metadata to tell is an answer with its words', async () => {
    const { tools: answers } = await inspect(maker, 'no metadata');
    expect(answers[0]!.error).toMatch(maker === 'art' ? /unknown MXF label$/ : /no decoder for this clip$/);
  });

  it('and tells metadata among other words and columns is understood', async () => {
    const record = normalized(await inspect(maker, 'noisy metadata'));
    expect(record.imageSize?.value).toEqual({ width: 32, height: 16 });
    expect(record.frameRate?.value).toEqual({ num: 24, den: 1 });
  });
});

describe('makers in particular', () => {
  it('REDline’s decimal commas are decimals', async () => {
    const record = normalized(await inspect('redline', 'decimal commas'));
    expect(record.frameRate?.value).toEqual({ num: 24, den: 1 });
    expect(record.shutterAngle?.value).toBe(172.8);
  });

  it('art-cmd that marks an error in its log has failed whatever its exit code is', async () => {
    await expect(render('art', { wrong: 'error on standard error' })).rejects.toMatchObject({
      code: 'tool-failed',
      message: expect.stringContaining('cannot write'),
    });
  });

  it('REDline that says «Internal Error» has failed whatever its exit code is', async () => {
    await expect(render('redline', { wrong: 'internal error' })).rejects.toMatchObject({
      code: 'tool-failed',
      message: expect.stringContaining('Internal Error'),
    });
  });

  it('an ARRIRAW sequence with a hole is refused: the program counts files', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'vendor-'));
    const { job, sources } = vendorClip(folder, ARI, 'arriraw');
    const options = { signal: new AbortController().signal, progress: () => {} };
    const render = MAKERS.art.engine.render(
      job,
      sources.filter(({ frame }) => frame !== 2),
      join(folder, 'out'),
      options,
    );
    await expect(render).rejects.toMatchObject({ code: 'unsupported' });
  });
});
