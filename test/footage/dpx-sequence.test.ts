import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runProgram } from '../../engine/tools/run-program.ts';
import { type ClipSpec, clipTag } from '../../footage/clip-spec.ts';
import { readCounter } from '../../footage/counter.ts';
import { makeDpxSequence } from '../../footage/dpx-sequence.ts';
import { patchError, samplePatches } from '../../footage/patches.ts';
import { toolPath } from '../support/tools.ts';
import { decodeEightBit, toAp0 } from './decode.ts';
import { scratchFolder } from './scratch.ts';

const spec: ClipSpec = {
  clipName: 'B001C001_240426_R1BB',
  reel: 'B001R1BB',
  width: 256,
  height: 144,
  frames: 4,
  rate: { num: 25, den: 1 },
  startTimecode: '23:59:59:23',
  seed: 5,
  shootDay: '20240426',
  withTone: false,
};
const dir = scratchFolder();

describe('a DPX sequence', () => {
  it('is the same in two runs and is named by the frames of the day', async () => {
    const { fileNames, firstNumber } = await makeDpxSequence(spec, join(dir(), 'a'));
    await makeDpxSequence(spec, join(dir(), 'b'));
    expect(firstNumber).toBe(2159998);
    expect(fileNames).toHaveLength(4);
    expect(fileNames[0]).toBe('B001C001_240426_R1BB.2159998.dpx');
    for (const name of fileNames)
      expect((await readFile(join(dir(), 'a', name))).equals(await readFile(join(dir(), 'b', name)))).toBe(
        true,
      );
  });

  it('tells timecode over midnight, rate, reel and log coding to OpenImageIO', async () => {
    const { fileNames } = await makeDpxSequence(spec, join(dir(), 'info'));
    const info = async (name: string) => {
      const args = ['--info', '-v', join(dir(), 'info', name)];
      return (await runProgram({ tool: 'oiiotool', path: toolPath('oiiotool'), args })).stdout.toString();
    };
    expect(await info(fileNames[0]!)).toMatch(/smpte:TimeCode: 23:59:59:23/);
    expect(await info(fileNames[2]!)).toMatch(/smpte:TimeCode: 00:00:00:00/);
    for (const said of [
      /dpx:FrameRate: 25\b/,
      /DocumentName: "B001R1BB"/,
      /dpx:Transfer: "Logarithmic"/,
      /uint10 dpx/,
    ])
      expect(await info(fileNames[0]!)).toMatch(said);
  });

  it('shows its frame numbers to FFmpeg', async () => {
    const { fileNames } = await makeDpxSequence(spec, join(dir(), 'counter'));
    for (const [frame, name] of fileNames.entries()) {
      const [picture] = await decodeEightBit(['-i', join(dir(), 'counter', name)], spec);
      expect(readCounter(picture!.pixels, 256, 144, 3)).toEqual({ frame, tag: clipTag(spec.clipName) });
    }
  });

  it('gives the patches back within 0.1 %', async () => {
    const { fileNames } = await makeDpxSequence(
      { ...spec, width: 960, height: 540, frames: 1 },
      join(dir(), 'patches'),
    );
    const { pixels, width, height } = await toAp0(
      join(dir(), 'patches', fileNames[0]!),
      'ARRI LogC3 (EI800)',
    );
    expect(patchError(samplePatches(pixels, width, height, 3))).toBeLessThan(0.001);
  });
});
