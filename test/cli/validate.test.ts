import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { validateCommand } from '../../cli/validate.ts';
import { createOpenEngine } from '../../engine/open/open-engine.ts';
import { makeCard } from '../../footage/card.ts';
import { PINNED_CONFIG } from '../../standards/amf/pinned-config.ts';
import { clipJob } from '../engine/clip-job.ts';
import { toolPath, toolPaths } from '../support/tools.ts';

const folder = mkdtempSync(join(tmpdir(), 'validate-'));

/** Three small frames with corners of other colours, then these commands of oiiotool. */
function frames(name: string, first: number, commands: string[] = []): string {
  const dir = join(folder, name);
  mkdirSync(dir);
  for (let k = 0; k < 3; k++) {
    const fill = `fill:topleft=0.1,0.2,0.3:topright=0.8,0.1,0.2:bottomleft=0.05,${0.4 + 0.2 * k},0.1:bottomright=1.5,0.9,0.4`;
    const path = join(dir, `plate.${first + k}.exr`);
    execFileSync(toolPath('oiiotool'), [
      '--pattern',
      fill,
      '64x36',
      '3',
      ...commands,
      '-d',
      'half',
      '-o',
      path,
    ]);
  }
  return dir;
}

async function validate(...args: string[]) {
  let out = '';
  const stdout = (text: string) => {
    out += text;
  };
  const io = { stdout, stderr: () => {} };
  return { code: await validateCommand(args, io, { tools: toolPaths() }), out };
}

it('frames that are the same pass, though a workstation counts from elsewhere, and the page and the verdict are kept', async () => {
  const out = join(folder, 'out');
  const { code } = await validate(frames('a', 1), frames('b', 1001), '--out', out);
  expect(code).toBe(0);
  expect(readFileSync(join(out, 'report.html'), 'utf8')).toContain('data:image/png;base64,');
  expect(JSON.parse(readFileSync(join(out, 'verdict.json'), 'utf8'))).toMatchObject({
    kind: 'validation-verdict',
    passed: true,
  });
});

it('half a stop ends with the exit code of findings and says what it is', async () => {
  const { code, out } = await validate(join(folder, 'a'), frames('c', 1, ['--mulc', '1.41421356']), '--json');
  expect(code).toBe(10);
  expect(JSON.parse(out).faults[0]).toMatchObject({ code: 'exposure' });
});

it('an engine without a job, and a folder that is not there, are refused in words', async () => {
  await expect(validate('engine:open', join(folder, 'a'))).rejects.toMatchObject({ code: 'input-invalid' });
  await expect(validate('/nowhere', join(folder, 'a'))).rejects.toMatchObject({ code: 'not-found' });
});

const PLANTED: [string, string[], string][] = [
  ['upside down', ['--flip'], 'orientation'],
  ['mirrored', ['--flop'], 'orientation'],
  ['another white balance', ['--mulc', '1.25,1,0.8'], 'white-balance'],
  ['a gamma', ['--powc', '1.3'], 'transfer-function'],
  ['legal range for full', ['--mulc', '0.85630499', '--addc', '0.06256109'], 'range'],
  ['a saturation', ['--saturate', '0.6'], 'saturation'],
  ['red and blue swapped', ['--ch', 'B,G,R'], 'channels'],
  ['another timecode', ['--attrib:type=timecode', 'smpte:TimeCode', '01:00:00:09'], 'timecode'],
];

it.each(PLANTED)('a planted fault is found in files: %s', async (name, commands, code) => {
  const renamed = code === 'channels' ? [...commands, '--chnames', 'R,G,B'] : commands;
  const { out } = await validate(join(folder, 'a'), frames(name.replaceAll(' ', '-'), 1, renamed), '--json');
  expect(JSON.parse(out).passed).toBe(false);
  const codes = JSON.parse(out).faults.map((fault: { code: string }) => fault.code);
  expect(new Set(codes)).toEqual(new Set([code]));
});

it('stills of a workstation are read in the colour space they are in, whatever their format', async () => {
  // Within the gamut of every space below: an integer file holds nothing else.
  const source = frames('mild', 1, ['--saturate', '0.4']);
  for (const [ending, space] of [
    ['tif', 'ACEScct'],
    ['dpx', 'ARRI LogC4'],
    ['png', 'ACEScct'],
  ] as const) {
    const dir = join(folder, `stills-${ending}`);
    mkdirSync(dir);
    for (let k = 1; k <= 3; k++)
      execFileSync(toolPath('oiiotool'), [
        '-i:type=float',
        join(source, `plate.${k}.exr`),
        '--colorconfig',
        PINNED_CONFIG.uri,
        '--colorconvert',
        'ACES2065-1',
        space,
        '-d',
        'uint16',
        '-o',
        join(dir, `still.${k}.${ending}`),
      ]);
    const { code, out } = await validate(source, dir, '--space-b', space, '--json');
    expect(code, out).toBe(0);
    expect((await validate(source, dir)).code).toBe(10);
  }
});

