import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SegmentJob } from '../../../schemas/segment-job.ts';
import { type Picture, readPicture } from '../picture.ts';
import { engine, inspected, made, meanDifference, prepared, run, storedFrames } from './made-picture.ts';

/** The smallest that DNxHR has. */
const SIZE = { width: 256, height: 144 };
/** Another frame of the made picture is farther off than this, one that is only rounded is nearer. */
const SAME = 0.002;
const ROUTES = ['fast', 'reference'] as const;

const picture = (frames: number, { width, height } = SIZE) => [
  ...['-f', 'lavfi', '-i', `testsrc2=s=${width}x${height}:r=24,trim=end_frame=${frames}`],
];
const PRORES = ['-pix_fmt', 'yuv422p10le', '-c:v', 'prores_ks', '-profile:v', '0'];
const H264 = ['-pix_fmt', 'yuv420p', '-c:v', 'libx264', '-g', '12', '-bf', '2'];

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'broken-movies-'));
});
afterAll(async () => {
  await engine.close();
  rmSync(folder, { recursive: true, force: true });
});

function movie(name: string, args: readonly string[]): string {
  const file = join(folder, name);
  run('ffmpeg', '-v', 'error', '-y', ...args, file);
  return file;
}

/** Movies one after the other in one file, their packets as they are. */
function joined(name: string, parts: readonly string[]): string {
  const list = join(folder, `${name}.txt`);
  writeFileSync(list, parts.map((part) => `file '${part}'\n`).join(''));
  return movie(name, ['-f', 'concat', '-safe', '0', '-i', list, '-c', 'copy']);
}

/** A copy of a movie in which the stored bytes of one picture are lost. */
function damaged(file: string, picture: number): string {
  const told = run(
    ...(['ffprobe', '-v', 'error', '-select_streams', 'v:0', '-show_entries', 'packet=pos,size'] as const),
    ...['-of', 'csv=p=0', file],
  );
  const [size, pos] = told.trim().split('\n')[picture]!.split(',').map(Number) as [number, number];
  const bytes = readFileSync(file);
  bytes.fill(0, pos + Math.floor(size / 8), pos + size);
  const copy = file.replace(/(\.[^.]+)$/, '-damaged$1');
  writeFileSync(copy, bytes);
  return copy;
}

async function jobOf(file: string, recipe = 'vfx-plates'): Promise<SegmentJob> {
  return prepared(await inspected(file, folder), folder, recipe).deliverables[0]!.job;
}

/** The frames of a range, each against the same frame of a movie that is whole. */
async function expectRight(
  job: SegmentJob,
  range: { first: number; last: number },
  whole: readonly Picture[],
) {
  const { frames } = await made(job, range, folder);
  expect(frames.map(({ frame }) => frame)).toHaveLength(range.last - range.first + 1);
  for (const { frame, file } of frames)
    expect(meanDifference(await readPicture(file), whole[frame]!), `frame ${frame}`).toBeLessThan(SAME);
}

describe.each([
  ['smaller', 'ProRes', { width: 128, height: 72 }, PRORES],
  ['larger', 'ProRes', { width: 512, height: 288 }, PRORES],
  ['smaller', 'H.264', { width: 128, height: 72 }, H264],
  ['as many in another shape', 'ProRes', { width: 144, height: 256 }, PRORES],
] as const)('a movie whose pictures become %s in mid-take, of %s', (_, codec, other, encode) => {
  it('is refused from the frame on where they do, and is right before it', async () => {
    const name = `size-${codec}-${other.width}`;
    const whole = movie(`${name}-a.mov`, [...picture(12), ...encode]);
    const changed = movie(`${name}-b.mov`, [...picture(12, other), ...encode]);
    const file = joined(`${name}.mov`, [whole, changed]);
    const job = await jobOf(file);
    const stored = storedFrames(whole, SIZE);
    expect(job.clip.frameCount).toBe(24);
    for (const route of ROUTES) {
      await expectRight({ ...job, route }, { first: 4, last: 9 }, stored);
      for (const [range, at] of [
        [{ first: 8, last: 15 }, 12],
        [{ first: 16, last: 19 }, 16],
      ] as const)
        await expect(made({ ...job, route }, range, folder), route).rejects.toMatchObject({
          code: 'unreadable',
          message: expect.stringContaining(
            `another size than 256x144 from source frame ${at} on (${other.width}x${other.height})`,
          ),
        });
    }
    const proxy = await jobOf(file, 'editorial-proxy');
    await expect(made(proxy, { first: 0, last: 23 }, folder)).rejects.toMatchObject({ code: 'unreadable' });
  });
});

