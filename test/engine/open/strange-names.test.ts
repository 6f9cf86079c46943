import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SegmentJob } from '../../../schemas/segment-job.ts';
import { type Picture, readPicture } from '../picture.ts';
import {
  engine,
  inspected,
  made,
  meanDifference,
  pfmOf,
  prepared,
  ramps,
  run,
  storedFrame,
} from './made-picture.ts';

const SIZE = { width: 256, height: 144 };
const FRAMES = 3;
/** Another frame is farther off. */
const SAME = 0.002;
const signal = new AbortController().signal;

/** Names that a file system takes, each full of what some program on the way reads as an order. */
const NAMES: [what: string, name: string][] = [
  ['numbers, patterns and options', '-i 50% take%03d%% [ab]*?{x,y}?a=b&c'],
  ['quotes, colons and signs of shells', `http:it's "b":c;d,e=f\\g #1@2##$HOME|<>\`~`],
  ['other scripts and a line break', '  é e\u0301 字 🎬 АБВ\n\tx'],
];

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'strange-names-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const truth = (frame: number) => ramps(SIZE.width, SIZE.height, frame);

function frameOf(ending: string, frame: number): string {
  const [pfm, out] = [join(folder, 'picture.pfm'), join(folder, `picture.${ending}`)];
  writeFileSync(pfm, pfmOf(truth(frame)));
  run('oiiotool', pfm, '-d', ending === 'dpx' ? 'uint10' : 'half', '-o', out);
  return out;
}

/** What lies there, read by a path that says nothing to the reader. */
async function pictureAt(file: string): Promise<Picture> {
  const plain = join(folder, 'read.exr');
  copyFileSync(file, plain);
  return readPicture(plain);
}

/** In a work folder of that name too. */
function madeThere(job: SegmentJob, frames: { first: number; last: number }, name: string) {
  const there = join(folder, 'work', name);
  mkdirSync(there, { recursive: true });
  return made(job, frames, there);
}

const movies = new Map<string, string>();

/** Twelve counted pictures and a tone; made once of each kind. */
function plainMovie(ending: 'mov' | 'mxf'): string {
  const file = movies.get(ending) ?? join(folder, `plain.${ending}`);
  if (!movies.has(ending)) {
    const codec = ending === 'mov' ? ['prores_ks'] : ['dnxhd', '-profile:v', 'dnxhr_hq'];
    const format = ending === 'mov' ? 'yuv422p10le' : 'yuv422p';
    const picture = `testsrc2=s=${SIZE.width}x${SIZE.height}:r=24,trim=end_frame=12`;
    run(
      'ffmpeg',
      ...['-v', 'error', '-f', 'lavfi', '-i', picture, '-f', 'lavfi', '-i', 'sine=r=48000:d=0.5'],
      ...['-pix_fmt', format, '-c:v', ...codec, '-c:a', 'pcm_s16le', file],
    );
  }
  movies.set(ending, file);
  return file;
}

function placed(plain: string, path: string): string {
  mkdirSync(dirname(path), { recursive: true });
  copyFileSync(plain, path);
  return path;
}

describe.each(NAMES)('a name of %s', { timeout: 180_000 }, (_, name) => {
  it.each(['dpx', 'exr'])('is one for frames, their folder and the work folder (%s)', async (ending) => {
    const dir = join(folder, ending, name);
    for (let frame = 0; frame < FRAMES; frame++)
      placed(frameOf(ending, frame), join(dir, `${name}.${String(1000 + frame).padStart(7, '0')}.${ending}`));
    const clip = await inspected(dir, folder);
    expect(clip.clipName).toBe(name);
    const { job } = prepared(clip, dir).deliverables[0]!;
    for (const route of ['fast', 'reference'] as const) {
      const { frames } = await madeThere({ ...job, route }, { first: 0, last: FRAMES - 1 }, name);
      expect(frames).toHaveLength(FRAMES);
      for (const { frame, file } of frames)
        expect(meanDifference(await pictureAt(file), truth(frame)), `${route} ${frame}`).toBeLessThan(SAME);
    }
    const picture = await engine.pictureRange!(
      { location: join(dir, `${name}.0001001.${ending}`), isExr: ending === 'exr' },
      { signal },
    );
    expect(picture!.max - picture!.min).toBeGreaterThan(0.3);
  });

  it.each(['mov', 'mxf'] as const)(
    'is one for a movie and for all that is made of it (%s)',
    async (ending) => {
      const dir = join(folder, ending, name);
      const plain = plainMovie(ending);
      placed(plain, join(dir, `${name}.${ending}`));
      const clip = await inspected(dir, folder);
      expect(clip.clipName).toBe(name);
      const { job } = prepared(clip, dir).deliverables[0]!;
      for (const route of ['fast', 'reference'] as const)
        for (const { frame, file } of (await madeThere({ ...job, route }, { first: 2, last: 4 }, name))
          .frames)
          expect(meanDifference(await pictureAt(file), storedFrame(plain, frame, SIZE))).toBeLessThan(SAME);
      if (ending === 'mxf') return;
      for (const { job: proxy } of prepared(clip, dir, 'editorial-proxy').deliverables) {
        const { movie } = await madeThere(proxy, { first: 2, last: 4 }, name);
        expect(movie!.frameCount).toBe(3);
      }
    },
  );

  it('is one for stills to compare with, and for stills that are made', async () => {
    const still = join(folder, 'still.jpg');
    run('ffmpeg', '-v', 'error', '-y', '-f', 'lavfi', '-i', 'color=c=red:s=96x54', '-frames:v', '1', still);
    const location = placed(still, join(folder, 'stills', name, `${name}.jpg`));
    const [view] = await engine.viewFrames!({ location, signal: 'jpeg' }, { width: 96, signal });
    expect(view!.pixels[0]!).toBeGreaterThan(0.9);
    const dir = join(folder, 'for-stills', name);
    placed(plainMovie('mov'), join(dir, `${name}.mov`));
    const { deliverables } = prepared(await inspected(dir, folder), dir, 'colour-managed');
    const job = deliverables
      .map((each) => each.job)
      .find(({ output }) => output.kind === 'movie' && output.container === 'jpg');
    const { movie } = await madeThere(job!, { first: 5, last: 5 }, name);
    expect(readFileSync(movie!.file).subarray(0, 2)).toEqual(Buffer.from([0xff, 0xd8]));
  });

  it.each(['mov', 'mxf'] as const)('is one for what is cut out of a movie (%s)', async (ending) => {
    const location = placed(plainMovie(ending), join(folder, 'trims', name, `${name}.${ending}`));
    const workDir = join(folder, 'trimmed', ending, name);
    const clip = {
      clipId: 'c',
      clipName: name,
      frameRate: { num: 24, den: 1 },
      frameCount: 12,
      startTimecode: null,
    };
    const source = { name: `${name}.${ending}`, sizeBytes: 1, xxh128: '0'.repeat(32) };
    const result = await engine.trim!(
      { version: 1, kind: 'trim-job', clip, source, frames: { first: 3, last: 6 }, startTimecode: null },
      { name: source.name, location },
      workDir,
      { signal },
    );
    expect(result).toMatchObject({ file: join(workDir, source.name), frameCount: 4 });
  });
});
