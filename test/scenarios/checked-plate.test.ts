import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkPlate } from '../../activities/check-plate.ts';
import { planFor } from '../../activities/plan-turnover.ts';
import { preparePlate } from '../../activities/prepare-plate.ts';
import { runProgram } from '../../engine/tools/run-program.ts';
import { makeCard } from '../../footage/card.ts';
import { makeCutList } from '../../footage/cut-list.ts';
import { PackageManifest } from '../../schemas/package.ts';
import { MadePlate, type StoredFrame } from '../../schemas/plate-facts.ts';
import { TurnoverRequest } from '../../schemas/turnover.ts';
import { hashBytes } from '../../standards/hash/hasher.ts';
import { isRefusal } from '../../workflows/refusal.ts';
import { makeInstallation, type TestInstallation } from '../support/installation.ts';
import { toolPath, toolPaths } from '../support/tools.ts';

const TURNOVER = 'CHK/one/1';

let at: TestInstallation;
let folder: string;
/** What the turnover wrote down of its plate, before tests wrote other things. */
let firstMade: string;

beforeAll(async () => {
  at = await makeInstallation('checked');
  const size = { width: 256, height: 144 };
  const card = await makeCard({
    ...{
      dir: join(at.folder, 'card'),
      kind: 'prores',
      clips: 1,
      frames: 16,
      seed: 3,
      size,
      tools: toolPaths(),
    },
  });
  await at.startWorker('control,io,media,render', 2);
  const report = await (await at.rushes.ingestRoll({ production: 'CHK', source: card.path })).result();
  if (isRefusal(report)) throw new Error(report.refused.sentence);
  const list = join(at.folder, 'one.edl');
  const uses = [{ clip: card.clips[0]!, first: 4, durationFrames: 6, shotName: 'CHK_010_0010' }];
  writeFileSync(list, makeCutList({ title: 'one', rate: { num: 24, den: 1 }, uses }).edl);
  const sent = await at.command('turnover', 'submit', list, '--production', 'CHK', '--handles', '1');
  expect(sent.code, sent.stderr).toBe(0);
  folder = join(at.folder, 'package');
  expect((await at.command('package', 'export', TURNOVER, folder)).code).toBe(0);
  firstMade = (await at.local.deps.catalogue.madePlatesOf(TURNOVER)).get('CHK_010_0010_PL01')!;
});

afterAll(() => at?.close());

test('frames that are made again from the originals are the delivered ones', async () => {
  const checked = await at.command('package', 'verify', folder, '--re-render', '2', '--json');
  expect(checked.code, checked.stdout + checked.stderr).toBe(0);
  const first = JSON.parse(checked.stdout).reRendered as string[];
  expect(first).toHaveLength(2);
  const again = await at.command('package', 'verify', folder, '--re-render', '2', '--json');
  expect(JSON.parse(again.stdout).reRendered).toEqual(first);
});

test('a package whose frame and manifest were both changed is found out by making the frame again', async () => {
  const file = join(folder, 'manifest.json');
  const manifest = PackageManifest.parse(JSON.parse(readFileSync(file, 'utf8')));
  const [one, two] = manifest.entries.filter(({ role }) => role === 'frame');
  copyFileSync(file, `${at.folder}/manifest.json`);
  copyFileSync(join(folder, one!.path), `${at.folder}/frame.exr`);
  const bytes = readFileSync(join(folder, two!.path));
  writeFileSync(join(folder, one!.path), bytes);
  Object.assign(one!, { sizeBytes: bytes.length, xxh128: hashBytes('xxh128', bytes) });
  writeFileSync(file, JSON.stringify(manifest));
  const checked = await at.command('package', 'verify', folder, '--re-render', '100', '--json');
  expect(checked.code).toBe(11);
  const { findings, reRendered } = JSON.parse(checked.stdout);
  expect(reRendered).toHaveLength(9);
  const differing = findings.filter(({ code }: { code: string }) => code === 're-render-differs');
  expect(differing).toMatchObject([{ subject: { path: one!.path }, technical: { isSameEngine: true } }]);
});

test('a made plate that its turnover looks at again stays made, and is rendering only when other pixels are asked for', async () => {
  const { deps, run } = at.local;
  const request = await requestOf();
  const { plan } = await planFor(deps, request);
  const plateId = 'CHK_010_0010_PL01';
  const lookAt = async (looked: typeof plan) => {
    const planKey = await deps.facts.put('CHK', 'plans', 'look-again', looked);
    await preparePlate.run(deps, { request, planKey, plateId }, run(new AbortController().signal));
    return (await deps.catalogue.statusOf(TURNOVER))!.shots[0]!.plates[0]!.state;
  };
  expect(await lookAt(plan)).toBe('made');
  const [plate] = plan.plates;
  const sourceFrames = { first: plate!.sourceFrames.first, last: plate!.sourceFrames.last - 1 };
  expect(await lookAt({ ...plan, plates: [{ ...plate!, sourceFrames }] })).toBe('rendering');
  await deps.catalogue.savePlateMade(TURNOVER, plateId, firstMade);
});

