import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { engineChooser, enginesAtHand } from '../../activities/engine-choice.ts';
import { makeCard } from '../../footage/card.ts';
import type { ClipSource } from '../../pipeline/delivery/clip-source.ts';
import { prepareStores } from '../../service/dependencies.ts';
import { clipJob } from '../engine/clip-job.ts';
import { makeInstallation, type TestInstallation } from '../support/installation.ts';
import { toolPath, toolPaths } from '../support/tools.ts';
import { REQUEST } from '../workflows/stand-in-activities.ts';

let at: TestInstallation;
let jobFile = '';
const folder = mkdtempSync(join(tmpdir(), 'gate-'));

beforeAll(async () => {
  at = await makeInstallation('gate');
  await prepareStores(at.configuration);
  const size = { width: 64, height: 36 };
  const common = { dir: folder, tools: toolPaths(), clips: 1, frames: 3, size, seed: 4, seal: false };
  const card = await makeCard({ ...common, kind: 'dpx' });
  const { job, sources } = clipJob(card, card.clips[0]!);
  jobFile = join(folder, 'job.json');
  const located = job.sources.map((source, k) => {
    const { location } = sources[k]!;
    return { ...source, location, sizeBytes: statSync(location).size };
  });
  writeFileSync(jobFile, JSON.stringify({ ...job, sources: located }));
  const stills = join(folder, 'stills');
  const rendered = await at.command('render', jobFile, '--out', stills);
  expect(rendered.code, rendered.stderr).toBe(0);
  mkdirSync(join(folder, 'bright'));
  for (const name of readdirSync(stills)) {
    const brighter = ['--mulc', '1.41421356', '-o', join(folder, 'bright', name)];
    execFileSync(toolPath('oiiotool'), [join(stills, name), ...brighter]);
  }
});
afterAll(() => at?.close());

const validate = (...args: string[]) =>
  at.command('validate', ...args, '--job', jobFile, '--production', 'AGM', '--json');

/** Whether the production lets the open engine of this installation make a plate now, and if not, why. */
async function isLet(): Promise<true | string> {
  const request = { ...REQUEST, production: 'AGM' };
  const source = { clip: { fields: {} }, cameraFormatId: 'f1' } as unknown as ClipSource;
  const choice = engineChooser(
    await enginesAtHand(at.local.deps, request),
    request,
    source,
  )({
    decode: { codec: 'dpx' },
    output: { kind: 'exr', compression: 'zip', container: 'openexr' },
  } as never);
  return 'none' in choice ? choice.none : true;
}

test('a production that requires a passed gate is rendered only by an engine version that passed it', async () => {
  const set = await at.command('production', 'AGM', 'set', 'requiresGate=open', '--who', 'Ada', '--json');
  expect(set.code, set.stderr).toBe(0);
  expect(await isLet()).toMatch(/open: this version of it has not passed the gate/);

  const itself = await validate('engine:open', 'engine:open', '--camera-format', 'all');
  expect(itself.code).toBe(23);
  expect(JSON.parse(itself.stdout)).toMatchObject({
    code: 'refused-by-rule',
    message: expect.stringContaining('against itself'),
  });

  const unknown = await validate(join(folder, 'stills'), 'engine:open');
  expect(unknown.stderr).toMatch(/name one with --camera-format/);

  const passed = await validate(join(folder, 'stills'), 'engine:open', '--camera-format', 'all');
  expect(passed.code, passed.stdout + passed.stderr).toBe(0);
  expect(JSON.parse(passed.stdout)).toMatchObject({
    passed: true,
    stored: [{ engine: expect.stringMatching(/^open .*OpenImageIO=/), cameraFormat: 'all' }],
    formats: [{ sides: [{ performance: null }, { performance: { framesPerSecond: expect.any(Number) } }] }],
  });
  expect(await isLet()).toBe(true);

  const failed = await validate(join(folder, 'bright'), 'engine:open', '--camera-format', 'all');
  expect(failed.code).toBe(10);
  expect(JSON.parse(failed.stdout).faults[0]).toMatchObject({ code: 'exposure' });
  expect(await isLet()).toMatch(/has not passed the gate/);
  const listed = await at.command('validate', '--production', 'AGM', '--json');
  expect(listed.code).toBe(10);
  expect(JSON.parse(listed.stdout).verdicts).toHaveLength(1);
});

test("a production's own thresholds hold, and no others beside them", async () => {
  const wide = join(folder, 'wide.json');
  const all = { max: 1000, mean: 1000, p99: 1000 };
  writeFileSync(wide, JSON.stringify({ deltaItp: all, codeValues: all }));
  const refused = await validate(
    join(folder, 'bright'),
    'engine:open',
    '--camera-format',
    'all',
    '--thresholds',
    wide,
  );
  expect(refused.code).toBe(2);
  await at.command('production', 'AGM', 'set', `thresholds=${wide}`);
  const passed = await validate(join(folder, 'bright'), 'engine:open', '--camera-format', 'all');
  expect(passed.code, passed.stdout).toBe(0);
});
