import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inspectPaths } from '../../../cli/inspect-paths.ts';
import { createOpenEngine } from '../../../engine/open/open-engine.ts';
import { makeCameraRaw } from '../../../footage/camera-raw.ts';
import { decodeSettings } from '../../../pipeline/delivery/decode-settings.ts';
import { inputColorSpace } from '../../../pipeline/delivery/input-space.ts';
import { inputColourSpaceOf } from '../../../pipeline/inspection/input-colour-space.ts';
import type { DecodeSettings, SegmentJob } from '../../../schemas/segment-job.ts';
import { PINNED_CONFIG } from '../../../standards/amf/pinned-config.ts';
import { evaluateInPython, type Pixel } from '../../conformance/ocio-oracle.ts';
import { toolPath, toolPaths } from '../../support/tools.ts';
import { readPicture } from '../picture.ts';

const SIZE = { width: 128, height: 96 };
const engine = createOpenEngine({ tools: toolPaths() });
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'camera-raw-'));
});
afterAll(async () => {
  await engine.close();
  await rm(folder, { recursive: true, force: true });
});

/** XYZ to the sensor of the ILCE-7RM2. Source: LibRaw 0.20 `adobe_coeff`, which is Adobe's ColorMatrix for D65. */
const XYZ_TO_CAMERA = [
  [0.6629, -0.19, -0.0483],
  [-0.4618, 1.2349, 0.255],
  [-0.0622, 0.1381, 0.6514],
] as const;
const D65 = [0.950456, 1, 1.089058] as const;

type Triple = readonly [number, number, number];
const toCamera = (xyz: Triple): Triple =>
  XYZ_TO_CAMERA.map((row) => row[0] * xyz[0] + row[1] * xyz[1] + row[2] * xyz[2]) as unknown as Triple;

/** By OpenColorIO's own matrix, Bradford from D65 to the white of ACES. */
function inAces(patches: readonly Triple[]): Pixel[] {
  const built =
    "ocio.BuiltinTransform(style='UTILITY - ACES-AP0_to_CIE-XYZ-D65_BFD', direction=ocio.TRANSFORM_DIR_INVERSE)";
  return evaluateInPython(
    [built],
    patches.map(([x, y, z]): Pixel => [x, y, z]),
  );
}

/** Flat patches in CIE XYZ, the first of them neutral. */
const PATCHES: readonly Triple[] = [
  [D65[0] * 0.18, 0.18, D65[2] * 0.18],
  [0.3, 0.2, 0.05],
  [0.1, 0.2, 0.12],
  [0.15, 0.1, 0.4],
];
const NEUTRAL = toCamera(D65);
const FULL = 15_000;

function patchAt(x: number, y: number): Triple {
  return PATCHES[(y < SIZE.height / 2 ? 0 : 2) + (x < SIZE.width / 2 ? 0 : 1)]!;
}

/** A still of four flat patches under daylight. */
function still(gains: Triple = [1 / NEUTRAL[0], 1 / NEUTRAL[1], 1 / NEUTRAL[2]]): Buffer {
  const top = Math.max(...NEUTRAL);
  const level = (x: number, y: number, colour: 0 | 1 | 2) => (toCamera(patchAt(x, y))[colour] / top) * FULL;
  return makeCameraRaw({ size: SIZE, level, gains });
}

function jobOf(files: string[], decode: Partial<DecodeSettings> = {}, size = SIZE): SegmentJob {
  return {
    version: 1,
    kind: 'segment-job',
    clip: { clipId: 'c', clipName: 'A001', frameRate: { num: 24, den: 1 }, frameCount: files.length },
    sources: files.map((file, frame) => ({ name: file, frame, sizeBytes: 1, xxh128: '0'.repeat(32) })),
    frames: { first: 0, last: files.length - 1 },
    decode: {
      ...{ codec: 'camera-raw', container: 'sequence' },
      ...{ whiteBalance: 'as-shot', demosaic: 'ahd', highlights: 'keep' },
      ...decode,
    },
    geometry: {
      ...{ source: size, crop: { x: 0, y: 0, ...size }, scale: null, canvas: null },
      pixelAspectRatio: { num: 1, den: 1 },
    },
    colour: {
      ...{ config: PINNED_CONFIG.uri, configSha256: PINNED_CONFIG.sha256 },
      ...{ decodedSpace: 'camera-native', steps: [], outputSpace: 'ACES2065-1' },
    },
    output: {
      ...{ kind: 'exr', compression: 'zip', container: 'openexr' },
      header: { strings: {}, numbers: {} },
    },
    engine: 'open',
    route: 'reference',
  };
}

async function render(files: string[], decode: Partial<DecodeSettings> = {}, size = SIZE) {
  const job = jobOf(files, decode, size);
  const sources = job.sources.map(({ name, frame }) => ({
    name,
    frame: frame!,
    location: join(folder, name),
  }));
  const workDir = await mkdtemp(join(folder, 'work-'));
  const signal = new AbortController().signal;
  return (await engine.render(job, sources, workDir, { signal, progress: () => {} })).frames;
}

/** Mean of the middle of each patch. */
async function patchesOf(file: string): Promise<number[][]> {
  const picture = await readPicture(file);
  return [0, 1, 2, 3].map((patch) => {
    const [x0, y0] = [(patch % 2) * (SIZE.width / 2) + 24, patch < 2 ? 16 : SIZE.height / 2 + 16];
    return [0, 1, 2].map((channel) => {
      let sum = 0;
      for (let y = y0; y < y0 + 16; y++)
        for (let x = x0; x < x0 + 16; x++) sum += picture.pixels[(y * SIZE.width + x) * 3 + channel]!;
      return sum / 256;
    });
  });
}

