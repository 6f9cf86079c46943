import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ColorChain, reduceChain } from '../../../engine/open/color-chain.ts';
import { JOB_SPACES, writeJobConfig } from '../../../engine/open/color-config.ts';
import { runProgram } from '../../../engine/tools/run-program.ts';
import type { ColorStep, JobColour } from '../../../schemas/segment-job.ts';
import { PINNED_CONFIG } from '../../../standards/amf/pinned-config.ts';
import { toolPath } from '../../support/tools.ts';
import { readPicture } from '../picture.ts';

/** Every camera space of the pinned config that is a curve and a matrix, log and linear ones. */
const CAMERA_SPACES = [
  'ACEScct',
  'Apple Log',
  'ARRI LogC3 (EI800)',
  'ARRI LogC4',
  'BMDFilm WideGamut Gen5',
  'DaVinci Intermediate WideGamut',
  'CanonLog2 CinemaGamut D55',
  'CanonLog3 CinemaGamut D55',
  'D-Log D-Gamut',
  'V-Log V-Gamut',
  'Log3G10 REDWideGamutRGB',
  'S-Log3 S-Gamut3',
  'S-Log3 S-Gamut3.Cine',
  'S-Log3 Venice S-Gamut3',
  'S-Log3 Venice S-Gamut3.Cine',
  'Linear ARRI Wide Gamut 3',
  'Linear ARRI Wide Gamut 4',
  'Linear BMD WideGamut Gen5',
  'Linear DaVinci WideGamut',
  'Linear CinemaGamut D55',
  'Linear D-Gamut',
  'Linear V-Gamut',
  'Linear REDWideGamutRGB',
  'Linear S-Gamut3',
  'Linear S-Gamut3.Cine',
  'Linear Venice S-Gamut3',
  'Linear Venice S-Gamut3.Cine',
] as const;

const SIZE = 64;

describe('colour as a curve and a matrix', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'chain-'));
    await writeFile(join(folder, 'codes.pfm'), randomCodes());
  });
  afterAll(() => rm(folder, { recursive: true }));

  async function chainOf(colour: JobColour): Promise<{ chain: ColorChain | null; config: string }> {
    const work = await mkdtemp(join(folder, 'job-'));
    const config = await writeJobConfig(colour, work);
    const ctf = join(work, 'job.ctf');
    await runProgram({
      tool: 'ociowrite',
      path: toolPath('ociowrite'),
      args: ['--colorspaces', JOB_SPACES.decoded, JOB_SPACES.output, '--file', ctf],
      env: { OCIO: config.path },
    });
    return { chain: reduceChain(await readFile(ctf, 'utf8')), config: config.path };
  }

  it.each(CAMERA_SPACES)('%s to ACEScg is what OpenColorIO makes of it', async (from) => {
    const { chain, config } = await chainOf(
      colourOf(from, [{ kind: 'convert', from, to: 'ACEScg' }], 'ACEScg'),
    );
    const codes = await readPicture(join(folder, 'codes.pfm'));
    const wanted = await readPicture(
      join(folder, 'codes.pfm'),
      ['--ocionamedtransform', JOB_SPACES.transform],
      { OCIO: config },
    );
    let worst = 0;
    for (let at = 0; at < codes.pixels.length; at += 3) {
      const rgb = [...codes.pixels.subarray(at, at + 3)].map((value) =>
        chain!.curve ? chain!.curve(value) : value,
      );
      const scale = Math.max(...rgb.map(Math.abs), 1e-3);
      for (const row of [0, 1, 2]) {
        const value =
          chain!.matrix[row * 3]! * rgb[0]! +
          chain!.matrix[row * 3 + 1]! * rgb[1]! +
          chain!.matrix[row * 3 + 2]! * rgb[2]!;
        worst = Math.max(worst, Math.abs(value - wanted.pixels[at + row]!) / scale);
      }
    }
    // OpenColorIO's own power and logarithm are good to some millionths.
    expect(worst).toBeLessThan(2e-5);
  });

  it('a CDL is more than a curve and a matrix: only the reference route does it', async () => {
    const cdl: ColorStep = {
      kind: 'cdl',
      slope: [1.1, 1, 0.9],
      offset: [0, 0, 0],
      power: [1, 1.2, 1],
      saturation: 1,
      workingSpace: 'ACEScct',
    };
    const colour = colourOf(
      'ARRI LogC3 (EI800)',
      [{ kind: 'convert', from: 'ARRI LogC3 (EI800)', to: 'ACES2065-1' }, cdl],
      'ACES2065-1',
    );
    expect((await chainOf(colour)).chain).toBeNull();
  });

  it('a display transform is more than a curve and a matrix', async () => {
    const step: ColorStep = {
      kind: 'display',
      from: 'ACEScg',
      display: 'sRGB - Display',
      view: 'ACES 2.0 - SDR 100 nits (Rec.709)',
    };
    expect((await chainOf(colourOf('ACEScg', [step], 'sRGB - Display'))).chain).toBeNull();
  });
});

function colourOf(decodedSpace: string, steps: ColorStep[], outputSpace: string): JobColour {
  return { config: PINNED_CONFIG.uri, configSha256: PINNED_CONFIG.sha256, decodedSpace, steps, outputSpace };
}

/** Values from a little below black to a little above white, seeded. */
function randomCodes(): Buffer {
  let state = 12345;
  const values = Float32Array.from({ length: SIZE * SIZE * 3 }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state / 2 ** 32) * 1.15 - 0.07;
  });
  return Buffer.concat([Buffer.from(`PF\n${SIZE} ${SIZE}\n-1.0\n`), Buffer.from(values.buffer)]);
}
