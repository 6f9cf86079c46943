import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createOpenEngine } from '../../../engine/open/open-engine.ts';
import { type MadeCard, makeCard } from '../../../footage/card.ts';
import { type CardKind, frameTimecode } from '../../../footage/clip-spec.ts';
import { readCounter } from '../../../footage/counter.ts';
import type { SegmentJob } from '../../../schemas/segment-job.ts';
import { PINNED_CONFIG } from '../../../standards/amf/pinned-config.ts';
import { toolPath, toolPaths } from '../../support/tools.ts';
import { clipJob, colourTo } from '../clip-job.ts';
import { readPicture } from '../picture.ts';

const SIZE = { width: 322, height: 182 };
const FRAMES = 7;
const KINDS = ['prores', 'dpx', 'mxf', 'cinemadng', 'exr'] as const satisfies readonly CardKind[];

describe('log DPX', () => {
  const engine = createOpenEngine({ tools: toolPaths() });
  const cards = new Map<CardKind, MadeCard>();
  let folder = '';

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dpx-'));
    for (const kind of KINDS)
      cards.set(
        kind,
        await makeCard({
          ...{
            dir: folder,
            kind,
            clips: 1,
            frames: FRAMES,
            size: SIZE,
            seed: 9,
            tools: toolPaths(),
            seal: false,
          },
          startTimecode: '23:59:59:21',
        }),
      );
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  /** The camera's own log where it recorded one, else ADX10: as the recipe decides. */
  function logJob(kind: CardKind, other: Partial<SegmentJob> = {}, bits: 10 | 16 = 10) {
    const card = cards.get(kind)!;
    const clip = card.clips[0]!;
    const aces = colourTo(clip, 'ACES2065-1');
    const isLog = aces.steps.length > 0;
    const { job, sources } = clipJob(card, clip, { colour: aces, route: 'fast', ...other });
    if (job.output.kind !== 'exr') throw new Error('a clip job makes plates');
    const colour: SegmentJob['colour'] = isLog
      ? { ...aces, steps: [], outputSpace: aces.decodedSpace }
      : { ...aces, steps: [{ kind: 'convert', from: 'ACES2065-1', to: 'ADX10' }], outputSpace: 'ADX10' };
    const output = { kind: 'dpx', bits, header: job.output.header } as const;
    return { clip, sources, isLog, job: { ...job, colour, output } as SegmentJob };
  }
  async function render(kind: CardKind, other: Partial<SegmentJob> = {}, bits: 10 | 16 = 10) {
    const made = logJob(kind, other, bits);
    const workDir = await mkdtemp(join(folder, 'work-'));
    const { frames } = await engine.render(made.job, made.sources, workDir, {
      signal: new AbortController().signal,
      progress: () => {},
    });
    return { ...made, frames };
  }
  const one = { frames: { first: 3, last: 3 } };
  const reads = (program: string, args: string[]) => execFileSync(program, args, { encoding: 'utf8' });

  it.each(KINDS)(
    'of a %s clip are its frames, by either route, with timecode, rate and reel',
    async (kind) => {
      for (const route of ['reference', 'fast'] as const) {
        const { clip, frames } = await render(kind, { route, frames: { first: 2, last: 5 } });
        expect(frames.map(({ file }) => file.slice(-12))).toEqual(
          [2, 3, 4, 5].map((frame) => `0000000${frame}.dpx`),
        );
        const { frame, file } = frames[2]!;
        const linear = await readPicture(file, ['--colorconvert', spaceOf(kind), 'ACES2065-1'], {
          OCIO: PINNED_CONFIG.uri,
        });
        expect(readCounter(linear.pixels, linear.width, linear.height, 3)).toEqual({ frame, tag: clip.tag });
        const info = reads(toolPath('oiiotool'), ['--info', '-v', file]);
        expect(info).toContain(`"${frameTimecode(clip, frame)}"`.slice(1, -1));
        expect(info).toMatch(/322 x\s+182, 3 channel, uint10 dpx/);
        expect(info).toContain(clip.reel);
        const probe = reads(toolPath('ffprobe'), ['-v', 'error', '-show_streams', file]);
        expect(probe).toMatch(/pix_fmt=gbrp10/);
      }
    },
  );
  const spaceOf = (kind: CardKind) => logJob(kind).job.colour.outputSpace;

  it('of a 10-bit log recording has the very codes that were recorded', async () => {
    const { clip, frames } = await render('dpx', one);
    const recorded = readFileSync(join(cards.get('dpx')!.path, clip.files[3]!));
    expect(readFileSync(frames[0]!.file).subarray(2048).equals(recorded.subarray(2048))).toBe(true);
  });

  it.each([
    ['exr', 1e-9],
    ['cinemadng', 1e-4],
  ] as const)(
    'of scene-linear pictures (%s) is what OpenColorIO makes of them, to a code, but for a share of %f',
    async (kind, allowed) => {
      const { job, sources, frames } = await render(kind, one);
      const light = { ...job, colour: { ...job.colour, steps: [], outputSpace: 'ACES2065-1' } };
      const workDir = await mkdtemp(join(folder, 'work-'));
      const output = clipJob(cards.get(kind)!, cards.get(kind)!.clips[0]!).job.output;
      const made = await engine.render({ ...light, output }, sources, workDir, {
        signal: new AbortController().signal,
        progress: () => {},
      });
      const wanted = await readPicture(made.frames[0]!.file, ['--colorconvert', 'ACES2065-1', 'ADX10'], {
        OCIO: PINNED_CONFIG.uri,
      });
      const found = await readPicture(frames[0]!.file);
      const off = Array.from(found.pixels, (value, i) =>
        // Darker than that, the half floats that OpenColorIO was given are coarser than the log of light.
        wanted.pixels[i]! > 0.25 ? Math.abs(value - Math.min(1, wanted.pixels[i]!)) * 1023 : 0,
      );
      // Where light is far above white in one channel, rounding it to half floats moves the others by more.
      expect(off.filter((codes) => codes > 0.75).length / off.length).toBeLessThan(allowed);
    },
  );

  it.each(KINDS)('of a %s clip has the same bytes in one segment and in seven', async (kind) => {
    const whole = (await render(kind)).frames.map(({ xxh128 }) => xxh128);
    const cut: string[] = [];
    for (let frame = 0; frame < FRAMES; frame++)
      cut.push((await render(kind, { frames: { first: frame, last: frame } })).frames[0]!.xxh128);
    expect(cut).toEqual(whole);
  });

  it('holds 16 bits where they are asked for, in lines that readers find even when they are odd', async () => {
    const geometry = {
      source: SIZE,
      crop: { x: 1, y: 2, width: 319, height: 180 },
      scale: null,
      canvas: { width: 325, height: 187, x: 3, y: 4 },
      pixelAspectRatio: { num: 2, den: 1 },
    };
    const deep = (await render('prores', { ...one, geometry }, 16)).frames[0]!.file;
    const ten = (await render('prores', { ...one, geometry }, 10)).frames[0]!.file;
    const [a, b] = [await readPicture(deep), await readPicture(ten)];
    expect([a.width, a.height]).toEqual([325, 187]);
    let worst = 0;
    for (let i = 0; i < a.pixels.length; i++) worst = Math.max(worst, Math.abs(a.pixels[i]! - b.pixels[i]!));
    expect(worst * 1023).toBeLessThan(0.52);
    expect(a.pixels.subarray(0, 3 * 325 * 4).every((value) => value === 0)).toBe(true);
    const raw = execFileSync(toolPath('ffmpeg'), [
      ...['-v', 'error', '-i', deep, '-f', 'rawvideo', '-pix_fmt', 'rgb48le', 'pipe:1'],
    ]);
    const codes = new Uint16Array(raw.buffer.slice(raw.byteOffset, raw.byteOffset + raw.length));
    expect([...codes.subarray(325 * 3 * 90, 325 * 3 * 90 + 60)]).toEqual(
      [...a.pixels.subarray(325 * 3 * 90, 325 * 3 * 90 + 60)].map((value) => Math.round(value * 65535)),
    );
  });
});
