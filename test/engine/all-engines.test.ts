import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ResolvedSource } from '../../engine/engine.ts';
import { ENGINE_NAMES, makeEngine } from '../../engine/make-engine.ts';
import type { OpenEngine } from '../../engine/open/open-engine.ts';
import { makeCard } from '../../footage/card.ts';
import { SiteEngine } from '../../schemas/engine.ts';
import { DecodeSettings, ExrOutput, MovieOutput, type SegmentJob } from '../../schemas/segment-job.ts';
import { executable } from '../stand-ins/executable.ts';
import { toolPaths } from '../support/tools.ts';
import { clipJob } from './clip-job.ts';
import { NAMES, standInPlace } from './flapi/stand-in.ts';
import { vendorClip } from './vendor-job.ts';

const tools = {
  ...toolPaths(),
  'art-cmd': executable('art-cmd', 'art-cmd.ts'),
  redline: executable('redline', 'redline.ts'),
};
const ARI = Array.from({ length: 5 }, (_, k) => `A001C001.00${86_400 + k}.ari`);
const folder = mkdtempSync(join(tmpdir(), 'all-engines-'));
/** A clip of five frames that the engine, or the stand-in behind it, decodes. */
const clips = new Map<string, { job: SegmentJob; sources: ResolvedSource[] }>();
const WRITES = new Set<string>([
  ...ExrOutput.shape.compression.options.map((compression) => `exr:${compression}`),
  'exr:st2065-4',
  'dpx:10',
  'dpx:16',
  ...MovieOutput.shape.codec.options,
]);

beforeAll(async () => {
  const size = { width: 64, height: 36 };
  const card = await makeCard({
    dir: folder,
    kind: 'dpx',
    tools,
    clips: 1,
    frames: 5,
    size,
    seed: 2,
    seal: false,
  });
  const plain = clipJob(card, card.clips[0]!);
  for (const name of ['open', 'flapi']) clips.set(name, plain);
  const whole = { frames: { first: 0, last: 4 } };
  clips.set('art', vendorClip(folder, ARI, 'arriraw', {}, whole));
  clips.set('redline', vendorClip(folder, ['A001_C001_001.R3D'], 'r3d', {}, whole));
});

/** What every engine keeps, whatever is behind it; light and headers are held by contract.ts where a stand-in can decode. */
describe.each(ENGINE_NAMES)('the engine %s', (name) => {
  const engine: OpenEngine = makeEngine(name, {
    tools,
    flapi: { place: standInPlace(), colourNames: NAMES },
  });
  afterAll(() => engine.close());

  async function render(
    other: Partial<SegmentJob> = {},
    only?: number[],
    signal = new AbortController().signal,
  ) {
    const { job, sources } = clips.get(name)!;
    const workDir = mkdtempSync(join(folder, 'out-'));
    const seen: number[] = [];
    const result = engine.render({ ...job, ...other }, sources, workDir, {
      signal,
      progress: () => {},
      onFrame: ({ frame }) => seen.push(frame),
      ...(only ? { only } : {}),
    });
    return { workDir, seen, result };
  }

  test('says what it is, reads and writes in the words that choice and announcement use', async () => {
    const capabilities = SiteEngine.parse({ ...(await engine.capabilities()), licences: null });
    expect(capabilities).toMatchObject({ name, missing: [] });
    expect(Object.keys(capabilities.versions)).toContain('rushes-recipe');
    for (const codec of capabilities.decodes) DecodeSettings.shape.codec.parse(codec);
    for (const word of capabilities.writes) expect(WRITES).toContain(word);
  });

  test('gives the same bytes however the work is cut, and each frame once', async () => {
    const whole = await render();
    const { frames } = await whole.result;
    expect(frames.map(({ frame }) => frame)).toEqual([0, 1, 2, 3, 4]);
    expect(whole.seen.toSorted()).toEqual([0, 1, 2, 3, 4]);
    const parts = [
      ...(await (await render({ frames: { first: 0, last: 1 } })).result).frames,
      ...(await (await render({}, [2, 4])).result).frames,
    ];
    expect(parts.map(({ frame }) => frame)).toEqual([0, 1, 2, 4]);
    for (const { frame, xxh128 } of parts) expect(xxh128).toBe(frames[frame]!.xxh128);
  });

  test('refuses frames that the clip does not have', async () => {
    const { result } = await render({ frames: { first: 3, last: 9 } });
    await expect(result).rejects.toMatchObject({ code: 'input-invalid' });
  });

  test('ends when it is told to, with the reason it was told, and leaves nothing half-made', async () => {
    const stop = new AbortController();
    const { workDir, result } = await render({}, undefined, stop.signal);
    setTimeout(() => stop.abort(new Error('enough')), 60);
    const end = await result.then(
      () => 'all was made before',
      (error: Error) => error.message,
    );
    expect(['enough', 'all was made before']).toContain(end);
    expect(readdirSync(workDir).filter((file) => !/^\d{8}\.exr$/.test(file))).toEqual([]);
  });

  test('a file of nonsense is an answer of inspection, not its end', async () => {
    const nonsense = join(folder, 'nonsense.xyz');
    writeFileSync(nonsense, 'no camera wrote this');
    const [facts] = await engine.inspect([nonsense], {
      signal: new AbortController().signal,
    });
    expect(facts).toMatchObject({ sniffed: 'text' });
  });

  test('without its programs it says so, and how to get them', async () => {
    const bare = makeEngine(name, { tools: {}, flapi: null });
    const { missing, decodes } = await bare.capabilities();
    expect(decodes).toEqual([]);
    for (const { what, why, fix } of missing)
      expect([what, why, fix].every((text) => text.length > 3)).toBe(true);
    const { job, sources } = clips.get(name)!;
    const options = { signal: new AbortController().signal, progress: () => {} };
    const refused = bare.render(job, sources, mkdtempSync(join(folder, 'bare-')), options);
    await expect(refused).rejects.toMatchObject({ code: 'tool-missing' });
    await bare.close();
  });
});
