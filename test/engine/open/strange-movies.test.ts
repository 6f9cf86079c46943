import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SegmentJob } from '../../../schemas/segment-job.ts';
import {
  engine,
  inspected,
  made,
  meanDifference,
  plateOf,
  prepared,
  run,
  storedFrame,
} from './made-picture.ts';

const SIZE = { width: 192, height: 108 };
const FRAMES = 36;
/** Another frame of the made picture is farther off than this, one that is only rounded is nearer. */
const SAME = 0.002;

const picture = (rate: string, more = '') => [
  '-f',
  'lavfi',
  '-i',
  `testsrc2=s=${SIZE.width}x${SIZE.height}:r=${rate},trim=end_frame=${FRAMES}${more}`,
];
const TONE = ['-f', 'lavfi', '-i', 'sine=r=48000:d=1.5'];
const H264 = ['-pix_fmt', 'yuv420p', '-c:v', 'libx264', '-bf', '2', '-g', '12'];
const PRORES = ['-pix_fmt', 'yuv422p10le', '-c:v', 'prores_ks'];
/** Every third frame is left out. */
const UNEVEN = ",select='not(eq(mod(n,4),3))'";

/** Movies of kinds that jobs bring, whose frames do not lie where their rate alone would put them. */
const OFF_BEAT: [what: string, name: string, args: string[]][] = [
  [
    'with sound and no edit list',
    'no-edit-list.mp4',
    [...picture('24000/1001'), ...TONE, ...H264, '-c:a', 'aac', '-use_editlist', '0'],
  ],
  [
    'in fragments',
    'fragments.mp4',
    [...picture('24000/1001'), ...TONE, ...H264, '-c:a', 'aac', '-movflags', 'frag_keyframe+empty_moov'],
  ],
  ['of 23.98 that is taken for 23.976', 'rounded-rate.mov', [...picture('2398/100'), ...PRORES]],
  [
    'whose times are cut to ticks',
    'ticks.mov',
    [
      ...picture('24000/1001', ',settb=1/600,setpts=floor(N*25.025)'),
      ...H264,
      '-video_track_timescale',
      '600',
      '-fps_mode',
      'passthrough',
    ],
  ],
  [
    'of a variable rate',
    'variable.mp4',
    [...picture('30', UNEVEN), ...TONE, ...H264, '-c:a', 'aac', '-fps_mode', 'vfr'],
  ],
];

type Told = { codec_type: string; nb_frames?: string; duration: string };

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'strange-movies-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function movie(name: string, args: readonly string[]): string {
  const file = join(folder, name);
  run('ffmpeg', '-v', 'error', '-y', ...args, file);
  return file;
}

async function jobOf(file: string, recipe = 'vfx-plates'): Promise<SegmentJob> {
  return prepared(await inspected(file, folder), folder, recipe).deliverables[0]!.job;
}

describe.each(OFF_BEAT)('a movie %s', (_, name, args) => {
  it('gives each frame by its number, wherever its time lies', async () => {
    const file = movie(name, args);
    const job = await jobOf(file);
    const last = job.clip.frameCount - 1;
    for (const frame of [0, 1, 2, 13, last - 1, last]) {
      const plate = await plateOf(job, frame, folder);
      expect(meanDifference(plate, storedFrame(file, frame, SIZE)), `frame ${frame}`).toBeLessThan(SAME);
    }
  });

  it('is looked at where its plates are made', async () => {
    const file = movie(name, args);
    const { clip, decode } = await jobOf(file);
    const times = {
      frameRate: clip.frameRate,
      ...(decode.frameTimes ? { frameTimes: decode.frameTimes } : {}),
    };
    const look = (first: number, count: number) =>
      engine.viewFrames!(
        { location: file, signal: 'video', movie: { first, count, ...times } },
        { width: 96, signal: new AbortController().signal },
      );
    const all = await look(0, 15);
    expect(await look(13, 2)).toEqual(all.slice(13));
  });

  it('gives them alike in a run, to plates and to a proxy', async () => {
    const file = movie(name, args);
    const range = { first: 13, last: 17 };
    const { frames } = await made(await jobOf(file), range, folder);
    expect(frames.map(({ frame }) => frame)).toEqual([13, 14, 15, 16, 17]);
    const job = await jobOf(file, 'editorial-proxy');
    const proxy = await made(job, range, folder);
    const told = run(
      ...(['ffprobe', '-v', 'error', '-show_entries', 'stream=codec_type,nb_frames,duration'] as const),
      ...['-of', 'json', proxy.movie!.file],
    );
    const { streams } = JSON.parse(told) as { streams: Told[] };
    const [video, sound] = ['video', 'audio'].map((kind) => streams.find((each) => each.codec_type === kind));
    expect(Number(video?.nb_frames)).toBe(5);
    expect(sound !== undefined).toBe(args.includes('aac'));
    const { num, den } = job.clip.frameRate;
    if (sound) expect(Math.abs(Number(sound.duration) - (5 * den) / num)).toBeLessThan(0.001);
  });
});

/** The matrix of a track header that has its picture turned clockwise. Source: ISO/IEC 14496-12 clause 8.3.2. */
const MATRIX: Record<number, readonly number[]> = {
  90: [0, 1, 0, -1, 0, 0],
  180: [-1, 0, 0, 0, -1, 0],
  270: [0, -1, 0, 1, 0, 0],
};

function turn(file: string, angle: number): string {
  const bytes = readFileSync(file);
  const matrixAt = bytes.indexOf('tkhd') + 4 + 40;
  for (const [at, value] of MATRIX[angle]!.entries()) bytes.writeInt32BE(value * 65536, matrixAt + at * 4);
  const turned = join(folder, `turned-${angle}.mov`);
  writeFileSync(turned, bytes);
  return turned;
}

