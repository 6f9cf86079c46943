import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { amfCommand } from '../../cli/amf.ts';
import {
  cdlLook,
  inputById,
  LOGC4,
  lookByFile,
  lookById,
  makeAmf,
  outputById,
  REC709,
  RGC,
} from '../standards/amf/make-amf.ts';
import { toolPath, toolPaths } from '../support/tools.ts';
import { evaluateInPython, farthest, type Pixel } from './ocio-oracle.ts';

const folder = mkdtempSync(join(tmpdir(), 'amf-command-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function run(pipeline: string, ...args: string[]) {
  const file = join(folder, 'show.amf');
  writeFileSync(file, makeAmf({ pipeline }));
  let stdout = '';
  const io = {
    stdout: (text: string) => {
      stdout += text;
    },
    stderr: () => {},
  };
  const exitCode = await amfCommand(['resolve', file, ...args], io, { tools: toolPaths });
  return { exitCode, stdout };
}

const WORKING = '<aces:workingLocation/>';
const FULL = inputById(LOGC4, 'true') + lookById(RGC) + WORKING + cdlLook() + outputById(REC709);
const PIXELS: Pixel[] = [
  [0.18, 0.2, 0.1],
  [1.5, 0.1, 0.02],
  [0, 0, 0],
  [8, 4, 2],
];

describe('rushes amf resolve', () => {
  it('prints the pipeline in the stable form, with what is baked on the way', async () => {
    const { exitCode, stdout } = await run(FULL, '--to', 'working', '--json');
    const document = JSON.parse(stdout);
    expect(exitCode).toBe(0);
    expect(document).toMatchObject({
      version: 1,
      kind: 'color-pipeline',
      config: expect.stringContaining('studio-config-v4'),
      problems: [],
    });
    expect(
      document.steps.map(({ kind, applied, baked }: Record<string, unknown>) => [kind, applied, baked]),
    ).toEqual([
      ['input', true, false],
      ['look', false, true],
      ['look', false, false],
      ['output', false, false],
    ]);
  });

  it('writes the part that is not applied, up to the point, as a CTF that stands alone', async () => {
    const gamut =
      "ocio.LookTransform(src='ACES2065-1', dst='ACES2065-1', looks='ACES 1.3 Reference Gamut Compression')";
    const grade = [
      "ocio.ColorSpaceTransform(src='ACES2065-1', dst='ACEScct')",
      'ocio.CDLTransform(slope=[1.05,1.0,0.95], offset=[-0.01,0,0.01], power=[1,1.1,1], sat=0.9)',
      "ocio.ColorSpaceTransform(src='ACEScct', dst='ACES2065-1')",
    ];
    const output =
      "ocio.DisplayViewTransform(src='ACES2065-1', display='Rec.1886 Rec.709 - Display', view='ACES 2.0 - SDR 100 nits (Rec.709)')";
    for (const [to, transforms] of [
      ['aces', []],
      ['working', [gamut]],
      ['display', [gamut, ...grade, output]],
    ] as const) {
      const ctf = join(folder, `${to}.ctf`);
      expect((await run(FULL, '--to', to, '--ctf', ctf)).exitCode).toBe(0);
      const got = evaluateInPython(["ocio.FileTransform(v['ctf'])"], PIXELS, { ctf });
      expect(farthest(got, evaluateInPython([...transforms], PIXELS), 0.1), to).toBeLessThan(1e-4);
    }
  });

  it('gives that CTF to other programs: oiiotool shows the same', async () => {
    const ctf = join(folder, 'other.ctf');
    await run(FULL, '--to', 'display', '--ctf', ctf);
    const text = execFileSync(
      toolPath('oiiotool'),
      ['--pattern', 'constant:color=0.18,0.2,0.1', '1x1', '3', '--ociofiletransform', ctf, '--printstats'],
      { encoding: 'utf8' },
    );
    const shown = /Stats Avg: ([\d.]+) ([\d.]+) ([\d.]+)/.exec(text)!.slice(1, 4).map(Number);
    const [expected] = evaluateInPython(["ocio.FileTransform(v['ctf'])"], [PIXELS[0]!], { ctf });
    for (const [i, value] of shown.entries()) expect(value).toBeCloseTo(expected![i]!, 4);
  });

  it('answers a problem with 10 and writes no CTF of a part', async () => {
    const ctf = join(folder, 'none.ctf');
    const { exitCode, stdout } = await run(
      inputById('v2.0:CSC.Acme.Log_to_ACES.a2.v1') + outputById(REC709),
      '--to',
      'display',
      '--ctf',
      ctf,
      '--json',
    );
    expect(exitCode).toBe(10);
    expect(JSON.parse(stdout).problems.map((p: { code: string }) => p.code)).toEqual(['transform-unknown']);
    expect(() => readFileSync(ctf)).toThrow();
  });

  it('reads no file through a link that leaves the folder of the AMF', async () => {
    const outside = mkdtempSync(join(tmpdir(), 'amf-outside-'));
    writeFileSync(
      join(outside, 'show.clf'),
      '<ProcessList xmlns="urn:AMPAS:CLF:v3.0" id="1" compCLFversion="3.0"/>',
    );
    mkdirSync(join(folder, 'luts'), { recursive: true });
    symlinkSync(join(outside, 'show.clf'), join(folder, 'luts/show.clf'));
    const { exitCode, stdout } = await run(lookByFile('luts/show.clf'), '--to', 'display', '--json');
    expect(exitCode).toBe(10);
    expect(JSON.parse(stdout).problems[0].code).toBe('file-missing');
    rmSync(outside, { recursive: true });
  });

  it('refuses a point that does not exist and a CTF by another name', async () => {
    await expect(run(FULL, '--to', 'log')).rejects.toThrow(/aces, working or display/);
    await expect(run(FULL, '--to', 'aces', '--ctf', 'x.cube')).rejects.toThrow(/ending in \.ctf/);
  });
});