test('a plate whose frames stand one frame late is found by its check, and the fact then tells it', async () => {
  const { deps, run } = at.local;
  const request = await requestOf();
  const planKey = await deps.facts.put('CHK', 'plans', 'check', (await planFor(deps, request)).plan);
  const plateId = 'CHK_010_0010_PL01';
  const goodKey = firstMade;
  const input = { request, planKey, plateId };
  const signal = new AbortController().signal;
  expect(await checkPlate.run(deps, { ...input, madeKey: goodKey }, run(signal))).toEqual({ findings: 0 });
  const made = await deps.facts.get(goodKey, MadePlate);
  const late = made.sequences.map((sequence) => ({
    ...sequence,
    frames: sequence.frames.map((frame, i, all) => ({ ...(all[i + 1] ?? frame), frame: frame.frame })),
  }));
  const madeKey = await deps.facts.put('CHK', 'made-plates', 'late', { ...made, sequences: late });
  expect(await checkPlate.run(deps, { ...input, madeKey }, run(signal))).toEqual({ findings: 2 });
  const told = await deps.facts.get((await deps.catalogue.madePlatesOf(TURNOVER)).get(plateId)!, MadePlate);
  expect(told.findings?.map(({ code }) => code)).toEqual(['header-mismatch', 'header-mismatch']);
});

test.each([
  ['black all over', '256x144', ['plate-black']],
  ['black but for a stripe at the top', '256x120+0+24', []],
])('a plate that is %s is judged by all of the picture', async (what, black, codes) => {
  const { deps, run } = at.local;
  const request = await requestOf();
  const planKey = await deps.facts.put('CHK', 'plans', 'check', (await planFor(deps, request)).plan);
  const plateId = 'CHK_010_0010_PL01';
  const made = await deps.facts.get(firstMade, MadePlate);
  const [sequence] = made.sequences;
  const frames = await Promise.all(sequence!.frames.map((frame) => blackened(frame, black, what)));
  const changed = { ...made, sequences: [{ ...sequence!, frames }] };
  const madeKey = await deps.facts.put('CHK', 'made-plates', what, changed);
  const signal = new AbortController().signal;
  const found = await checkPlate.run(deps, { request, planKey, plateId, madeKey }, run(signal));
  expect(found).toEqual({ findings: codes.length });
  if (codes.length === 0) return;
  const told = await deps.facts.get((await deps.catalogue.madePlatesOf(TURNOVER)).get(plateId)!, MadePlate);
  expect(told.findings?.map(({ code }) => code)).toEqual(codes);
});

/** A frame of the store with a black box in it, under a key of its own. */
async function blackened(frame: StoredFrame, box: string, what: string): Promise<StoredFrame> {
  const { store } = at.local.deps;
  const bucket = store.bucket('work');
  const file = join(at.folder, `${what}-${frame.frame}.exr`);
  writeFileSync(file, await store.getBytes({ bucket, key: frame.key }));
  await runProgram({
    tool: 'oiiotool',
    path: toolPath('oiiotool'),
    args: [file, '--fill:color=0,0,0', box, '-d', 'half', '-o', file],
  });
  const bytes = readFileSync(file);
  const key = `frames/${what.replaceAll(' ', '-')}/${String(frame.frame).padStart(8, '0')}.exr`;
  await store.putWholeIfAbsent(bucket, key, bytes);
  return { ...frame, key, sizeBytes: bytes.length, xxh128: hashBytes('xxh128', bytes) };
}

async function requestOf(): Promise<TurnoverRequest> {
  const { deps } = at.local;
  const text = readFileSync(join(at.folder, 'one.edl'));
  return TurnoverRequest.parse({
    ...{ production: 'CHK', name: 'one', revision: 1, recipe: 'vfx-plates', handles: 1, fps: null },
    ...{
      site: 'studio',
      priority: 3,
      cutListFileName: 'one.edl',
      amfKey: null,
      fdlKey: null,
      deadline: null,
    },
    cutListKey: await deps.facts.putBytes('CHK', 'cut-lists', 'one.edl', text),
  });
}