it('two runs of one engine pass, with what they cost, by camera format', async () => {
  const size = { width: 64, height: 36 };
  const jobs = [];
  for (const kind of ['dpx', 'exr'] as const) {
    const dir = join(folder, kind);
    const card = await makeCard({
      dir,
      kind,
      tools: toolPaths(),
      clips: 1,
      frames: 3,
      size,
      seed: 4,
      seal: false,
    });
    const { job, sources } = clipJob(card, card.clips[0]!);
    const file = join(dir, 'job.json');
    const located = job.sources.map((source, k) => ({ ...source, location: sources[k]!.location }));
    writeFileSync(file, JSON.stringify({ ...job, sources: located }));
    jobs.push('--job', file);
  }
  const { code, out } = await validate('engine:open', 'engine:open', ...jobs, '--json');
  expect(code, out).toBe(0);
  const { formats } = JSON.parse(out);
  expect(formats).toHaveLength(2);
  for (const { frames: compared, worst, sides } of formats) {
    expect(compared).toHaveLength(3);
    expect(worst.deltaItp.max).toBe(0);
    expect(sides[1].performance).toMatchObject({
      framesPerSecond: expect.any(Number),
      cpuSecondsPerFrame: expect.any(Number),
      peakMemoryBytes: expect.any(Number),
    });
  }
});

it('the same pixels in another compression are the same', async () => {
  const piz = frames('piz', 1, ['--compression', 'piz']);
  const { code, out } = await validate(piz, frames('zip', 1, ['--compression', 'zip:9']), '--json');
  expect(code, out).toBe(0);
  expect(JSON.parse(out).formats[0].worst.deltaItp.max).toBe(0);
});

it('another white balance in one camera format is told of that one alone', async () => {
  const stills = join(folder, 'stills-by-clip');
  const jobs: string[] = [];
  const names: string[] = [];
  const size = { width: 64, height: 36 };
  for (const kind of ['dpx', 'exr'] as const) {
    const dir = join(folder, `format-${kind}`);
    const common = { dir, tools: toolPaths(), clips: 1, frames: 2, size, seed: 4, seal: false };
    const card = await makeCard({ ...common, kind });
    const { job, sources } = clipJob(card, card.clips[0]!);
    names.push(job.clip.clipName);
    const out = join(stills, job.clip.clipName);
    const options = { signal: new AbortController().signal, progress: () => {} };
    const { frames: made } = await createOpenEngine({ tools: toolPaths() }).render(
      job,
      sources,
      out,
      options,
    );
    if (kind === 'dpx')
      for (const { file } of made)
        execFileSync(toolPath('oiiotool'), [file, '--mulc', '1.2,1,0.85', '-o', file]);
    const file = join(dir, 'job.json');
    const located = job.sources.map((source, k) => ({ ...source, location: sources[k]!.location }));
    writeFileSync(file, JSON.stringify({ ...job, sources: located }));
    jobs.push('--job', file);
  }
  expect(new Set(names).size).toBe(2);
  const { code, out } = await validate('engine:open', stills, ...jobs, '--json');
  expect(code).toBe(10);
  const { formats, faults } = JSON.parse(out);
  expect(formats.map(({ passed }: { passed: boolean }) => passed)).toEqual([false, true]);
  expect(faults.map(({ code: is, cameraFormat }: Record<string, string>) => [is, cameraFormat])).toEqual(
    Array(2).fill(['white-balance', expect.stringContaining('dpx')]),
  );
});

/** Stills of 8 bits in a display's space, made of frames. */
function stills(name: string, from: string, extension: string, commands: string[] = []): string {
  const dir = join(folder, name);
  mkdirSync(dir);
  for (const frame of readdirSync(from)) {
    const colour = ['--colorconfig', PINNED_CONFIG.uri, '--colorconvert', 'ACES2065-1', SHOWN];
    const path = join(dir, frame.replace('.exr', extension));
    execFileSync(toolPath('oiiotool'), [
      join(from, frame),
      ...commands,
      ...colour,
      '-d',
      'uint8',
      '-o',
      path,
    ]);
  }
  return dir;
}
const SHOWN = 'Rec.1886 Rec.709 - Display';

it.each(['.png', '.tif'])(
  'stills of 8 bits in a display’s space (%s) pass as far as such files go, and no farther',
  async (extension) => {
    const from = frames(`light${extension}`, 1);
    const same = await validate(
      from,
      stills(`same${extension}`, from, extension),
      '--space-b',
      SHOWN,
      '--json',
    );
    expect(same.code, same.out).toBe(0);
    expect(JSON.parse(same.out).formats[0].notes).toMatchObject([
      { code: 'coding', forPeople: expect.stringContaining(`8 bits in ${SHOWN}`) },
    ]);
    const darker = stills(`darker${extension}`, from, extension, ['--mulc', '0.85']);
    const found = await validate(from, darker, '--space-b', SHOWN, '--json');
    expect(found.code).toBe(10);
    expect(JSON.parse(found.out).faults[0].code).toMatch(/exposure|transfer-function/);
    expect((await validate(darker, from, '--space-a', SHOWN)).code).toBe(10);
  },
);

it('stills of JPEG are refused with what to export', async () => {
  const from = frames('for-jpeg', 1);
  await expect(validate(from, stills('jpeg', from, '.jpg'), '--space-b', SHOWN)).rejects.toMatchObject({
    code: 'input-invalid',
    message: expect.stringContaining('export TIFF, PNG, DPX or OpenEXR'),
  });
});
