import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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

const folder = mkdtempSync(join(tmpdir(), 'amf-config-'));
/** Where nothing but the config lies: what it does not hold itself, it does not have. */
const elsewhere = mkdtempSync(join(tmpdir(), 'amf-elsewhere-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
  rmSync(elsewhere, { recursive: true });
});

let count = 0;

/** Exports a pipeline and takes the config away from everything it was made from. */
async function exported(pipeline: string, ending: string, to = 'display', name = `show-${++count}`) {
  const file = join(folder, `${name}.amf`);
  writeFileSync(file, makeAmf({ pipeline }));
  const [config, ctf] = [join(folder, `${name}.${ending}`), join(folder, `${name}.ctf`)];
  const io = { stdout: () => {}, stderr: () => {} };
  const args = ['resolve', file, '--to', to, '--ocio', config, '--ctf', ctf];
  const exitCode = await amfCommand(args, io, { tools: toolPaths });
  const moved = join(elsewhere, `${name}.${ending}`);
  copyFileSync(config, moved);
  return { exitCode, config: moved, ctf };
}

/** LogC4 code values. */
const PIXELS: Pixel[] = [
  [0.28, 0.3, 0.25],
  [0.6, 0.2, 0.15],
  [0.05, 0.05, 0.05],
  [0.85, 0.75, 0.7],
];
const VIEW = "ocio.DisplayViewTransform(src='AMF source', display='AMF output', view='AMF with looks')";
const PLAIN = "ocio.DisplayViewTransform(src='AMF source', display='AMF output', view='AMF without looks')";
const INPUT = "ocio.ColorSpaceTransform(src='ARRI LogC4', dst='ACES2065-1')";
const GAMUT =
  "ocio.LookTransform(src='ACES2065-1', dst='ACES2065-1', looks='ACES 1.3 Reference Gamut Compression')";
const GRADE = [
  "ocio.ColorSpaceTransform(src='ACES2065-1', dst='ACEScct')",
  'ocio.CDLTransform(slope=[1.05,1.0,0.95], offset=[-0.01,0,0.01], power=[1,1.1,1], sat=0.9)',
  "ocio.ColorSpaceTransform(src='ACEScct', dst='ACES2065-1')",
];
const OUTPUT =
  "ocio.DisplayViewTransform(src='ACES2065-1', display='Rec.1886 Rec.709 - Display', view='ACES 2.0 - SDR 100 nits (Rec.709)')";
const FULL = inputById(LOGC4) + lookById(RGC) + cdlLook() + outputById(REC709);

function check(config: string): string {
  const done = spawnSync(toolPath('ociocheck'), ['--iconfig', config], { encoding: 'utf8', env: {} });
  return `${done.status} ${/The archive .*|Tests complete.*|.*[Ee]rror.*/.exec(done.stdout + done.stderr)?.[0]}`;
}

/** A cube that swaps nothing and bends much, so that leaving it out shows. */
function cube(): string {
  const size = 9;
  const lines = [`LUT_3D_SIZE ${size}`];
  for (let at = 0; at < size ** 3; at++) {
    const [r, g, b] = [at % size, Math.floor(at / size) % size, Math.floor(at / size ** 2)].map(
      (index) => index / (size - 1),
    ) as [number, number, number];
    lines.push(`${r ** 1.3} ${(g + 0.2 * r) / 1.2} ${b * 0.8}`);
  }
  return `${lines.join('\n')}\n`;
}