describe("a still in a camera's own raw form", () => {
  test('is inspected as one: camera, size and white balance, developed to ACES', async () => {
    await mkdir(join(folder, 'card'));
    for (let number = 1; number <= 8; number++)
      await writeFile(join(folder, 'card', `A001_000${number}.arw`), still());
    const { clips } = await inspectPaths([join(folder, 'card')], {
      ...{ tools: toolPaths(), scratch: folder },
    });
    const [clip] = clips;
    expect([clips.length, clip!.files.length]).toEqual([1, 8]);
    expect(clip!.fields.codec?.value).toMatchObject({ family: 'camera-raw' });
    expect(clip!.fields.imageSize?.value).toEqual(SIZE);
    expect(clip!.fields.cameraModel?.value).toBe('ILCE-7RM2');
    const source = { clipId: 'c', clip: clip!, objects: [], cameraFormat: null };
    expect(decodeSettings(source)).toMatchObject({
      codec: 'camera-raw',
      container: 'sequence',
      demosaic: 'ahd',
    });
    expect(inputColourSpaceOf(clip!)).toMatchObject({ space: 'camera-native' });
    expect(inputColorSpace({ ...source, cameraFormat: { inputColorSpace: 'camera-native' } })).toBe(
      'camera-native',
    );
  });

  test('has the light that its sensor saw, patch by patch, whatever interpolates it', async () => {
    await writeFile(join(folder, 'S_0001.arw'), still());
    for (const demosaic of ['linear', 'ppg', 'ahd'] as const) {
      const [frame] = await render(['S_0001.arw'], { demosaic });
      const got = await patchesOf(frame!.file);
      // The sensor's top stands for light 1 where a neutral first reaches it; white is 16383 codes, black 512.
      const scale = FULL / (16_383 - 512);
      for (const [index, wanted] of inAces(PATCHES).entries())
        for (const [channel, value] of wanted.entries())
          expect(Math.abs(got[index]![channel]! / (value * scale) - 1)).toBeLessThan(0.004);
    }
  });

  test('agrees with what LibRaw itself makes of its colour', async () => {
    await writeFile(join(folder, 'L_0001.arw'), still());
    copyFileSync(join(folder, 'L_0001.arw'), join(folder, 'oracle.arw'));
    // Its own white balance, its own matrix, to XYZ: another way from sensor to colour than ours.
    execFileSync(toolPath('dcraw_emu'), [
      '-w',
      '-o',
      '5',
      '-4',
      '-T',
      '-c',
      '0',
      '-q',
      '0',
      join(folder, 'oracle.arw'),
    ]);
    const theirs = await patchesOf(join(folder, 'oracle.arw.tiff'));
    const [frame] = await render(['L_0001.arw'], { demosaic: 'linear' });
    const ours = await patchesOf(frame!.file);
    const wanted = inAces(theirs.map(([x, y, z]): Triple => [x!, y!, z!]));
    // Theirs is scaled by a factor that they choose; a neutral tells it.
    const factor = ours[0]![1]! / wanted[0]![1]!;
    for (const [patch, pixel] of ours.entries())
      for (const [channel, value] of pixel.entries())
        expect(Math.abs(value / (wanted[patch]![channel]! * factor) - 1)).toBeLessThan(0.01);
  });

  test('is balanced frame by frame as each was shot, or as a person says', async () => {
    const warm: Triple = [0.8 / NEUTRAL[0], 1 / NEUTRAL[1], 1.3 / NEUTRAL[2]];
    await writeFile(join(folder, 'W_0001.arw'), still());
    await writeFile(join(folder, 'W_0002.arw'), still(warm));
    const [day, shot] = await render(['W_0001.arw', 'W_0002.arw']);
    const [alone] = await render(['W_0002.arw']);
    expect(alone!.xxh128).toBe(shot!.xxh128);
    const [fixed] = await render(['W_0002.arw'], {
      whiteBalance: { gains: [1 / NEUTRAL[0], 1 / NEUTRAL[1], 1 / NEUTRAL[2]] },
    });
    const [a, b, c] = await Promise.all([day!, shot!, fixed!].map(({ file }) => patchesOf(file)));
    expect(Math.abs(c![1]![0]! / a![1]![0]! - 1)).toBeLessThan(2e-3);
    expect(Math.abs(b![1]![0]! / a![1]![0]! - 1)).toBeGreaterThan(0.05);
  });

  test('that LibRaw does not know is refused in words', async () => {
    await writeFile(join(folder, 'X_0001.arw'), still().subarray(0, 200));
    await expect(render(['X_0001.arw'])).rejects.toMatchObject({
      code: 'unreadable',
      message: expect.stringContaining('X_0001.arw cannot be developed'),
    });
  });
});

const SAMPLE = join(import.meta.dirname, '../../../../shared/data/camera/canon/EOS_6D.dng');

test.skipIf(!existsSync(SAMPLE))(
  'the raw of a real Canon EOS 6D, developed as a stills camera, is a picture',
  async () => {
    copyFileSync(SAMPLE, join(folder, 'R_0001.dng'));
    expect((await stat(SAMPLE)).size).toBeGreaterThan(0);
    const size = { width: 1224, height: 816 };
    const [frame] = await render(['R_0001.dng'], {}, size);
    const range = await engine.pictureRange!(
      { location: frame!.file, isExr: true },
      { signal: new AbortController().signal },
    );
    expect(range!.max).toBeGreaterThan(0.2);
  },
);
