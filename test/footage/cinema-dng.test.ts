import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exiftool } from 'exiftool-vendored';
import { afterAll, describe, expect, it } from 'vitest';
import { invert3 } from '../../engine/open/matrix3.ts';
import { runProgram } from '../../engine/tools/run-program.ts';
import { BAYER_SENSOR, SENSOR_FULL_AT, SENSOR_LEVELS } from '../../footage/bayer-sensor.ts';
import { makeCinemaDng } from '../../footage/cinema-dng.ts';
import { type ClipSpec, clipTag } from '../../footage/clip-spec.ts';
import { readCounter } from '../../footage/counter.ts';
import { patchError, samplePatches } from '../../footage/patches.ts';
import { toolPath } from '../support/tools.ts';
import { toAp0 } from './decode.ts';
import { scratchFolder } from './scratch.ts';

const spec: ClipSpec = {
  clipName: 'D001_04260912_C001',
  reel: 'D001',
  width: 256,
  height: 144,
  frames: 3,
  rate: { num: 30000, den: 1001 },
  startTimecode: '01:00:59;29',
  seed: 5,
  shootDay: '20240426',
  withTone: false,
};
const dir = scratchFolder();
const make = async (name: string, change: Partial<ClipSpec> = {}) => {
  const { fileNames } = await makeCinemaDng({ ...spec, ...change }, join(dir(), name));
  return fileNames.map((each) => join(dir(), name, each));
};
/** Black to 0, the full sensor to its scene-linear value, demosaic, then to AP0: all by OpenImageIO. */
const develop = (file: string, bits: 16 | 12) => {
  const { black, white } = SENSOR_LEVELS[bits];
  const scale = bits === 16 ? 65535 : 4095;
  const matrix = invert3(BAYER_SENSOR.fromAp0);
  const fourByFour = [0, 1, 2].flatMap((r) => [...matrix.slice(r * 3, r * 3 + 3), 0]).concat([0, 0, 0, 1]);
  return toAp0(file, null, [
    '--subc',
    String(black / scale),
    '--mulc',
    String((SENSOR_FULL_AT * scale) / (white - black)),
    '--demosaic:pattern=bayer:algorithm=MHC:layout=RGGB',
    '--ccmatrix:transpose=1',
    fourByFour.join(','),
  ]);
};

afterAll(() => exiftool.end());

describe('a CinemaDNG sequence', () => {
  it('is the same in two runs and is numbered from 0', async () => {
    const [a, b] = [await make('a'), await make('b')];
    expect(a[2]).toMatch(/D001_04260912_C001_000002\.dng$/);
    for (const [i, file] of a.entries())
      expect((await readFile(file)).equals(await readFile(b[i]!))).toBe(true);
  });

  it('tells timecode, rate and reel to ExifTool, which finds no fault in its tags', async () => {
    const tags = (await exiftool.read((await make('tags'))[1]!, {
      readArgs: ['-validate', '-warning', '-a'],
    })) as unknown as Record<string, unknown>;
    expect(tags).toMatchObject({ ReelName: 'D001', UniqueCameraModel: 'SynthCam SC-1', Validate: 'OK' });
    expect(String(tags.TimeCodes)).toMatch(/^01:01:00\.02/);
    expect(Number(tags.FrameRate)).toBeCloseTo(29.97, 2);
  });

  it('is developed by LibRaw', async () => {
    const { stdout } = await runProgram({
      tool: 'raw-identify',
      path: toolPath('raw-identify'),
      args: ['-v', (await make('libraw'))[0]!],
    });
    expect(stdout.toString()).toMatch(/Filter pattern: RGGB/);
    expect(stdout.toString()).toMatch(/Baseline exposure: 3\.000/);
  });

  it('shows its frame numbers and gives the patches back within 0.1 %', async () => {
    const [file] = await make('patches', { width: 960, height: 540, frames: 1 });
    const { pixels, width, height } = await develop(file!, 16);
    expect(readCounter(pixels, width, height, 3)).toEqual({ frame: 0, tag: clipTag(spec.clipName) });
    expect(patchError(samplePatches(pixels, width, height, 3))).toBeLessThan(0.001);
  });

  it('can be packed in 12 bits, where the darkest patches are a few codes above black', async () => {
    const [file] = await make('packed', { width: 960, height: 540, frames: 1, codec: 'dng-12' });
    const { pixels, width, height } = await develop(file!, 12);
    expect(readCounter(pixels, width, height, 3)?.frame).toBe(0);
    expect(patchError(samplePatches(pixels, width, height, 3))).toBeLessThan(0.01);
  });
});