describe('a movie that asks its players to turn it', () => {
  it.each([
    [90, 'transpose=clock', { width: SIZE.height, height: SIZE.width }],
    [180, 'hflip,vflip', SIZE],
    [270, 'transpose=cclock', { width: SIZE.height, height: SIZE.width }],
  ])('is delivered upright when it is turned by %d°', async (angle, filter, size) => {
    const file = turn(movie(`plain-${angle}.mov`, [...picture('24'), ...H264]), angle);
    const { deliverables, findings } = prepared(await inspected(file, folder), folder);
    expect(findings.find(({ code }) => code === 'picture-turned')?.forPeople).toContain(`${angle}°`);
    const { job } = deliverables[0]!;
    expect(job.geometry.source).toEqual(size);
    for (const route of ['fast', 'reference'] as const) {
      const plate = await plateOf({ ...job, route }, 7, folder);
      expect(meanDifference(plate, storedFrame(file, 7, size, [filter])), route).toBeLessThan(SAME);
    }
  });
});

describe('samples beside those of the picture', () => {
  it('leaves out the alpha of ProRes 4444', async () => {
    const layers = `testsrc2=s=192x108:r=24:d=0.5,format=yuv444p10le[a];gradients=s=192x108:r=24:d=0.5,format=gray10le[b];[a][b]alphamerge`;
    const file = movie('alpha.mov', [
      '-f',
      'lavfi',
      '-i',
      layers,
      '-pix_fmt',
      'yuva444p10le',
      '-c:v',
      'prores_ks',
      '-profile:v',
      '4444',
      '-alpha_bits',
      '16',
    ]);
    const job = await jobOf(file);
    for (const frame of [0, 6])
      expect(meanDifference(await plateOf(job, frame, folder), storedFrame(file, frame, SIZE))).toBeLessThan(
        SAME,
      );
  });

  it.each(['gbrp12le', 'gbrap12le'])('takes CineForm of R′G′B′ (%s) for what it is', async (format) => {
    const file = movie(`${format}.mov`, [
      '-f',
      'lavfi',
      '-i',
      'color=c=0xc08040:s=192x108:r=24:d=0.2',
      '-pix_fmt',
      format,
      '-c:v',
      'cfhd',
    ]);
    const { pixels } = await plateOf(await jobOf(file), 2, folder);
    const middle = (54 * SIZE.width + 96) * 3;
    for (const [at, code] of [0xc0, 0x80, 0x40].entries())
      expect(pixels[middle + at]!).toBeCloseTo(code / 255, 2);
  });
});

describe('movies of older cameras and of none', () => {
  const bars = (size: string) => ['-f', 'lavfi', '-i', `color=c=0xc08040:s=${size}:r=25:d=1`];
  const sd = ['-vf', 'scale=out_color_matrix=bt601'];
  const hd = ['-vf', 'scale=out_color_matrix=bt709'];
  it.each([
    [
      'XDCAM',
      'xdcam.mxf',
      [...bars('1920x1080'), ...hd, '-pix_fmt', 'yuv422p', '-c:v', 'mpeg2video', '-b:v', '50M'],
    ],
    [
      'XDCAM EX',
      'xdcam-ex.mp4',
      [...bars('1440x1080'), ...hd, '-pix_fmt', 'yuv420p', '-c:v', 'mpeg2video', '-bf', '2', '-b:v', '35M'],
    ],
    ['DV', 'dv.mov', [...bars('720x576'), ...sd, '-pix_fmt', 'yuv420p', '-c:v', 'dvvideo']],
    [
      'IMX',
      'imx.mxf',
      [
        ...bars('720x576'),
        ...sd,
        '-pix_fmt',
        'yuv422p',
        '-c:v',
        'mpeg2video',
        '-b:v',
        '50M',
        '-intra_vlc',
        '1',
      ],
    ],
    [
      'uncompressed 10-bit',
      'v210.mov',
      [...bars('192x108'), ...hd, '-pix_fmt', 'yuv422p10le', '-c:v', 'v210'],
    ],
    [
      'uncompressed 8-bit',
      '2vuy.mov',
      [...bars('192x108'), ...hd, '-pix_fmt', 'uyvy422', '-c:v', 'rawvideo', '-vtag', '2vuy'],
    ],
    ['uncompressed R′G′B′', 'r210.mov', [...bars('192x108'), '-pix_fmt', 'gbrp10le', '-c:v', 'r210']],
  ])('give their colour: %s', async (_, name, args) => {
    const job = await jobOf(movie(name, args));
    for (const route of ['fast', 'reference'] as const) {
      const { width, height, pixels } = await plateOf({ ...job, route }, 5, folder);
      const middle = (Math.floor(height / 2) * width + Math.floor(width / 2)) * 3;
      const got = [...pixels.subarray(middle, middle + 3)].map((value) => Math.round(value * 255));
      for (const [at, code] of [0xc0, 0x80, 0x40].entries())
        expect(Math.abs(got[at]! - code), `${route}: ${got}`).toBeLessThanOrEqual(3);
    }
  });

  it('are told to be in fields where they are', async () => {
    const fields = ['-vf', 'interlace=scan=bff', '-flags', '+ildct', '-field_order', 'bb'];
    const file = movie('fields.mov', [...picture('50'), ...fields, ...PRORES]);
    const { findings } = prepared(await inspected(file, folder), folder);
    expect(findings.find(({ code }) => code === 'picture-interlaced')?.forPeople).toMatch(
      /recorded in fields.*not deinterlaced/,
    );
    const plain = prepared(
      await inspected(movie('plain.mov', [...picture('24'), ...PRORES]), folder),
      folder,
    );
    expect(plain.findings.map(({ code }) => code)).not.toContain('picture-interlaced');
  });
});