describe('a pipeline as an OpenColorIO config', () => {
  it('shows in its view what the AMF says, alone in a folder', async () => {
    const { config, ctf, exitCode } = await exported(FULL, 'ocio');
    expect(exitCode).toBe(0);
    const wanted = evaluateInPython([INPUT, GAMUT, ...GRADE, OUTPUT], PIXELS);
    expect(farthest(evaluateInPython([VIEW], PIXELS, {}, config), wanted, 0.1)).toBeLessThan(1e-4);
    expect(
      farthest(evaluateInPython(["ocio.FileTransform(v['ctf'])"], PIXELS, { ctf }), wanted, 0.1),
    ).toBeLessThan(1e-4);
    const bare = evaluateInPython([INPUT, OUTPUT], PIXELS);
    expect(farthest(evaluateInPython([PLAIN], PIXELS, {}, config), bare, 0.1)).toBeLessThan(1e-4);
    expect(farthest(wanted, bare, 0.1)).toBeGreaterThan(0.01);
  });

  it('has its looks by name, and all of it as one transform', async () => {
    const { config } = await exported(FULL, 'ocio');
    const look = (name: string) => `ocio.LookTransform(src='ACES2065-1', dst='ACES2065-1', looks='${name}')`;
    const [light]: Pixel[] = [[0.18, 0.2, 0.1]];
    expect(
      farthest(
        evaluateInPython([look('AMF look 2')], [light!], {}, config),
        evaluateInPython(GRADE, [light!]),
        0.1,
      ),
    ).toBeLessThan(1e-4);
    const whole = evaluateInPython(
      [
        "c.getNamedTransform('AMF pipeline').getTransform(ocio.TRANSFORM_DIR_FORWARD)".replace(
          'c.',
          "ocio.Config.CreateFromFile(v['config']).",
        ),
      ],
      PIXELS,
      { config },
      config,
    );
    expect(farthest(whole, evaluateInPython([VIEW], PIXELS, {}, config), 0.1)).toBeLessThan(1e-4);
  });

  it('passes the check of OpenColorIO and renders the same in oiiotool', async () => {
    const { config } = await exported(FULL, 'ocio');
    expect(check(config)).toBe('0 Tests complete.');
    const shown = execFileSync(
      toolPath('oiiotool'),
      [
        ...['--colorconfig', config, '--pattern', `constant:color=${PIXELS[1]!.join(',')}`, '1x1', '3'],
        ...['--iscolorspace', 'AMF source', '--ociodisplay', 'AMF output', 'AMF with looks', '--printstats'],
      ],
      { encoding: 'utf8' },
    );
    const values = /Stats Avg: ([\d.]+) ([\d.]+) ([\d.]+)/.exec(shown)!.slice(1, 4).map(Number);
    const [wanted] = evaluateInPython([INPUT, GAMUT, ...GRADE, OUTPUT], [PIXELS[1]!]);
    for (const [i, value] of values.entries()) expect(value).toBeCloseTo(wanted![i]!, 4);
  });

  it('holds the LUTs of its looks in an archive, and says so where it is asked for none', async () => {
    mkdirSync(join(folder, 'luts'), { recursive: true });
    writeFileSync(join(folder, 'luts/show.cube'), cube());
    const pipeline = inputById(LOGC4) + lookByFile('luts/show.cube') + cdlLook() + outputById(REC709);
    await expect(exported(pipeline, 'ocio')).rejects.toThrow(/holds only as an archive.*\.ocioz/);
    const { config } = await exported(pipeline, 'ocioz');
    const lut = join(folder, 'luts/show.cube');
    const wanted = evaluateInPython(
      [INPUT, "ocio.FileTransform(v['lut'], interpolation=ocio.INTERP_BEST)", ...GRADE, OUTPUT],
      PIXELS,
      { lut },
    );
    rmSync(lut);
    expect(farthest(evaluateInPython([VIEW], PIXELS, {}, config), wanted, 0.1)).toBeLessThan(1e-4);
    expect(check(config)).toMatch(/^0 /);
    const listed = execFileSync(toolPath('python'), ['-m', 'zipfile', '-l', config], { encoding: 'utf8' });
    expect(
      listed
        .split('\n')
        .slice(1, 3)
        .map((line) => line.split(' ')[0]),
    ).toEqual(['config.ocio', 'luts/1-look.cube']);
  });

  it('leaves out what is applied, and has no display before one is reached', async () => {
    const { config } = await exported(
      [
        inputById(LOGC4, 'true'),
        lookById(RGC),
        '<aces:workingLocation/>',
        cdlLook(),
        outputById(REC709),
      ].join(''),
      'ocio',
      'working',
    );
    const text = readFileSync(config, 'utf8');
    expect(text).toContain('which is ACES2065-1');
    expect(text).not.toContain('AMF output');
    const [light]: Pixel[] = [[0.5, 0.02, 0.01]];
    const done = evaluateInPython(
      ["ocio.LookTransform(src='AMF source', dst='ACES2065-1', looks='AMF look 1')"],
      [light!],
      {},
      config,
    );
    expect(farthest(done, evaluateInPython([GAMUT], [light!]), 0.01)).toBeLessThan(1e-4);
    expect(check(config)).toBe('0 Tests complete.');
  });

  it('has the same bytes each time', async () => {
    const bytes = async () => readFileSync((await exported(FULL, 'ocioz', 'display', 'again')).config);
    expect((await bytes()).equals(await bytes())).toBe(true);
  });
});
