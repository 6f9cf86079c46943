import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createOpenEngine } from '../../../engine/open/open-engine.ts';
import { type MadeCard, makeCard } from '../../../footage/card.ts';
import type { CardKind } from '../../../footage/clip-spec.ts';
import { readCounter } from '../../../footage/counter.ts';
import { PATCH_VALUES, samplePatches } from '../../../footage/patches.ts';
import type { MovieOutput, SegmentJob } from '../../../schemas/segment-job.ts';
import { PINNED_CONFIG } from '../../../standards/amf/pinned-config.ts';
import { evaluateInPython } from '../../conformance/ocio-oracle.ts';
import { toolPath, toolPaths } from '../../support/tools.ts';
import { clipJob, colourTo } from '../clip-job.ts';
import { readPicture } from '../picture.ts';

const DISPLAY = { display: 'Rec.1886 Rec.709 - Display', view: 'ACES 2.0 - SDR 100 nits (Rec.709)' };
const SIZE = { width: 640, height: 360 };
const FRAMES = 9;

type Probe = {
  streams: {
    codec_type: string;
    codec_name: string;
    duration?: string;
    tags?: Record<string, string>;
    color_range?: string;
    color_space?: string;
  }[];
  format: { tags?: Record<string, string> };
};

describe('a proxy', () => {
  const engine = createOpenEngine({ tools: toolPaths() });
  const cards = new Map<CardKind, MadeCard>();
  let folder = '';

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'movie-'));
    for (const kind of ['prores', 'mxf', 'dpx', 'cinemadng', 'exr'] as const)
      cards.set(
        kind,
        await makeCard({
          dir: folder,
          kind,
          clips: 1,
          frames: FRAMES,
          size: SIZE,
          seed: 5,
          tools: toolPaths(),
          seal: false,
          withTone: true,
        }),
      );
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function render(
    kind: CardKind,
    output: Pick<MovieOutput, 'codec' | 'container'> & Partial<MovieOutput>,
    other: Partial<SegmentJob> = {},
    threads = 1,
  ) {
    const card = cards.get(kind)!;
    const clip = card.clips[0]!;
    const aces = colourTo(clip, 'ACES2065-1');
    const from = aces.decodedSpace === 'camera-native' ? 'ACES2065-1' : aces.decodedSpace;
    const { job, sources } = clipJob(card, clip, {
      frames: { first: 2, last: 7 },
      colour: { ...aces, steps: [{ kind: 'display', from, ...DISPLAY }], outputSpace: DISPLAY.display },
      output: {
        kind: 'movie',
        size: SIZE,
        startTimecode: '10:15:00:02',
        reelName: clip.reel,
        burnIns: [],
        ...output,
      },
      ...other,
    });
    const workDir = await mkdtemp(join(folder, 'work-'));
    const { movie } = await engine.render(job, sources, workDir, {
      signal: new AbortController().signal,
      progress: () => {},
      threads,
    });
    expect(await readdir(workDir)).toEqual([movie!.file.slice(workDir.length + 1)]);
    return { clip, movie: movie! };
  }

  /** One frame as 16-bit R′G′B′ by zimg, with its own range and matrix. */
  async function frameOf(file: string, index: number) {
    const png = join(folder, `frame-${Math.random()}.png`);
    const filters = `select=eq(n\\,${index}),zscale=matrixin=709:rangein=limited:matrix=gbr:range=full,format=gbrp16le`;
    execFileSync(toolPath('ffmpeg'), [
      '-v',
      'error',
      '-filter_threads',
      '1',
      '-i',
      file,
      '-vf',
      filters,
      '-frames:v',
      '1',
      png,
    ]);
    return readPicture(png);
  }
  const probe = (file: string) =>
    JSON.parse(
      execFileSync(
        toolPath('ffprobe'),
        ['-v', 'error', '-show_streams', '-show_format', '-of', 'json', file],
        { encoding: 'utf8' },
      ),
    ) as Probe;

  const FORMS = [
    ['prores', 'prores-proxy', 'mov'],
    ['mxf', 'dnxhr-lb', 'mxf'],
    ['dpx', 'h264', 'mp4'],
    ['cinemadng', 'prores-lt', 'mov'],
    ['exr', 'prores-4444', 'mov'],
  ] as const;

  it.each(FORMS)(
    'of a %s clip as %s has its frames, timecode, reel and light, and the same bytes again',
    async (kind, codec, container) => {
      const { clip, movie } = await render(kind, { codec, container });
      expect(movie.frameCount).toBe(6);
      const wanted = await displayed(PATCH_VALUES.flat());
      for (const index of [0, 5]) {
        const picture = await frameOf(movie.file, index);
        expect(readCounter(picture.pixels, picture.width, picture.height, 3)).toEqual({
          frame: 2 + index,
          tag: clip.tag,
        });
        const shown = samplePatches(picture.pixels, picture.width, picture.height, 3);
        const errors = shown.flatMap((patch, i) =>
          patch!.map((value, c) => Math.abs(value - wanted[i * 3 + c]!)),
        );
        // Eight-bit and offline codecs say less; a wrong transform is off by tenths.
        expect(Math.max(...errors)).toBeLessThan(codec === 'h264' || codec === 'dnxhr-lb' ? 0.02 : 0.012);
      }
      const tags = JSON.stringify(probe(movie.file));
      expect(tags).toContain('"timecode":"10:15:00:02"');
      if (container !== 'mp4') expect(tags).toContain(`"reel_name":"${clip.reel}"`);
      const again = await render(kind, { codec, container }, {}, 3);
      expect(again.movie.xxh128).toBe(movie.xxh128);
    },
  );

  /** ACES2065-1 values through the view, by OpenColorIO and not by a cube. */
  async function displayed(values: number[]): Promise<Float32Array> {
    const commands = ['--ociodisplay:from=ACES2065-1', DISPLAY.display, DISPLAY.view];
    const pfm = join(folder, 'patches.pfm');
    await writeFile(
      pfm,
      Buffer.concat([
        Buffer.from(`PF\n${values.length / 3} 1\n-1.0\n`),
        Buffer.from(Float32Array.from(values).buffer),
      ]),
    );
    return (await readPicture(pfm, commands, { OCIO: PINNED_CONFIG.uri })).pixels;
  }

  it('carries the camera sound of exactly its range', async () => {
    const { movie } = await render('prores', { codec: 'prores-proxy', container: 'mov' });
    const sound = probe(movie.file).streams.find((stream) => stream.codec_type === 'audio');
    expect(sound?.codec_name).toBe('pcm_s24le');
    // Six frames at 24 a second, 48000 samples a second.
    expect(Number(sound?.duration)).toBeCloseTo(6 / 24, 4);
  });

  it.each([
    ['h264', 'mp4', 'aac'],
    ['dnxhr-lb', 'mxf', 'pcm_s24le'],
  ] as const)(
    'carries it into %s in %s too, in the form that it takes there',
    async (codec, container, sound) => {
      const { movie } = await render('prores', { codec, container });
      const found = probe(movie.file).streams.find((stream) => stream.codec_type === 'audio');
      expect(found?.codec_name).toBe(sound);
      expect(Number(found?.duration)).toBeCloseTo(6 / 24, 1);
    },
  );

  it('in PQ says so in its frames and in its header, with the display it was mastered for and its light', async () => {
    const hdr = { display: 'Rec.2100-PQ - Display', view: 'ACES 2.0 - HDR 1000 nits (P3 D65)' };
    const from = colourTo(cards.get('prores')!.clips[0]!, 'ACES2065-1').decodedSpace;
    const colour: SegmentJob['colour'] = {
      ...colourTo(cards.get('prores')!.clips[0]!, 'ACES2065-1'),
      steps: [{ kind: 'display', from, ...hdr }],
      outputSpace: hdr.display,
    };
    const mastering = { primaries: 'P3-D65', maxNits: 1000, minNits: 0.0001 } as const;
    const { movie } = await render(
      'prores',
      { codec: 'prores-4444', container: 'mov', mastering, lightLevels: true },
      { colour },
    );
    const text = execFileSync(
      toolPath('ffprobe'),
      ['-v', 'error', '-select_streams', 'v:0', '-show_streams', '-show_frames', '-of', 'json', movie.file],
      { encoding: 'utf8' },
    );
    const { streams, frames } = JSON.parse(text) as Record<string, Record<string, unknown>[]>;
    const tags = { color_primaries: 'bt2020', color_transfer: 'smpte2084', color_space: 'bt2020nc' };
    expect(streams![0]).toMatchObject(tags);
    expect(frames).toHaveLength(6);
    for (const frame of frames!) expect(frame).toMatchObject(tags);
    expect(streams![0]!.side_data_list).toMatchObject([
      {
        side_data_type: 'Mastering display metadata',
        ...{ red_x: '34000/50000', red_y: '16000/50000', green_x: '13250/50000', green_y: '34500/50000' },
        ...{ blue_x: '7500/50000', blue_y: '3000/50000', white_point_x: '15635/50000' },
        ...{ white_point_y: '16450/50000', min_luminance: '1/10000', max_luminance: '10000000/10000' },
      },
      { side_data_type: 'Content light level metadata', ...lightOf(movie.file) },
    ]);
  });

  /** The light of the delivered frames by OpenColorIO's own PQ curve, whose 1 is 100 cd/m². */
  function lightOf(file: string): { max_content: number; max_average: number } {
    const filters = 'zscale=matrixin=2020_ncl:rangein=limited:matrix=gbr:range=full,format=gbrpf32le';
    const args = [
      '-v',
      'error',
      '-filter_threads',
      '1',
      '-i',
      file,
      '-vf',
      filters,
      '-f',
      'rawvideo',
      'pipe:1',
    ];
    const bytes = execFileSync(toolPath('ffmpeg'), args, { maxBuffer: 2 ** 30 });
    const samples = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
    const pixels = SIZE.width * SIZE.height;
    const frames = Array.from({ length: samples.length / pixels / 3 }, (_, frame) =>
      Array.from({ length: pixels }, (_, at) => {
        const plane = (channel: number) => samples[(frame * 3 + channel) * pixels + at]!;
        return Math.max(plane(0), plane(1), plane(2));
      }),
    );
    const values = [...new Set(frames.flat().map((value) => Math.max(0, Math.fround(value))))];
    const curve = "ocio.BuiltinTransform(style='CURVE - ST-2084_to_LINEAR')";
    const light = evaluateInPython(
      [curve],
      values.map((value) => [value, value, value]),
    );
    const nits = new Map(values.map((value, index) => [value, light[index]![0] * 100]));
    const means = frames.map(
      (frame) => frame.reduce((sum, value) => sum + nits.get(Math.max(0, Math.fround(value)))!, 0) / pixels,
    );
    return {
      max_content: Math.round(Math.max(...nits.values())),
      max_average: Math.round(Math.max(...means)),
    };
  }

  it('in JPEG 2000 is the rendering without loss, the same by any reader', async () => {
    const { movie } = await render('dpx', { codec: 'jpeg2000', container: 'mxf' });
    const again = await render('dpx', { codec: 'jpeg2000', container: 'mxf' }, {}, 3);
    expect(again.movie.xxh128).toBe(movie.xxh128);
    expect(JSON.stringify(probe(movie.file))).toContain('"timecode":"10:15:00:02"');
    const wanted = await displayed(PATCH_VALUES.flat());
    // The code stream taken out of the MXF is a JPEG 2000 file that oiiotool reads by itself.
    const stream = join(folder, 'frame.j2k');
    const copy = ['-v', 'error', '-y', '-i', movie.file, '-map', '0:v', '-frames:v', '1', '-c', 'copy'];
    execFileSync(toolPath('ffmpeg'), [...copy, '-f', 'image2', '-update', '1', stream]);
    const picture = await readPicture(stream);
    const shown = samplePatches(picture.pixels, picture.width, picture.height, 3);
    const errors = shown.flatMap((patch, i) =>
      patch!.map((value, c) => Math.abs(value - wanted[i * 3 + c]!)),
    );
    // The cube's error; the codec adds none.
    expect(Math.max(...errors)).toBeLessThan(0.012);
  });

  it('two MXF proxies have different material numbers', async () => {
    const umid = (file: string) => probe(file).format.tags?.material_package_umid;
    const first = await render('mxf', { codec: 'dnxhr-lb', container: 'mxf' });
    const other = await render(
      'mxf',
      { codec: 'dnxhr-lb', container: 'mxf' },
      { frames: { first: 0, last: 5 } },
    );
    expect(umid(first.movie.file)).toMatch(/^0x060A2B34/);
    expect(umid(other.movie.file)).not.toBe(umid(first.movie.file));
    expect(umid(first.movie.file)).not.toMatch(/0{20}/);
  });

  it('burns in text as it is written, and timecode that runs', async () => {
    const burnIns: MovieOutput['burnIns'] = [
      { place: 'top-left', text: "it's 100% [a:b], c\\d; %{pts}" },
      { place: 'bottom-right', timecode: '10:15:00:02' },
    ];
    const { movie } = await render('prores', { codec: 'prores-proxy', container: 'mov', burnIns });
    const bare = await render('prores', { codec: 'prores-proxy', container: 'mov' });
    const changed = async (index: number) => {
      const [a, b] = await Promise.all([frameOf(movie.file, index), frameOf(bare.movie.file, index)]);
      const rows = new Set<number>();
      for (let i = 0; i < a.pixels.length; i++)
        if (Math.abs(a.pixels[i]! - b.pixels[i]!) > 0.3) rows.add(Math.floor(i / 3 / a.width));
      return rows;
    };
    const rows = await changed(0);
    expect(Math.min(...rows)).toBeLessThan(30);
    expect(Math.max(...rows)).toBeGreaterThan(330);
  });

  it('desqueezes to square pixels inside its frame, with black around', async () => {
    const geometry = {
      source: SIZE,
      crop: { x: 0, y: 0, ...SIZE },
      scale: null,
      canvas: null,
      pixelAspectRatio: { num: 2, den: 1 },
    };
    const { movie } = await render('dpx', { codec: 'prores-lt', container: 'mov' }, { geometry });
    const picture = await frameOf(movie.file, 0);
    expect([picture.width, picture.height]).toEqual([640, 360]);
    const at = (y: number) => Math.max(...picture.pixels.subarray(y * 640 * 3, (y + 1) * 640 * 3));
    expect(at(20)).toBeLessThan(0.01);
    expect(at(180)).toBeGreaterThan(0.2);
    expect(at(340)).toBeLessThan(0.01);
  });

  it('a file that ends too early leaves no movie behind', async () => {
    const card = cards.get('prores')!;
    const clip = card.clips[0]!;
    const { job, sources } = clipJob(card, clip, {
      frames: { first: 2, last: 30 },
      output: { kind: 'movie', codec: 'prores-proxy', container: 'mov', size: SIZE, burnIns: [] },
    });
    const workDir = await mkdtemp(join(folder, 'work-'));
    const longer = { ...job, clip: { ...job.clip, frameCount: 100 } };
    const rendering = engine.render(longer, sources, workDir, {
      signal: new AbortController().signal,
      progress: () => {},
    });
    await expect(rendering).rejects.toMatchObject({ code: 'unreadable' });
    expect((await readdir(workDir)).filter((name) => !name.endsWith('.part'))).toEqual([]);
  });
});
