import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runProgram } from '../../engine/tools/run-program.ts';
import { type ClipSpec, clipTag } from '../../footage/clip-spec.ts';
import { readCounter } from '../../footage/counter.ts';
import { patchError, samplePatches } from '../../footage/patches.ts';
import { makeProresMov } from '../../footage/prores-mov.ts';
import { toolPath, toolPaths } from '../support/tools.ts';
import { decodeEightBit, movieFrameToAp0 } from './decode.ts';
import { probe, scratchFolder } from './scratch.ts';

const spec: ClipSpec = {
  clipName: 'A001C001_240426_R1AA',
  reel: 'A001R1AA',
  width: 256,
  height: 144,
  frames: 8,
  rate: { num: 24000, den: 1001 },
  startTimecode: '23:59:59:20',
  seed: 5,
  shootDay: '20240426',
  withTone: true,
};
const dir = scratchFolder();
const make = async (name: string, change: Partial<ClipSpec> = {}) => {
  const file = join(dir(), name);
  await makeProresMov({ ...spec, ...change }, file, toolPaths());
  return file;
};

describe('a ProRes clip', () => {
  it('is the same file in two runs', async () => {
    const [a, b] = [await make('a.mov'), await make('b.mov')];
    expect((await readFile(a)).equals(await readFile(b))).toBe(true);
    expect((await readFile(await make('c.mov', { seed: 6 }))).equals(await readFile(a))).toBe(false);
  });

  it('tells its timecode, reel, rate, size, sound and camera to ffprobe', async () => {
    const { streams, format } = await probe(await make('probe.mov'));
    const [picture, sound, timecode] = ['video', 'audio', 'data'].map((type) =>
      streams.find((s) => s.codec_type === type),
    );
    expect(picture).toMatchObject({
      codec_name: 'prores',
      profile: 'HQ',
      width: 256,
      height: 144,
      r_frame_rate: '24000/1001',
      nb_frames: '8',
    });
    expect(sound).toMatchObject({ codec_name: 'pcm_s24le', sample_rate: '48000' });
    expect(timecode?.tags).toMatchObject({ timecode: '23:59:59:20', reel_name: 'A001R1AA' });
    expect(format.tags).toMatchObject({
      'com.arri.camera.ReelName': 'A001R1AA',
      'com.arri.camera.SensorFps': '23976',
    });
  });

  it('keeps the drop-frame mark of its timecode', async () => {
    const file = await make('df.mov', {
      rate: { num: 30000, den: 1001 },
      startTimecode: '01:00:59;28',
      withTone: false,
    });
    const { streams } = await probe(file);
    expect(streams.find((s) => s.codec_type === 'data')?.tags?.timecode).toBe('01:00:59;28');
  });

  it('shows its frame numbers after coding, and after a crop and a scale', async () => {
    const file = await make('counter.mov');
    const tag = clipTag(spec.clipName);
    const read = (pictures: Awaited<ReturnType<typeof decodeEightBit>>) =>
      pictures.map((p) => readCounter(p.pixels, p.width, p.height, 3));
    const wanted = Array.from({ length: 8 }, (_, frame) => ({ frame, tag }));
    expect(read(await decodeEightBit(['-i', file], spec))).toEqual(wanted);
    const cropped = await decodeEightBit(['-i', file], { width: 384, height: 160 }, [
      'crop=256:108',
      'scale=384:160',
    ]);
    expect(read(cropped)).toEqual(wanted);
  });

  it('shows its frame numbers in a letterboxed H.264 proxy of half its size with burn-ins over the corners', async () => {
    const file = await make('source.mov', { width: 640, height: 360, withTone: false });
    const proxy = join(dir(), 'proxy.mp4');
    const filters =
      'scale=320:180,pad=320:240:0:30,drawbox=0:200:110:20:white:fill,drawbox=210:12:110:18:white:fill';
    await runProgram({
      tool: 'ffmpeg',
      path: toolPath('ffmpeg'),
      args: [
        '-v',
        'error',
        '-i',
        file,
        '-vf',
        filters,
        '-pix_fmt',
        'yuv420p',
        '-c:v',
        'libx264',
        '-crf',
        '30',
        proxy,
      ],
    });
    const pictures = await decodeEightBit(['-i', proxy], { width: 320, height: 240 });
    expect(pictures.map((p) => readCounter(p.pixels, 320, 240, 3)?.frame)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it('gives the patches back within 0.4 % in 422 HQ and 4444', async () => {
    for (const codec of [{}, { codec: 'prores-4444' }] as const) {
      const file = await make('patches.mov', { width: 960, height: 540, frames: 1, ...codec });
      const { pixels, width, height } = await movieFrameToAp0(file, 0, 'ARRI LogC3 (EI800)');
      expect(patchError(samplePatches(pixels, width, height, 3))).toBeLessThan(0.004);
    }
  });
});
