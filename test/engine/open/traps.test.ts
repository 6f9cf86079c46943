import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, openSync, readFileSync, readSync, writeFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readDngTags } from '../../../engine/open/dng-tags.ts';
import { exrDamage } from '../../../engine/open/exr-check.ts';
import { createOpenEngine } from '../../../engine/open/open-engine.ts';
import { type MadeCard, makeCard } from '../../../footage/card.ts';
import type { CardKind } from '../../../footage/clip-spec.ts';
import { readCounter } from '../../../footage/counter.ts';
import { PATCH_VALUES, samplePatches } from '../../../footage/patches.ts';
import type { Rational } from '../../../schemas/rational.ts';
import type { RenderedFrame, SegmentJob } from '../../../schemas/segment-job.ts';
import { PINNED_CONFIG } from '../../../standards/amf/pinned-config.ts';
import { toolPath, toolPaths } from '../../support/tools.ts';
import { clipJob, colourTo } from '../clip-job.ts';
import { readPicture, relativeDifference } from '../picture.ts';

const SIZE = { width: 640, height: 360 };
const FILM: Rational = { num: 24, den: 1 };
const NTSC: Rational = { num: 24000, den: 1001 };

/** Each was measured once on the programs that the engine drives, and each would give wrong pictures without a word. */
describe('the traps of the programs', () => {
  const tools = toolPaths();
  const shared = createOpenEngine({ tools });
  let folder = '';
  const cards = new Map<string, MadeCard>();

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'traps-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function card(kind: CardKind, rate = FILM): Promise<MadeCard> {
    const key = `${kind} ${rate.den}`;
    const dir = join(folder, key.replace(' ', '-'));
    const made =
      cards.get(key) ??
      (await makeCard({ dir, kind, clips: 1, frames: 9, size: SIZE, seed: 3, tools, seal: false, rate }));
    cards.set(key, made);
    return made;
  }

  async function render(
    from: MadeCard,
    other: Partial<SegmentJob>,
    more: { location?: string; threads?: number; tools?: Record<string, string> } = {},
  ): Promise<RenderedFrame[]> {
    const { job, sources } = clipJob(from, from.clips[0]!, other);
    const workDir = await mkdtemp(join(folder, 'work-'));
    const found = more.location === undefined ? sources : [{ ...sources[0]!, location: more.location }];
    const engine = more.tools ? createOpenEngine({ tools: more.tools }) : shared;
    const { frames } = await engine.render(job, found, workDir, {
      signal: new AbortController().signal,
      progress: () => {},
      threads: more.threads ?? 1,
    });
    return frames;
  }
  const one = (frame: number) => ({ first: frame, last: frame });

  /** A program that notes its arguments and then is the real one. */
  function noted(tool: string): { tools: Record<string, string>; calls: () => string[] } {
    const log = join(folder, `${tool}-${Math.random()}.log`);
    const script = join(folder, `${tool}-${Math.random()}`);
    writeFileSync(
      script,
      `#!/bin/sh\nprintf '%s ' "$@" | tr '\\n' ' ' >> '${log}'; echo >> '${log}'\nexec '${toolPath(tool)}' "$@"\n`,
    );
    chmodSync(script, 0o755);
    return { tools: { ...tools, [tool]: script }, calls: () => readFileSync(log, 'utf8').trim().split('\n') };
  }

  it.each(['reference', 'fast'] as const)(
    '1: what a log picture holds above white is not clipped at 1 (%s route)',
    async (route) => {
      const dpx = await card('dpx');
      const white = join(folder, 'white.dpx');
      execFileSync(toolPath('oiiotool'), [
        '--pattern',
        'constant:color=1,1,1',
        '640x360',
        '3',
        '-d',
        'uint16',
        '-o',
        white,
      ]);
      const [frame] = await render(dpx, { frames: one(0), route }, { location: white });
      const { pixels } = await readPicture(frame!.file);
      // LogC3 at exposure index 800 ends at 55.08.
      expect(pixels[1]!).toBeGreaterThan(54.9);
      expect(pixels[1]!).toBeLessThan(55.3);
    },
  );

  it('1: nor what a 16-bit file holds, which oiiotool would convert in 16 bits', async () => {
    const dpx = await card('dpx');
    const white = join(folder, 'white.tif');
    const make = ['--pattern', 'constant:color=1,1,1', '640x360', '3', '-d', 'uint16', '-o', white];
    execFileSync(toolPath('oiiotool'), make);
    const decode = { codec: 'tiff', container: 'sequence' } as const;
    const [frame] = await render(dpx, { frames: one(0), decode }, { location: white });
    const { pixels } = await readPicture(frame!.file);
    expect(pixels[1]!).toBeGreaterThan(54.9);
    expect(pixels[1]!).toBeLessThan(55.3);
  });

  it('2: one oiiotool process works off all frames, without its frame loop', async () => {
    const exr = await card('exr');
    const { tools: notedTools, calls } = noted('oiiotool');
    await render(exr, { frames: { first: 1, last: 6 } }, { tools: notedTools });
    expect(calls()).toHaveLength(1);
    expect(calls()[0]).not.toMatch(/--(parallel-)?frames/);
    expect(calls()[0]!.match(/ -o /g)).toHaveLength(6);
  });

  it('3: a movie without colour tags is decoded as the job says, like a tagged one', async () => {
    const prores = await card('prores');
    const untagged = join(folder, 'untagged.mov');
    const source = join(prores.path, prores.clips[0]!.path);
    const bare = 'prores_metadata=color_primaries=unknown:color_trc=unknown:colorspace=unknown';
    execFileSync(toolPath('ffmpeg'), [
      '-v',
      'error',
      '-i',
      source,
      '-map',
      '0:v',
      '-c',
      'copy',
      '-bsf:v',
      bare,
      untagged,
    ]);
    const [tagged] = await render(prores, { frames: one(4) });
    const [plain] = await render(prores, { frames: one(4) }, { location: untagged });
    expect(plain!.xxh128).toBe(tagged!.xxh128);
  });

  it.each(['mhc', 'ahd'] as const)(
    '4: a neutral of a raw camera is neutral in ACES (%s)',
    async (demosaic) => {
      const raw = await card('cinemadng');
      const decode = { ...clipJob(raw, raw.clips[0]!).job.decode, demosaic };
      const [frame] = await render(raw, { frames: one(2), decode });
      const picture = await readPicture(frame!.file);
      const patches = samplePatches(picture.pixels, picture.width, picture.height, 3);
      for (const index of [19, 20, 21, 22]) {
        const [known, found] = [PATCH_VALUES[index]!, patches[index]!];
        for (const c of [0, 2] as const)
          expect(Math.abs(found[c] / found[1] / (known[c] / known[1]) - 1)).toBeLessThan(0.002);
      }
    },
  );

  it('5: a raw frame keeps its exposure when its brightest spot goes, and its squeeze is left alone', async () => {
    const raw = await card('cinemadng');
    const clip = raw.clips[0]!;
    const from = join(raw.path, clip.files[2]!);
    const { black, white } = await readDngTags(from);
    const dimmed = join(folder, 'dimmed.dng');
    writeFileSync(
      dimmed,
      withoutHighlights(readFileSync(from), clip.width * clip.height, black[0] + (white - black[0]) * 0.12),
    );
    const decode = { ...clipJob(raw, clip).job.decode, demosaic: 'linear' as const };
    const { tools: notedTools, calls } = noted('dcraw_emu');
    const patches = [];
    for (const location of [from, dimmed]) {
      const [frame] = await render(raw, { frames: one(0), decode }, { location, tools: notedTools });
      const picture = await readPicture(frame!.file);
      patches.push(samplePatches(picture.pixels, picture.width, picture.height, 3)[20]);
    }
    expect(patches[0]![1]).toBeGreaterThan(0.3);
    expect(patches[1]).toEqual(patches[0]);
    expect(calls()[0]).toMatch(/-c 0 .*-j /);
  });

  it.each(['prores', 'dpx', 'mxf'] as const)(
    '6: half floats of the fast route are rounded, not cut off: no bias to the reference (%s)',
    async (kind) => {
      const from = await card(kind);
      const files = [];
      for (const route of ['fast', 'reference'] as const)
        files.push((await render(from, { frames: one(5), route }))[0]!.file);
      const [fast, reference] = await Promise.all(files.map((file) => readPicture(file)));
      expect(relativeDifference(fast!, reference!).mean).toBeLessThan(1e-5);
    },
  );

  it('7: the colour config is the one that was pinned, in the engine, in the tools and in the job', async () => {
    const text = join(folder, 'builtin.ocio');
    execFileSync(toolPath('ociocheck'), ['--iconfig', PINNED_CONFIG.uri, '--oconfig', text]);
    const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
    expect(sha256(readFileSync(text))).toBe(PINNED_CONFIG.sha256);
    const shipped = new URL(
      '../../../engine/assets/studio-config-v4.0.0_aces-v2.0_ocio-v2.5.ocio',
      import.meta.url,
    );
    expect(sha256(readFileSync(shipped))).toBe(PINNED_CONFIG.sha256);
    const exr = await card('exr');
    const colour = { ...colourTo(exr.clips[0]!, 'ACEScg'), config: 'ocio://studio-config-latest' };
    await expect(render(exr, { colour })).rejects.toMatchObject({ code: 'unsupported' });
  });

  it('8: frames carry no name that changes from run to run: two runs give the same bytes', async () => {
    const dpx = await card('dpx');
    const [a] = await render(dpx, { frames: one(1) });
    const [b] = await render(dpx, { frames: one(1) });
    expect((await readFile(a!.file)).equals(await readFile(b!.file))).toBe(true);
    expect((await readFile(a!.file)).includes('OpenImageIO')).toBe(false);
  });

  it.each([
    ['prores', FILM],
    ['prores', NTSC],
    ['mxf', FILM],
    ['mxf', NTSC],
  ] as const)('10: a seek lands on the frame asked for (%s at %o)', async (kind, rate) => {
    const from = await card(kind, rate);
    for (const route of ['reference', 'fast'] as const)
      for (const wanted of [4, 8]) {
        const [frame] = await render(from, { frames: one(wanted), route });
        const picture = await readPicture(frame!.file);
        expect(readCounter(picture.pixels, picture.width, picture.height, 3)?.frame).toBe(wanted);
      }
  });

  it.each(['none', 'zip', 'piz'] as const)(
    '11: a cut picture file is noticed, wherever it was cut (%s)',
    async (compression) => {
      const dpx = await card('dpx');
      const output = clipJob(dpx, dpx.clips[0]!).job.output as SegmentJob['output'] & { kind: 'exr' };
      const [frame] = await render(dpx, {
        frames: one(0),
        output: { ...output, compression },
        route: 'fast',
      });
      expect(await exrDamage(frame!.file)).toBeNull();
      for (const share of [0.9999, 0.99, 0.5, 0.001, 0]) {
        await truncate(frame!.file, Math.floor(frame!.sizeBytes * share));
        expect(await exrDamage(frame!.file)).toMatch(/./);
      }
    },
  );

  it.each(['prores', 'mxf'] as const)(
    '11: a cut %s movie is a failure, not a shorter plate',
    async (kind) => {
      const from = await card(kind);
      const cut = join(folder, `cut-${kind}`);
      const whole = readFileSync(join(from.path, from.clips[0]!.path));
      writeFileSync(cut, whole.subarray(0, Math.floor(whole.length * 0.6)));
      for (const route of ['reference', 'fast'] as const)
        await expect(
          render(from, { frames: { first: 2, last: 8 }, route }, { location: cut }),
        ).rejects.toMatchObject({ name: 'PipelineError' });
    },
  );

  it.each(['oiiotool', 'ociobakelut', 'ociowrite', 'ffmpeg'])(
    '12: %s is the program itself, not a script that starts it',
    (tool) => {
      const head = Buffer.alloc(4);
      readSync(openSync(toolPath(tool), 'r'), head, 0, 4, 0);
      expect(head.toString('latin1')).toBe('\x7fELF');
    },
  );

  it('13: a 4:2:2 picture is the same whatever number of threads and cores', async () => {
    const prores = await card('prores');
    for (const route of ['reference', 'fast'] as const) {
      const digests = [];
      for (const threads of [1, 5])
        digests.push((await render(prores, { frames: one(3), route }, { threads }))[0]!.xxh128);
      expect(new Set(digests).size).toBe(1);
    }
    const { tools: notedTools, calls } = noted('ffmpeg');
    await render(prores, { frames: one(3) }, { tools: notedTools });
    expect(calls()[0]).toContain('-filter_threads 1');
  });
});

/** The picture of an uncompressed 16-bit little-endian DNG lies at the end of the file. */
function withoutHighlights(dng: Buffer, samples: number, ceiling: number): Buffer {
  const copy = Buffer.from(dng);
  for (let at = copy.length - samples * 2; at < copy.length; at += 2)
    copy.writeUInt16LE(Math.min(copy.readUInt16LE(at), Math.round(ceiling)), at);
  return copy;
}
