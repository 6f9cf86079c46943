import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createOpenEngine } from '../../../engine/open/open-engine.ts';
import { type MadeCard, makeCard } from '../../../footage/card.ts';
import type { CardKind } from '../../../footage/clip-spec.ts';
import type { MovieOutput, SegmentJob } from '../../../schemas/segment-job.ts';
import { toolPath, toolPaths } from '../../support/tools.ts';
import { clipJob, colourTo } from '../clip-job.ts';

const SIZE = { width: 320, height: 180 };
const DISPLAY = { display: 'Rec.1886 Rec.709 - Display', view: 'ACES 2.0 - SDR 100 nits (Rec.709)' };
const RANGE = { first: 2, last: 7 };

describe('several deliverables of one decode', () => {
  const cards = new Map<CardKind, MadeCard>();
  let folder = '';

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'together-'));
    for (const kind of ['prores', 'mxf', 'dpx', 'cinemadng'] as const)
      cards.set(
        kind,
        await makeCard({
          ...{ dir: folder, kind, clips: 2, frames: 9, size: SIZE, seed: 5, tools: toolPaths(), seal: false },
          withTone: true,
        }),
      );
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  /** A plate, a movie for each of three codecs, one of them cropped with burn-ins, and a still from their middle. */
  function jobsOf(kind: CardKind, clip = 0) {
    const card = cards.get(kind)!;
    const made = card.clips[clip]!;
    const aces = colourTo(made, 'ACES2065-1');
    const from = aces.decodedSpace === 'camera-native' ? 'ACES2065-1' : aces.decodedSpace;
    const colour: SegmentJob['colour'] = {
      ...aces,
      steps: [{ kind: 'display', from, ...DISPLAY }],
      outputSpace: DISPLAY.display,
    };
    const { job: plate, sources } = clipJob(card, made, { route: 'fast', frames: RANGE });
    const movie = (output: Pick<MovieOutput, 'codec' | 'container'> & Partial<MovieOutput>): SegmentJob => ({
      ...{ ...plate, colour },
      output: { kind: 'movie', size: SIZE, startTimecode: '10:00:00:02', burnIns: [], ...output },
    });
    const burnIns: MovieOutput['burnIns'] = [{ place: 'bottom-left', timecode: '10:00:00:02' }];
    const crop = { x: 10, y: 12, width: 300, height: 150 };
    const proxy = movie({ codec: 'prores-proxy', container: 'mov', reelName: made.reel });
    const jobs: SegmentJob[] = [
      proxy,
      plate,
      { ...movie({ codec: 'h264', container: 'mp4', burnIns }), geometry: { ...plate.geometry, crop } },
      movie({ codec: 'dnxhr-lb', container: 'mxf', reelName: made.reel }),
      { ...movie({ codec: 'jpeg', container: 'jpg' }), frames: { first: 4, last: 4 } },
    ];
    return { jobs, sources };
  }
  const quiet = { signal: new AbortController().signal, progress: () => {} };
  const workDir = () => mkdtemp(join(folder, 'work-'));

  function noted(): { tools: Record<string, string>; calls: () => string[] } {
    const [log, script] = [join(folder, `${Math.random()}.log`), join(folder, `ffmpeg-${Math.random()}`)];
    const note = `printf '%s ' "$@" | tr '\\n' ' ' >> '${log}'; echo >> '${log}'`;
    writeFileSync(script, `#!/bin/sh\n${note}\nexec '${toolPath('ffmpeg')}' "$@"\n`);
    writeFileSync(log, '');
    chmodSync(script, 0o755);
    const calls = () => readFileSync(log, 'utf8').trim().split('\n').filter(Boolean);
    return { tools: { ...toolPaths(), ffmpeg: script }, calls };
  }
  const digestsOf = (outputs: { frames: { xxh128: string }[]; movie?: { xxh128: string } }[]) =>
    outputs.map(({ frames, movie }) => [...frames.map(({ xxh128 }) => xxh128), movie?.xxh128]);

  it.each(['prores', 'mxf', 'dpx', 'cinemadng'] as const)(
    'of a %s clip have the bytes they have one by one',
    async (kind) => {
      const engine = createOpenEngine({ tools: toolPaths() });
      const { jobs, sources } = jobsOf(kind);
      const told: number[] = [];
      const dir = await workDir();
      const together = await engine.renderTogether!(jobs, sources, dir, {
        ...quiet,
        onFrame: ({ frame }) => told.push(frame),
      });
      const single = [];
      for (const job of jobs) single.push(await engine.render(job, sources, await workDir(), quiet));
      expect(digestsOf(together.outputs)).toEqual(digestsOf(single));
      expect(told).toEqual([2, 3, 4, 5, 6, 7]);
      expect((await readdir(dir)).sort()).toEqual(['0', '1', '2', '3', '4']);
      expect((await readdir(join(dir, '0'))).filter((name) => name.endsWith('.part'))).toEqual([]);
    },
  );

  it('of a movie come from one FFmpeg, which opens it once', async () => {
    const { tools, calls } = noted();
    const engine = createOpenEngine({ tools, proofFolder: join(folder, 'proofs') });
    const { jobs, sources } = jobsOf('prores');
    await engine.renderTogether!(jobs, sources, await workDir(), quiet);
    const before = calls().length;
    await engine.renderTogether!(jobs, sources, await workDir(), quiet);
    expect(calls().slice(before)).toHaveLength(1);
    expect(calls().at(-1)!.match(/ -i /g)).toHaveLength(1);
    const movies = jobs.filter(({ output }) => output.kind === 'movie');
    await engine.renderTogether!(movies, sources, await workDir(), quiet);
    expect(calls().slice(before)).toHaveLength(2);
  });

  it('are two things at least, with one sequence at most', () => {
    const engine = createOpenEngine({ tools: toolPaths() });
    const { jobs } = jobsOf('prores');
    const raw = jobsOf('cinemadng').jobs;
    expect(engine.sharesDecode!(jobs)).toBe(true);
    expect(engine.sharesDecode!([])).toBe(false);
    expect(engine.sharesDecode!([jobs[0]!])).toBe(false);
    expect(engine.sharesDecode!([jobs[1]!, jobs[1]!])).toBe(false);
    expect(engine.sharesDecode!([jobs[0]!, { ...jobs[1]!, route: 'reference' }])).toBe(false);
    expect(engine.sharesDecode!(raw)).toBe(false);
    const large = jobs.map((job) => ({
      ...job,
      geometry: { ...job.geometry, source: { width: 4096, height: 2160 } },
    }));
    // A worker of 1 GB holds a 4K plate with one movie and a still, or many movies.
    expect(engine.sharesDecode!(large)).toBe(false);
    expect(engine.sharesDecode!([large[0]!, large[1]!, large[4]!])).toBe(true);
    const movies = large.filter(({ output }) => output.kind === 'movie');
    expect(engine.sharesDecode!(movies)).toBe(true);
    // Of movies that are large themselves only two.
    const sized = movies.map((job) => ({
      ...job,
      output: { ...job.output, size: { width: 4096, height: 2160 } },
    })) as typeof movies;
    expect(sized.length).toBeGreaterThan(2);
    expect(engine.sharesDecode!(sized)).toBe(false);
    expect(engine.sharesDecode!(sized.slice(0, 2))).toBe(true);
    const heavy = { ...sized[0]!, output: { ...sized[0]!.output, codec: 'jpeg2000' } } as (typeof movies)[0];
    expect(engine.sharesDecode!([heavy, movies[1]!])).toBe(false);
    expect(engine.sharesDecode!([heavy, large[4]!])).toBe(true);
    expect(engine.sharesDecode!([large[1]!, sized[0]!])).toBe(false);
    expect(engine.sharesDecode!([large[1]!, movies[0]!])).toBe(true);
  });

  it('of several clips are refused in words', async () => {
    const engine = createOpenEngine({ tools: toolPaths() });
    const { jobs, sources } = jobsOf('prores');
    const other = jobsOf('prores', 1).jobs[0]!;
    const run = engine.renderTogether!([jobs[0]!, other], sources, await workDir(), quiet);
    await expect(run).rejects.toMatchObject({ code: 'input-invalid' });
  });

  it('of a clip that ends too early are a failure, and no movie of them has its name', async () => {
    const engine = createOpenEngine({ tools: toolPaths() });
    const { jobs, sources } = jobsOf('prores');
    const longer = jobs.map((job) => ({
      ...job,
      clip: { ...job.clip, frameCount: 100 },
      frames: job.frames.first === 4 ? job.frames : { first: 2, last: 30 },
    }));
    for (const some of [longer, longer.filter(({ output }) => output.kind === 'movie')]) {
      const dir = await workDir();
      await expect(engine.renderTogether!(some, sources, dir, quiet)).rejects.toMatchObject({
        code: 'unreadable',
      });
      const names = await readdir(dir, { recursive: true });
      expect(names.filter((name) => /\.(mov|mp4|mxf)$/.test(name))).toEqual([]);
    }
  });
});
