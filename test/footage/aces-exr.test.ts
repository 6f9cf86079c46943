import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runProgram } from '../../engine/tools/run-program.ts';
import { makeAcesExr } from '../../footage/aces-exr.ts';
import { type ClipSpec, clipTag } from '../../footage/clip-spec.ts';
import { readCounter } from '../../footage/counter.ts';
import { patchError, samplePatches } from '../../footage/patches.ts';
import { toolPath, toolPaths } from '../support/tools.ts';
import { toAp0 } from './decode.ts';
import { scratchFolder } from './scratch.ts';

const spec: ClipSpec = {
  clipName: 'E001C001_240426_R1EE',
  reel: 'E001R1EE',
  width: 256,
  height: 144,
  frames: 10,
  rate: { num: 30000, den: 1001 },
  startTimecode: '00:00:59;28',
  seed: 5,
  shootDay: '20240426',
  withTone: false,
};
const dir = scratchFolder();
const make = async (name: string, change: Partial<ClipSpec> = {}) => {
  const { fileNames } = await makeAcesExr({ ...spec, ...change }, join(dir(), name), toolPaths());
  return fileNames.map((each) => join(dir(), name, each));
};
const info = async (file: string) => {
  const args = ['--info', '-v', file];
  return (await runProgram({ tool: 'oiiotool', path: toolPath('oiiotool'), args })).stdout.toString();
};

describe('an ACES EXR sequence', () => {
  it('is the same in two runs and is named by the frames of the day', async () => {
    const [a, b] = [await make('a'), await make('b')];
    expect(a[0]).toMatch(/E001C001_240426_R1EE\.0001798\.exr$/);
    for (const [i, file] of a.entries())
      expect((await readFile(file)).equals(await readFile(b[i]!))).toBe(true);
  });

  it('is an ACES container with timecode, rate, reel and camera', async () => {
    const files = await make('info');
    const said = await info(files[2]!);
    for (const part of [
      /half openexr/,
      /acesImageContainerFlag: 1/,
      /compression: "none"/,
      /chromaticities: 0\.7347, 0\.2653, 0, 1, 0\.0001, -0\.077/,
      /reelName: "E001R1EE"/,
      /framesPerSecond: 30000\/1001/,
      /smpte:TimeCode: 00:01:00[;:]02/,
      /cameraModel: "ALEXA 35"/,
      /imageCounter: 1800/,
    ])
      expect(said).toMatch(part);
    expect(said).not.toMatch(/ACESContainerPolicy/);
  });

  it('carries the drop-frame bit only where the clip counts drop-frame', async () => {
    const timeCode = async (file: string) => {
      const bytes = await readFile(file);
      const at = bytes.indexOf('timeCode\0timecode\0') + 'timeCode\0timecode\0'.length + 4;
      return bytes.readUInt32LE(at);
    };
    expect(await timeCode((await make('drop', { frames: 1 }))[0]!)).toBe(0x00005928 | 0x40);
    const straight = { frames: 1, rate: { num: 24, den: 1 }, startTimecode: '01:02:03:04' };
    expect(await timeCode((await make('straight', straight))[0]!)).toBe(0x01020304);
  });

  it('shows its frame numbers and gives the patches back within 0.1 %', async () => {
    const [file] = await make('patches', { width: 960, height: 540, frames: 1 });
    const { pixels, width, height } = await toAp0(file!, null);
    expect(readCounter(pixels, width, height, 3)).toEqual({ frame: 0, tag: clipTag(spec.clipName) });
    expect(patchError(samplePatches(pixels, width, height, 3))).toBeLessThan(0.001);
  });
});
