import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createOpenEngine } from '../../../engine/open/open-engine.ts';
import { type MadeCard, makeCard } from '../../../footage/card.ts';
import type { MovieOutput, SegmentJob } from '../../../schemas/segment-job.ts';
import { toolPath, toolPaths } from '../../support/tools.ts';
import { clipJob } from '../clip-job.ts';

const FRAMES = 11;

/** One take that a camera cut into three files, as cards of limited file size have it. */
describe.each(['prores', 'mxf'] as const)('a spanned take (%s)', (kind) => {
  const engine = createOpenEngine({ tools: toolPaths() });
  let folder = '';
  let card: MadeCard;
  const spans: string[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'spanned-'));
    const size = { width: 256, height: 144 };
    card = await makeCard({
      ...{ dir: folder, kind, clips: 1, frames: FRAMES, size, seed: 6, tools: toolPaths(), seal: false },
    });
    const ending = kind === 'mxf' ? 'mxf' : 'mov';
    for (const [index, [first, count]] of [
      [0, 4],
      [4, 5],
      [9, 2],
    ].entries()) {
      const span = join(folder, `span-${index}.${ending}`);
      const seek = first === 0 ? [] : ['-ss', (first! / 24).toFixed(6)];
      execFileSync(toolPath('ffmpeg'), [
        ...['-v', 'error', ...seek, '-i', join(card.path, card.clips[0]!.files[0]!)],
        ...['-map', '0:v', '-frames:v', String(count), '-c', 'copy', span],
      ]);
      spans.push(span);
    }
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function render(other: Partial<SegmentJob>, files = spans) {
    const { job, sources } = clipJob(card, card.clips[0]!, other);
    const workDir = await mkdtemp(join(folder, 'work-'));
    const spanned = files.map((location, index) => ({ name: `span-${index}`, location }));
    const all = {
      ...job,
      sources: spanned.map(({ name }) => ({ name, sizeBytes: 1, xxh128: '0'.repeat(32) })),
    };
    const options = { signal: new AbortController().signal, progress: () => {} };
    const whole = await engine.render(job, sources, await mkdtemp(join(folder, 'work-')), options);
    const cut = await engine.render(all, spanned, workDir, options);
    return {
      whole: whole.frames.map(({ xxh128 }) => xxh128),
      cut: cut.frames.map(({ xxh128 }) => xxh128),
      cutMovie: cut.movie,
      wholeMovie: whole.movie,
    };
  }

  it.each(['fast', 'reference'] as const)(
    'has the frames of one file, across its borders (%s route)',
    async (route) => {
      const { whole, cut } = await render({ route, frames: { first: 2, last: 10 } });
      expect(cut).toEqual(whole);
      expect(new Set(cut).size).toBe(9);
    },
  );

  it('gives a movie of a range within one file, and says why it does not give one across two', async () => {
    const output: MovieOutput = {
      ...{ kind: 'movie', codec: 'prores-lt', container: 'mov' },
      ...{ size: { width: 256, height: 144 }, burnIns: [] },
    };
    const { wholeMovie, cutMovie } = await render({
      frames: { first: 5, last: 7 },
      output,
    });
    expect(cutMovie?.xxh128).toBe(wholeMovie?.xxh128);
    const across = render({ frames: { first: 3, last: 7 }, output });
    await expect(across).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining('more than one'),
    });
  });

  it('that lacks a file is not rendered with the wrong frames', async () => {
    const lacking = render({ frames: { first: 2, last: 5 } }, [spans[0]!, spans[2]!]);
    await expect(lacking).rejects.toMatchObject({
      code: 'unreadable',
      message: expect.stringContaining('hold 6 frames'),
    });
  });
});
