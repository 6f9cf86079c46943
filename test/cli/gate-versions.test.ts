import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { engineChooser, enginesAtHand } from '../../activities/engine-choice.ts';
import { validateCommand } from '../../cli/validate.ts';
import { makeEngine } from '../../engine/make-engine.ts';
import { makeCard } from '../../footage/card.ts';
import type { ClipSource } from '../../pipeline/delivery/clip-source.ts';
import { prepareStores } from '../../service/dependencies.ts';
import { clipJob } from '../engine/clip-job.ts';
import { NAMES } from '../engine/flapi/stand-in.ts';
import { vendorClip } from '../engine/vendor-job.ts';
import { executable } from '../stand-ins/executable.ts';
import type { Misbehaviour } from '../stand-ins/flapid/misbehaviour.ts';
import { makeInstallation, type TestInstallation } from '../support/installation.ts';
import { toolPath, toolPaths } from '../support/tools.ts';
import { REQUEST } from '../workflows/stand-in-activities.ts';

const folder = mkdtempSync(join(tmpdir(), 'gate-versions-'));
const flapid = (wrong: Misbehaviour) =>
  executable('flapid', 'flapid/flapid.ts', { STAND_IN: JSON.stringify(wrong) });
const before = flapid({});
const after = flapid({ version: '6.0.21211' });
const brighter = flapid({ version: '7.0.24232', stops: 0.5 });
const site = {
  engines: { flapi: { path: before, environment: {}, colourNames: NAMES, limits: {} } },
  engineRules: [],
};
let jobFile = '';

