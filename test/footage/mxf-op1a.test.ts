import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ClipSpec, clipTag } from '../../footage/clip-spec.ts';
import { readCounter } from '../../footage/counter.ts';
import { makeMxfOp1a } from '../../footage/mxf-op1a.ts';
import { materialUmid } from '../../footage/mxf-umid.ts';
import { patchError, samplePatches } from '../../footage/patches.ts';
import { toolPaths } from '../support/tools.ts';
import { decodeEightBit, movieFrameToAp0 } from './decode.ts';
import { probe, scratchFolder } from './scratch.ts';

const spec: ClipSpec = {
  clipName: 'C001C001_240426CG',
  reel: 'C001',
  width: 256,
  height: 144,
  frames: 8,
  rate: { num: 30000, den: 1001 },
  startTimecode: '23:59:59;28',
  seed: 5,
  shootDay: '20240426',
  withTone: false,
};
const dir = scratchFolder();
const make = async (name: string, change: Partial<ClipSpec> = {}) => {
  const file = join(dir(), name);
  await makeMxfOp1a({ ...spec, ...change }, file, toolPaths());
  return file;
};

describe('an MXF clip', () => {
  it('is the same file in two runs', async () => {
    const [a, b] = [await make('a.mxf'), await make('b.mxf')];
    expect((await readFile(a)).equals(await readFile(b))).toBe(true);
  });

  it('tells timecode, tape, pattern and its own UMIDs to ffprobe', async () => {
    const { streams, format } = await probe(await make('probe.mxf'));
    expect(streams[0]).toMatchObject({
      codec_name: 'dnxhd',
      profile: 'DNXHR HQX',
      r_frame_rate: '30000/1001',
    });
    const tags = JSON.stringify([streams[0]!.tags, format.tags]);
    expect(tags).toMatch(/"timecode":"23:59:59;28"/);
    expect(tags).toMatch(/"reel_name":"C001"/);
    expect(tags).toContain(`0x${materialUmid(spec)}`);
    const other = await probe(await make('other.mxf', { clipName: 'C001C002_240426CG' }));
    expect(JSON.stringify(other)).not.toContain(materialUmid(spec));
  });

  it('shows its frame numbers after coding', async () => {
    const pictures = await decodeEightBit(['-i', await make('counter.mxf')], spec);
    expect(pictures.map((p) => readCounter(p.pixels, p.width, p.height, 3)?.frame)).toEqual([
      0, 1, 2, 3, 4, 5, 6, 7,
    ]);
    expect(readCounter(pictures[0]!.pixels, 256, 144, 3)?.tag).toBe(clipTag(spec.clipName));
  });

  it('gives the patches back within 0.3 % in DNxHR HQX and in XAVC at its one size', async () => {
    for (const change of [
      { width: 960, height: 540 },
      {
        width: 1920,
        height: 1080,
        codec: 'xavc-intra',
        rate: { num: 24000, den: 1001 },
        startTimecode: '02:00:00:00',
      },
    ] as const) {
      const file = await make('patches.mxf', { frames: 1, ...change });
      const { pixels, width, height } = await movieFrameToAp0(file, 0, 'S-Log3 S-Gamut3.Cine');
      expect(patchError(samplePatches(pixels, width, height, 3))).toBeLessThan(0.003);
    }
  });
});
