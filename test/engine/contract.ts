import { readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../engine/engine.ts';
import { exrDamage } from '../../engine/open/exr-check.ts';
import { type MadeCard, makeCard } from '../../footage/card.ts';
import type { CardKind } from '../../footage/clip-spec.ts';
import { frameTimecode } from '../../footage/clip-spec.ts';
import { readCounter } from '../../footage/counter.ts';
import { PATCH_VALUES, samplePatches } from '../../footage/patches.ts';
import { PipelineError } from '../../schemas/failure.ts';
import type { RenderedFrame, SegmentJob } from '../../schemas/segment-job.ts';
import { toolPaths } from '../support/tools.ts';
import { clipJob, colourTo } from './clip-job.ts';
import { readHeader } from './exr-info.ts';
import { type Picture, readPicture } from './picture.ts';

/** What an engine under test promises to decode, and how near its patches come to the light that was filmed. */
export type EngineUnderTest = {
  name: string;
  make: () => Engine;
  /** Largest relative error of a patch by card kind; absent kinds are not decoded. */
  decodes: Partial<Record<CardKind, number>>;
  route: SegmentJob['route'];
};

const FRAMES = 7;
const SIZE = { width: 640, height: 360 };

/**
 * What every engine has to keep: the right frame, the right colour, the right header, whole files or none, the same bytes
 * however the work is cut. Any engine that passes can stand in for any other.
 */
export function engineContract(under: EngineUnderTest): void {
  describe(`the engine contract, kept by ${under.name}`, () => {
    const engine = under.make();
    const kinds = Object.keys(under.decodes) as CardKind[];
    const cards = new Map<CardKind, MadeCard>();
    let folder = '';

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'contract-'));
      for (const kind of kinds)
        cards.set(
          kind,
          await makeCard({
            dir: folder,
            kind,
            clips: 1,
            frames: FRAMES,
            size: SIZE,
            seed: 11,
            tools: toolPaths(),
            seal: false,
            startTimecode: '23:59:59:20',
          }),
        );
    });
    afterAll(() => rm(folder, { recursive: true, force: true }));

    /** Renders into a folder of its own. */
    const render = async (kind: CardKind, other: Partial<SegmentJob>, only?: number[]) => {
      const card = cards.get(kind)!;
      const clip = card.clips[0]!;
      const { job, sources } = clipJob(card, clip, { route: under.route, ...other });
      const workDir = await mkdtemp(join(folder, 'work-'));
      const told: number[] = [];
      const options = {
        signal: new AbortController().signal,
        progress: ({ framesDone }: { framesDone: number }) => told.push(framesDone),
        ...(only ? { only } : {}),
      };
      return { clip, workDir, told, result: await engine.render(job, sources, workDir, options) };
    };
    const digests = (frames: RenderedFrame[]) =>
      Object.fromEntries(frames.map(({ frame, xxh128 }) => [frame, xxh128]));

    it.each(kinds)(
      'the frames asked for of a %s clip are the frames that come, with their timecode',
      async (kind) => {
        const { clip, result } = await render(kind, { frames: { first: 2, last: 5 } });
        expect(result.frames.map(({ frame }) => frame)).toEqual([2, 3, 4, 5]);
        for (const { frame, file } of result.frames) {
          const picture = await readPicture(file);
          expect(readCounter(picture.pixels, picture.width, picture.height, 3)).toEqual({
            frame,
            tag: clip.tag,
          });
          expect(readHeader(file).timecode).toBe(frameTimecode(clip, frame));
        }
      },
    );

    it.each(kinds)('the patches of a %s clip have the light that was filmed', async (kind) => {
      const { result } = await render(kind, { frames: { first: 3, last: 3 } });
      expect(worstPatch(await readPicture(result.frames[0]!.file))).toBeLessThan(under.decodes[kind]!);
    });

    it.each(kinds)(
      'seven segments of a %s clip make the same bytes as one, in any work folder',
      async (kind) => {
        const whole = digests((await render(kind, {})).result.frames);
        const cut: Record<string, string> = {};
        for (let frame = 0; frame < FRAMES; frame++)
          Object.assign(
            cut,
            digests((await render(kind, { frames: { first: frame, last: frame } })).result.frames),
          );
        expect(cut).toEqual(whole);
      },
    );

    it('only the frames that are missing are made, with the bytes they would have had', async () => {
      const kind = kinds[0]!;
      const all = digests((await render(kind, {})).result.frames);
      const { result, workDir } = await render(kind, {}, [5, 1, 2]);
      expect(digests(result.frames)).toEqual({ 1: all[1], 2: all[2], 5: all[5] });
      expect(readdirSync(workDir).sort()).toEqual(['00000001.exr', '00000002.exr', '00000005.exr']);
    });

    it('progress counts the frames that are wholly there', async () => {
      const { told } = await render(kinds[0]!, {});
      expect(told.at(-1)).toBe(FRAMES);
      expect(told).toEqual([...told].sort((a, b) => a - b));
    });

    it.each(['none', 'zip', 'piz'] as const)(
      'a plate with %s compression is a whole picture with the same pixels',
      async (compression) => {
        const kind = kinds[0]!;
        const { clip, result } = await render(kind, {
          frames: { first: 1, last: 1 },
          output: { ...output(kind), compression },
        });
        const { file, sizeBytes } = result.frames[0]!;
        expect(await exrDamage(file)).toBeNull();
        expect(readHeader(file)).toMatchObject({
          compression,
          dataWindow: '640 x 360',
          displayWindow: '640 x 360',
          reelName: clip.reel,
          framesPerSecond: '24 / 1',
        });
        const none = await render(kind, {
          frames: { first: 1, last: 1 },
          output: { ...output(kind), compression: 'none' },
        });
        expect(await readPicture(file)).toEqual(await readPicture(none.result.frames[0]!.file));
        if (compression !== 'none') expect(sizeBytes).toBeLessThan(none.result.frames[0]!.sizeBytes);
      },
    );

    it('a crop and a canvas move the picture by whole pixels and change none of them', async () => {
      const kind = kinds[0]!;
      const geometry = {
        source: SIZE,
        crop: { x: 16, y: 8, width: 600, height: 340 },
        scale: null,
        canvas: { width: 700, height: 400, x: 50, y: -20 },
        pixelAspectRatio: { num: 2, den: 1 },
      };
      const { result } = await render(kind, { frames: { first: 1, last: 1 }, geometry });
      const whole = await readPicture(
        (await render(kind, { frames: { first: 1, last: 1 } })).result.frames[0]!.file,
      );
      const placed = await readPicture(result.frames[0]!.file);
      expect([placed.width, placed.height]).toEqual([700, 400]);
      const at = (picture: Picture, x: number, y: number) => [
        ...picture.pixels.subarray((y * picture.width + x) * 3, (y * picture.width + x) * 3 + 3),
      ];
      expect(at(placed, 49, 100)).toEqual([0, 0, 0]);
      expect(at(placed, 50, 0)).toEqual(at(whole, 16, 28));
      expect(at(placed, 649, 319)).toEqual(at(whole, 615, 347));
      expect(at(placed, 300, 320)).toEqual([0, 0, 0]);
      expect(readHeader(result.frames[0]!.file).pixelAspectRatio).toBe('2');
    });

    it('a frame that the clip does not have is a failure in words, and leaves nothing behind', async () => {
      const kind = kinds[0]!;
      const card = cards.get(kind)!;
      const { job, sources } = clipJob(card, card.clips[0]!, {
        route: under.route,
        frames: { first: 0, last: FRAMES },
      });
      const workDir = await mkdtemp(join(folder, 'work-'));
      const longer = { ...job, clip: { ...job.clip, frameCount: 100 } };
      const render = engine.render(longer, sources, workDir, {
        signal: new AbortController().signal,
        progress: () => {},
      });
      await expect(render).rejects.toThrow(PipelineError);
      expect(readdirSync(workDir).filter((name) => !name.endsWith('.exr'))).toEqual([]);
    });

    it('an abort ends the render with its reason', async () => {
      const card = cards.get(kinds[0]!)!;
      const { job, sources } = clipJob(card, card.clips[0]!, { route: under.route });
      const abort = new AbortController();
      const reason = new Error('the person changed their mind');
      const workDir = await mkdtemp(join(folder, 'work-'));
      const render = engine.render(job, sources, workDir, {
        signal: abort.signal,
        progress: () => abort.abort(reason),
      });
      await expect(render).rejects.toBe(reason);
    });

    const output = (kind: CardKind) => {
      const card = cards.get(kind)!;
      const { output } = clipJob(card, card.clips[0]!).job;
      if (output.kind !== 'exr') throw new Error('a clip job makes plates');
      return output;
    };

    it('a strict ACES container says so and is one', async () => {
      const kind = kinds[0]!;
      const { result } = await render(kind, {
        frames: { first: 0, last: 0 },
        output: { ...output(kind), compression: 'none', container: 'st2065-4' },
      });
      const header = readHeader(result.frames[0]!.file);
      expect(header).toMatchObject({ acesImageContainerFlag: '1', compression: 'none' });
      const zipped = render(kind, { output: { ...output(kind), container: 'st2065-4' } });
      await expect(zipped).rejects.toMatchObject({ code: 'input-invalid' });
    });

    it('primaries are stated as they are: ACEScg is no ACES container', async () => {
      const kind = kinds[0]!;
      const colour = colourTo(cards.get(kind)!.clips[0]!, 'ACEScg');
      const header = readHeader(
        (await render(kind, { frames: { first: 0, last: 0 }, colour })).result.frames[0]!.file,
      );
      expect(header.chromaticities).toContain('r[0.713, 0.293]');
      expect(header.acesImageContainerFlag).toBeUndefined();
    });
  });
}

function worstPatch(picture: Picture): number {
  const samples = samplePatches(picture.pixels, picture.width, picture.height, 3);
  const errors = samples.flatMap((sample, index) =>
    sample!.map((value, c) => Math.abs(value / PATCH_VALUES[index]![c]! - 1)),
  );
  return Math.max(...errors);
}
