import { execFileSync } from 'node:child_process';
import { createReadStream, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createOpenEngine } from '../../../engine/open/open-engine.ts';
import { type MadeCard, makeCard } from '../../../footage/card.ts';
import type { MovieOutput, SegmentJob } from '../../../schemas/segment-job.ts';
import { toolPath, toolPaths } from '../../support/tools.ts';
import { clipJob } from '../clip-job.ts';

const FRAMES = 11;
/** Sound is cut to the sample, which a copy of its packets is not. */
const SOUND = { prores: 'pcm_s24le', mxf: 'pcm_s24le' } as const;

const PROXY: MovieOutput = {
  ...{ kind: 'movie', codec: 'prores-lt', container: 'mov' },
  ...{ size: { width: 256, height: 144 }, burnIns: [] },
};

/** Each picture with its time and duration, and all samples of the sound, decoded; how packets lie in the file is no matter. */
function heldBy(file: string): string {
  const digest = (...args: string[]) =>
    execFileSync(toolPath('ffmpeg'), ['-v', 'error', '-i', file, ...args, '-'], { encoding: 'utf8' });
  return (
    digest('-map', '0:v', '-f', 'framemd5') +
    digest('-map', '0:v', '-map', '0:a?', '-f', 'streamhash', '-hash', 'md5')
  );
}

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
      ...{ withTone: true, clapFrame: 6 },
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
        ...['-map', '0', '-t', (count! / 24).toFixed(6), '-c:v', 'copy', '-c:a', SOUND[kind], span],
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

  it('gives a movie of a range within one file and across its borders, the same as of one file', async () => {
    for (const frames of [
      { first: 5, last: 7 },
      { first: 3, last: 7 },
      { first: 0, last: FRAMES - 1 },
    ]) {
      const { wholeMovie, cutMovie } = await render({ frames, output: PROXY });
      expect(heldBy(cutMovie!.file)).toBe(heldBy(wholeMovie!.file));
    }
  });

  it('is read through its borders from a store that is mounted nowhere', async () => {
    const server = createServer((request, response) => {
      const file = spans[Number(/\d+/.exec(request.url!)![0])]!;
      const { size } = statSync(file);
      const [, from = '0', to = ''] = /bytes=(\d+)-(\d*)/.exec(request.headers.range ?? '') ?? [];
      const [start, end] = [Number(from), to === '' ? size - 1 : Number(to)];
      const range = { 'content-length': end - start + 1, 'content-range': `bytes ${start}-${end}/${size}` };
      response.writeHead(206, range);
      createReadStream(file, { start, end }).pipe(response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const { port } = server.address() as AddressInfo;
      const away = spans.map((_, index) => `http://127.0.0.1:${port}/${index}`);
      const across = { frames: { first: 3, last: 10 }, output: PROXY };
      const [near, far] = [await render(across), await render(across, away)];
      expect(far.cutMovie!.xxh128).toBe(near.cutMovie!.xxh128);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });

  it('that lacks a file is not rendered with the wrong frames', async () => {
    const lacking = render({ frames: { first: 2, last: 5 } }, [spans[0]!, spans[2]!]);
    await expect(lacking).rejects.toMatchObject({
      code: 'unreadable',
      message: expect.stringContaining('hold 6 frames'),
    });
  });
});
