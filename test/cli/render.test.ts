import { statSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { enginesCommand } from '../../cli/engines.ts';
import { renderCommand } from '../../cli/render.ts';
import { makeCard } from '../../footage/card.ts';
import type { SegmentJob } from '../../schemas/segment-job.ts';
import { clipJob } from '../engine/clip-job.ts';
import { toolPaths } from '../support/tools.ts';

describe('rushes render', () => {
  let folder = '';
  let movie = '';
  let job: SegmentJob;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'render-'));
    const size = { width: 256, height: 144 };
    const card = await makeCard({
      dir: folder,
      kind: 'prores',
      clips: 1,
      frames: 4,
      size,
      seed: 2,
      tools: toolPaths(),
      seal: false,
    });
    const made = clipJob(card, card.clips[0]!);
    movie = made.sources[0]!.location;
    job = { ...made.job, sources: [{ ...made.job.sources[0]!, sizeBytes: statSync(movie).size }] };
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function rushes(
    document: unknown,
    args: string[] = [],
    where = folder,
  ): Promise<{ code: number; out: string; err: string }> {
    const file = join(where, `job-${Math.random()}.json`);
    await writeFile(file, JSON.stringify(document));
    const text = { out: '', err: '' };
    const io = {
      stdout: (part: string) => {
        text.out += part;
      },
      stderr: (part: string) => {
        text.err += part;
      },
    };
    const code = await renderCommand([file, ...args], io, { tools: toolPaths() });
    return { code, ...text };
  }
  const located = () => ({ ...job, sources: [{ ...job.sources[0]!, location: movie }] });

  it('makes the frames of a job and prints one document', async () => {
    const out = join(folder, 'plates');
    const { code, out: text } = await rushes(located(), ['--out', out, '--frames', '1-2', '--json']);
    expect(code).toBe(0);
    const document = JSON.parse(text) as { kind: string; frames: { frame: number }[] };
    expect(document.kind).toBe('render-result');
    expect(document.frames.map(({ frame }) => frame)).toEqual([1, 2]);
    expect((await readdir(out)).sort()).toEqual(['00000001.exr', '00000002.exr']);
  });

  it('finds a source beside the job file, or by a path relative to it', async () => {
    const beside = await rushes(job, ['--out', join(folder, 'beside'), '--frames', '0'], dirname(movie));
    expect(beside.code).toBe(0);
    const relative = { ...job, sources: [{ ...job.sources[0]!, location: `./${basename(movie)}` }] };
    expect(
      (await rushes(relative, ['--out', join(folder, 'relative'), '--frames', '0'], dirname(movie))).code,
    ).toBe(0);
  });

  it.each([
    [
      'a source that is not there',
      () => ({ ...job, sources: [{ ...job.sources[0]!, location: '/nowhere/a.mov' }] }),
      [],
      'not-found',
    ],
    [
      'a source of another size',
      () => ({ ...located(), sources: [{ ...job.sources[0]!, location: movie, sizeBytes: 7 }] }),
      [],
      'unreadable',
    ],
    ['a job that is none', () => ({ kind: 'something' }), [], 'input-invalid'],
    ['frames that the job does not have', located, ['--frames', '2-9'], 'input-invalid'],
    ['an engine that is not there', located, ['--engine', 'best'], 'input-invalid'],
    [
      'a codec that no free program reads',
      () => ({ ...located(), decode: { codec: 'other', container: 'other' } }),
      [],
      'unsupported',
    ],
  ] as const)('%s is refused in words', async (_, document, args, code) => {
    await expect(rushes(document(), ['--out', join(folder, 'refused'), ...args])).rejects.toMatchObject({
      code,
    });
  });

  it('never writes into a folder that holds something', async () => {
    await expect(rushes(located(), ['--out', dirname(movie)])).rejects.toThrow(/is not empty/);
  });

  it('rushes engines tells what is read and written here', async () => {
    let text = '';
    const io = {
      stdout: (part: string) => {
        text += part;
      },
      stderr: () => {},
    };
    expect(await enginesCommand(['--json'], io, { tools: toolPaths() })).toBe(0);
    const { engines } = JSON.parse(text) as {
      engines: { name: string; decodes: string[]; versions: Record<string, string>; missing: unknown[] }[];
    };
    expect(engines[0]).toMatchObject({ name: 'open', missing: [] });
    expect(engines[0]!.decodes).toContain('prores');
    expect(Object.keys(engines[0]!.versions)).toEqual(
      expect.arrayContaining(['OpenColorIO', 'OpenImageIO', 'ffmpeg', 'exr-frames']),
    );
  });
});