beforeAll(async () => {
  const size = { width: 64, height: 36 };
  const common = { dir: folder, tools: toolPaths(), clips: 1, frames: 2, size, seed: 8, seal: false };
  const card = await makeCard({ ...common, kind: 'dpx' });
  jobFile = writeJob('flapi', clipJob(card, card.clips[0]!));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function writeJob(name: string, { job, sources }: ReturnType<typeof clipJob>): string {
  const file = join(folder, `${name}.json`);
  const located = job.sources.map((source, k) => {
    const { location } = sources[k]!;
    return { ...source, location, sizeBytes: statSync(location).size };
  });
  writeFileSync(file, JSON.stringify({ ...job, sources: located }));
  return file;
}

async function validate(...args: string[]) {
  let out = '';
  const stdout = (text: string) => {
    out += text;
  };
  const io = { stdout, stderr: () => {} };
  const code = await validateCommand([...args, '--json'], io, { tools: toolPaths(), site });
  return { code, verdict: JSON.parse(out) };
}

describe('two versions of one engine', () => {
  test('of FilmLight’s software, by their programs: the same picture passes, with both versions in the verdict', async () => {
    const { code, verdict } = await validate(
      `engine:flapi=${before}`,
      `engine:flapi=${after}`,
      '--job',
      jobFile,
    );
    expect(code).toBe(0);
    expect(verdict.formats[0].sides).toMatchObject([
      { versions: { baselight: '5.3.17711' } },
      { versions: { baselight: '6.0.21211' } },
    ]);
  });

  test('that differ by half a stop are told so, the site’s own program being the other side', async () => {
    const { code, verdict } = await validate('engine:flapi', `engine:flapi=${brighter}`, '--job', jobFile);
    expect(code).toBe(10);
    expect(verdict.faults[0]).toMatchObject({
      code: 'exposure',
      technical: { stops: expect.closeTo(0.5, 2) },
    });
  });

  test('a program that is not there is said to be missing', async () => {
    const gone = validate('engine:flapi', 'engine:flapi=/nowhere/flapid', '--job', jobFile);
    await expect(gone).rejects.toMatchObject({ message: expect.stringContaining('/nowhere/flapid') });
  });

  test('of the open engine, by another tools.json', async () => {
    const tools = Object.fromEntries(Object.entries(toolPaths()).map(([name, path]) => [name, { path }]));
    const file = join(folder, 'tools.json');
    writeFileSync(file, JSON.stringify({ tools }));
    expect((await validate('engine:open', `engine:open=${file}`, '--job', jobFile)).code).toBe(0);
    const none = join(folder, 'none.json');
    writeFileSync(none, JSON.stringify({ programs: {} }));
    await expect(validate('engine:open', `engine:open=${none}`, '--job', jobFile)).rejects.toMatchObject({
      code: 'input-invalid',
      message: expect.stringContaining('none.json'),
    });
    await expect(
      validate('engine:open', `engine:open=${toolPath('oiiotool')}`, '--job', jobFile),
    ).rejects.toMatchObject({ code: 'input-invalid' });
  });

  test.each([
    ['art', 'art-cmd', 'arriraw', Array.from({ length: 5 }, (_, k) => `A001C001.00${86_400 + k}.ari`)],
    ['redline', 'redline', 'r3d', ['A001_C001_001.R3D']],
  ] as const)('of %s, by their programs', async (name, program, codec, files) => {
    const at = join(folder, name);
    mkdirSync(at);
    const file = writeJob(name, vendorClip(at, [...files], codec) as ReturnType<typeof clipJob>);
    const [one, two] = [0, 1].map(() => executable(program, `${program}.ts`));
    const { code, verdict } = await validate(`engine:${name}=${one}`, `engine:${name}=${two}`, '--job', file);
    expect(code).toBe(0);
    expect(verdict.formats[0].frames).toHaveLength(3);
  });
});

describe.each([
  ['art', 'art-cmd', 'arriraw', Array.from({ length: 4 }, (_, k) => `A001C001.00${86_400 + k}.ari`)],
  ['redline', 'redline', 'r3d', ['A001_C001_001.R3D']],
] as const)('pictures that the program of %s decodes', (name, program, codec, files) => {
  const made = join(folder, `decoded-${name}`);
  let file = '';

  beforeAll(async () => {
    mkdirSync(made);
    const size = { width: 64, height: 36 };
    const common = { dir: made, tools: toolPaths(), clips: 1, frames: 4, size, seed: 9, seal: false };
    const card = await makeCard({ ...common, kind: 'dpx' });
    const { job, sources } = clipJob(card, card.clips[0]!);
    const recorded = { files: sources.map(({ location }) => location), space: job.colour.decodedSpace };
    const clip = { ...size, frameCount: 4, recorded };
    const vendor = vendorClip(made, [...files], codec, clip, {
      ...{ clip: job.clip, frames: { first: 1, last: 3 }, geometry: job.geometry },
    });
    file = writeJob(`decoded-${name}`, vendor as ReturnType<typeof clipJob>);
    const options = { signal: new AbortController().signal, progress: () => {}, only: [1, 2, 3] };
    const open = makeEngine('open', { tools: toolPaths(), flapi: null });
    await open.render({ ...job, frames: { first: 1, last: 3 } }, sources, join(made, 'open'), options);
    await open.close();
  });

  test('pass the gate against those of the open engine; late ones do not', async () => {
    const engine = `engine:${name}=${executable(program, `${program}.ts`)}`;
    const passed = await validate(join(made, 'open'), engine, '--job', file);
    expect(passed.code, JSON.stringify(passed.verdict.faults)).toBe(0);
    expect(passed.verdict.formats[0].frames).toHaveLength(3);
    const late = join(made, 'late');
    mkdirSync(late);
    for (const frame of [1, 2, 3])
      execFileSync(toolPath('oiiotool'), [
        join(made, 'open', `${String(Math.max(1, frame - 1)).padStart(8, '0')}.exr`),
        ...['-o', join(late, `${String(frame).padStart(8, '0')}.exr`)],
      ]);
    expect((await validate(late, engine, '--job', file)).code).toBe(10);
  });
});

describe('the gate of a production, for an upgrade', () => {
  let at: TestInstallation;
  beforeAll(async () => {
    at = await makeInstallation('gate-versions', { engines: site });
    await prepareStores(at.configuration);
  });
  afterAll(() => at?.close());

  /** Whether the production lets this flapid make a plate, once a worker of the site announced it. */
  async function isLet(path: string): Promise<boolean> {
    const place = { kind: 'launch' as const, path, env: { HOME: process.env.HOME ?? '/' } };
    const parts = { tools: toolPaths(), flapi: { place, colourNames: NAMES } };
    const capabilities = await makeEngine('flapi', parts).capabilities();
    await at.local.deps.catalogue.announceEngine('studio', 'host', { ...capabilities, licences: null });
    const request = { ...REQUEST, production: 'AGM' };
    const source = { clip: { fields: {} }, cameraFormatId: 'f1' } as unknown as ClipSource;
    const choice = engineChooser(await enginesAtHand(at.local.deps, request), request, source);
    const job = {
      decode: { codec: 'r3d' },
      output: { kind: 'exr', compression: 'zip', container: 'openexr' },
    };
    return !('none' in choice(job as never));
  }

  test('the new version renders only when it passed against the one before', async () => {
    await at.command('production', 'AGM', 'set', 'requiresGate=flapi', '--who', 'Ada');
    expect(await isLet(after)).toBe(false);
    const gate = (a: string, b: string) =>
      at.command(
        ...['validate', `engine:flapi=${a}`, `engine:flapi=${b}`, '--job', jobFile, '--production', 'AGM'],
        ...['--camera-format', 'all', '--json'],
      );
    const itself = await gate(before, before);
    expect(itself.code).toBe(23);
    const passed = await gate(before, after);
    expect(passed.code, passed.stdout + passed.stderr).toBe(0);
    expect(await isLet(after)).toBe(true);
    expect(await isLet(before)).toBe(false);
    const failed = await gate(before, brighter);
    expect(failed.code).toBe(10);
    expect(await isLet(brighter)).toBe(false);
    const [newest] = await at.local.deps.catalogue.gateVerdicts('AGM');
    expect(newest).toMatchObject({
      engine: expect.stringContaining('baselight=7.0.24232'),
      reference: expect.stringContaining('baselight=5.3.17711'),
      passed: false,
    });
  });
});