it('takes a movie whose samples become finer in mid-take, and gives each frame by its number', async () => {
  const parts = [
    movie('fine-a.mov', [...picture(12), ...PRORES]),
    movie('fine-b.mov', [
      ...[...picture(12), '-pix_fmt', 'yuv444p10le', '-c:v', 'prores_ks', '-profile:v', '4444'],
    ]),
  ];
  const job = await jobOf(joined('fine.mov', parts));
  const stored = parts.flatMap((part) => storedFrames(part, SIZE));
  for (const route of ROUTES) await expectRight({ ...job, route }, { first: 9, last: 15 }, stored);
});

describe.each([
  ['ProRes', 'lost.mov', PRORES],
  ['DNxHR', 'lost.mxf', ['-pix_fmt', 'yuv422p', '-c:v', 'dnxhd', '-profile:v', 'dnxhr_lb']],
  ['H.264', 'lost-h264.mov', H264],
] as const)('a movie of which one picture is damaged, of %s', (_, name, encode) => {
  it('is refused there, and no frame takes the place of another', async () => {
    const whole = movie(name, [...picture(72), ...encode]);
    const stored = storedFrames(whole, SIZE);
    const job = await jobOf(damaged(whole, 18));
    for (const route of ROUTES) {
      await expect(made({ ...job, route }, { first: 16, last: 21 }, folder), route).rejects.toMatchObject({
        code: 'unreadable',
      });
      await expectRight({ ...job, route }, { first: 5, last: 9 }, stored);
      await expectRight({ ...job, route }, { first: 60, last: 64 }, stored);
    }
    const proxy = await jobOf(damaged(whole, 18), 'editorial-proxy');
    await expect(made(proxy, { first: 12, last: 24 }, folder)).rejects.toMatchObject({ code: 'unreadable' });
  });
});

const OPEN = 'keyint=10:min-keyint=10:open-gop=1:bframes=3:scenecut=0';
/** Movies whose key pictures are followed by pictures that are shown before them and need those before them. */
describe.each([
  ['H.264', 'open.mov', ['-c:v', 'libx264', '-x264-params', OPEN]],
  ['H.264 with sound', 'open-sound.mp4', ['-c:v', 'libx264', '-x264-params', OPEN, '-c:a', 'aac']],
  [
    'H.264 without an edit list',
    'open-late.mp4',
    ['-c:v', 'libx264', '-x264-params', OPEN, '-use_editlist', '0'],
  ],
  ['HEVC', 'open-hevc.mov', ['-c:v', 'libx265', '-x265-params', `log-level=none:${OPEN}`, '-tag:v', 'hvc1']],
  ['H.264 in MXF', 'open.mxf', ['-c:v', 'libx264', '-x264-params', OPEN]],
  ['MPEG-2', 'open-mpeg2.mov', ['-c:v', 'mpeg2video', '-b:v', '20M', '-g', '12', '-bf', '2']],
] as const)('a movie in open groups of pictures, of %s', (_, name, encode) => {
  const tone = encode.includes('aac' as never) ? ['-f', 'lavfi', '-i', 'sine=r=48000:d=2.5'] : [];

  it('gives each frame by its number, wherever a range begins', async () => {
    const file = movie(name, [...picture(60), ...tone, '-pix_fmt', 'yuv420p', ...encode]);
    const job = await jobOf(file);
    const stored = storedFrames(file, SIZE);
    expect(job.clip.frameCount).toBe(stored.length);
    for (const first of [1, 8, 9, 10, 19, 36, 39, 58])
      await expectRight(job, { first, last: first + 1 }, stored);
    await expectRight({ ...job, route: 'reference' }, { first: 38, last: 40 }, stored);
  });

  it('gives a proxy as many frames as were asked for, and its sound no longer than they are', async () => {
    const file = movie(name, [...picture(60), ...tone, '-pix_fmt', 'yuv420p', ...encode]);
    const job = await jobOf(file, 'editorial-proxy');
    const proxy = await made(job, { first: 39, last: 50 }, folder);
    const told = run(
      ...(['ffprobe', '-v', 'error', '-show_entries', 'stream=codec_type,nb_frames,duration'] as const),
      ...['-of', 'json', proxy.movie!.file],
    );
    const { streams } = JSON.parse(told) as {
      streams: { codec_type: string; nb_frames?: string; duration: string }[];
    };
    const [video, sound] = ['video', 'audio'].map((kind) => streams.find((each) => each.codec_type === kind));
    expect(Number(video?.nb_frames)).toBe(12);
    expect(sound !== undefined).toBe(tone.length > 0);
    if (sound) expect(Math.abs(Number(sound.duration) - 0.5)).toBeLessThan(0.001);
  });
});
