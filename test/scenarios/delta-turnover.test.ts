import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type MadeCard, makeCard } from '../../footage/card.ts';
import type { MadeClip } from '../../footage/clip-spec.ts';
import { type CutUse, makeCutList } from '../../footage/cut-list.ts';
import type { TurnoverDelta } from '../../pipeline/conform/delta.ts';
import type { Forecast } from '../../pipeline/conform/forecast.ts';
import type { Cdl } from '../../schemas/cut-list.ts';
import { TurnoverPlan, type TurnoverStatus } from '../../schemas/turnover.ts';
import type { TurnoverOutcome } from '../../workflows/turnover-outcome.ts';
import { makeInstallation, type TestInstallation } from '../support/installation.ts';
import { toolPaths } from '../support/tools.ts';
import { until } from '../support/until.ts';
import type { WorkerProcess } from '../support/worker-process.ts';
import { lookAtFrame, receivedPlates } from './delivered-plate.ts';

const PRODUCTION = 'DLT';
const FRAMES = 64;
const HANDLES = 4;
const GRADE: Cdl = { slope: [1.1, 1, 1], offset: [0, 0, 0], power: [1, 1, 1], saturation: 1 };

let at: TestInstallation;
let card: MadeCard;
let one: MadeClip;
let two: MadeClip;
let renderer: WorkerProcess;

beforeAll(async () => {
  at = await makeInstallation('delta');
  card = await makeCard({
    ...{ dir: join(at.folder, 'card'), kind: 'prores', clips: 2, frames: FRAMES, seed: 9 },
    size: { width: 256, height: 144 },
    tools: toolPaths(),
  });
  [one, two] = card.clips as [MadeClip, MadeClip];
  await at.startWorker('control,io,media', 2);
  const taken = await at.command('ingest', card.path, '--production', PRODUCTION);
  expect(taken.code, taken.stderr).toBe(0);
});

afterAll(() => at?.close());

async function json<T>(code: number | number[], ...args: string[]): Promise<T> {
  const result = await at.command(...args, '--json');
  expect([code].flat(), `${args.join(' ')}: ${result.stderr}`).toContain(result.code);
  return JSON.parse(result.stdout) as T;
}

/** Writes a list of uses; all are eight record frames long unless said otherwise. */
function list(fileName: string, uses: (Partial<CutUse> & { clip: MadeClip; first: number })[]): string {
  const file = join(at.folder, fileName);
  const whole = uses.map((use) => ({ durationFrames: 8, ...use }));
  writeFileSync(file, makeCutList({ title: fileName, rate: { num: 24, den: 1 }, uses: whole }).edl);
  return file;
}

const order = (revision: number) => [
  ...['--production', PRODUCTION, '--name', 'cut', '--handles', String(HANDLES)],
  ...['--revision', String(revision), '--fps', '24'],
];
const shot = (number: number) => `DLT_010_${String(number).padStart(4, '0')}`;
const statesOf = ({ shots }: TurnoverStatus) =>
  Object.fromEntries(
    shots.flatMap(({ name, plates }) => plates.map((plate) => [`${name}_${plate.name}`, plate.state])),
  );

/** Frames of both clips that ranges of cut frames ask for, each once. */
function union(...cuts: [clip: MadeClip, first: number, last: number][]): number {
  const frames = new Set<string>();
  for (const [clip, first, last] of cuts)
    for (let frame = Math.max(0, first - HANDLES); frame <= Math.min(FRAMES - 1, last + HANDLES); frame++)
      frames.add(`${clip.clipName} ${frame}`);
  return frames.size;
}

const FIRST_CUT = () => [
  { clip: one, first: 8, shotName: shot(10) },
  { clip: one, first: 24, shotName: shot(20) },
  { clip: two, first: 8, shotName: shot(30) },
  { clip: two, first: 24, shotName: shot(40) },
  { clip: two, first: 48, shotName: shot(50) },
  { clip: one, first: 44, shotName: shot(60) },
  { clip: one, first: 50, shotName: shot(70) },
];

/** A plate of the exported package: its version, and what its counters say in order of delivered number. */
async function received(id: string) {
  const folder = join(at.folder, id.replaceAll('/', '-'));
  expect((await at.command('package', 'export', id, folder)).code).toBe(0);
  const plates = new Map<string, { stem: string; numbers: number[]; counters: number[] }>();
  for (const plate of receivedPlates(folder)) {
    const counters: number[] = [];
    for (const file of plate.files) counters.push((await lookAtFrame(file)).counter!.frame);
    const numbers = plate.files.map((file) => Number(/\.(\d{4})\.exr$/.exec(file)![1]));
    plates.set(plate.plateId, { stem: plate.folder.split('/')[0]!, numbers, counters });
  }
  return plates;
}

const run = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, k) => first + k);

test('two layers are one turnover: stacked plates of a shot, and frames that both want are rendered once', async () => {
  const lower = list('V1.edl', FIRST_CUT());
  const upper = list('V2.edl', [
    { clip: two, first: 40 },
    { clip: one, first: 24 },
  ]);
  const plan = TurnoverPlan.loose().parse(
    await json([0, 10], 'turnover', 'plan', lower, upper, ...order(1)),
  ) as TurnoverPlan & { forecast: { frames: number; framesToRender: number } };
  const wanted = union(
    [one, 8, 15],
    [one, 24, 31],
    [two, 8, 15],
    [two, 24, 31],
    [two, 48, 55],
    [one, 44, 51],
    [one, 50, 57],
    [two, 40, 47],
  );
  expect(plan.plates.map(({ plateId }) => plateId).filter((id) => id.endsWith('PL02'))).toEqual([
    `${shot(10)}_PL02`,
    `${shot(20)}_PL02`,
  ]);
  expect(plan.forecast).toMatchObject({ frames: 9 * 16, framesToRender: wanted });

  // Nothing renders yet, so that the next cut finds this one in flight.
  const sent = at.command('turnover', 'submit', lower, upper, ...order(1), '--json');
  await untilStatus('DLT/cut/1', (status) => Object.values(statesOf(status)).includes('rendering'));
  renderer = await at.startWorker('render', 2);
  const outcome = JSON.parse((await sent).stdout) as TurnoverOutcome;
  expect(outcome).toMatchObject({ state: 'published', plates: { made: 9, failed: 0 } });
  expect(outcome.frames).toEqual({ wanted: 9 * 16, made: wanted, reused: 9 * 16 - wanted });
});

test('a new cut delivers what changed, whole and as a new version, renders only frames never made, and says why', async () => {
  const cut = list('V1-2.edl', [
    { clip: one, first: 8, shotName: shot(10) },
    { clip: one, first: 24, durationFrames: 16, shotName: shot(20) },
    { clip: two, first: 11, shotName: shot(30) },
    { clip: two, first: 24, shotName: shot(40), durationFrames: 10, speed: { num: 2, den: 1 } },
    { clip: two, first: 48, shotName: shot(50), cdl: GRADE },
    { clip: one, first: 50, shotName: shot(75) },
    { clip: two, first: 50, durationFrames: 4, shotName: shot(80) },
  ]);
  const page = join(at.folder, 'sheet.html');
  const plan = await json<TurnoverPlan & { delta: TurnoverDelta; forecast: Forecast }>(
    [0, 10],
    'turnover',
    'plan',
    cut,
    ...order(2),
    ...['--html', page],
  );
  const sheet = readFileSync(page, 'utf8');
  expect(sheet.match(/<img [^>]*src="data:image\/jpeg;base64,/g)).toHaveLength(plan.plates.length);
  expect(sheet).toContain('covered by v001');
  const changes = new Map(plan.delta.plates.map((change) => [change.plateId, change]));
  const told = Object.fromEntries(
    [...changes].map(([id, { kinds, isDelivered, version }]) => [id, [kinds.join(), isDelivered, version]]),
  );
  expect(told).toEqual({
    [`${shot(10)}_PL01`]: ['covered', false, 1],
    [`${shot(20)}_PL01`]: ['extended', true, 2],
    [`${shot(30)}_PL01`]: ['slipped', false, 1],
    [`${shot(40)}_PL01`]: ['retimed,extended', true, 2],
    [`${shot(50)}_PL01`]: ['recoloured', true, 2],
    [`${shot(75)}_PL01`]: ['renamed', true, 2],
    [`${shot(80)}_PL01`]: ['new', true, 1],
    [`${shot(60)}_PL01`]: ['removed', false, 1],
    [`${shot(10)}_PL02`]: ['removed', false, 1],
    [`${shot(20)}_PL02`]: ['removed', false, 1],
  });
  expect(changes.get(`${shot(20)}_PL01`)!.forPeople).toMatch(/is longer .* of 24 frames are rendered/);

  const outcome = await json<TurnoverOutcome>(0, 'turnover', 'submit', cut, ...order(2));
  const fresh = plan.delta.totals.toRender;
  expect(plan.forecast.framesToRender).toBe(fresh);
  expect(outcome).toMatchObject({ state: 'published', frames: { made: fresh } });
  const plates = await received('DLT/cut/2');
  expect([...plates.keys()].sort()).toEqual([20, 40, 50, 75, 80].map((number) => `${shot(number)}_PL01`));
  expect(plates.get(`${shot(20)}_PL01`)).toEqual({
    stem: `${shot(20)}_PL01_v002`,
    numbers: run(1001, 1024),
    counters: run(20, 43),
  });
  expect(plates.get(`${shot(75)}_PL01`)).toEqual({
    stem: `${shot(75)}_PL01_v002`,
    numbers: run(1001, 1016),
    counters: run(46, 61),
  });
  expect(plates.get(`${shot(40)}_PL01`)).toMatchObject({ counters: run(16, 51), numbers: run(997, 1032) });
});

test('a cut that comes while the one before is in flight stops what it does not have any more, and the rest is made', async () => {
  await renderer.kill();
  const third = list('V1-3.edl', [
    { clip: one, first: 8, shotName: shot(10) },
    { clip: two, first: 4, shotName: shot(90) },
    { clip: one, first: 4, durationFrames: 4, shotName: shot(100) },
  ]);
  const fourth = list('V1-4.edl', [
    { clip: one, first: 8, shotName: shot(10) },
    { clip: two, first: 4, shotName: shot(90) },
  ]);
  const earlier = at.command('turnover', 'submit', third, ...order(3), '--json');
  const [kept, gone] = [`${shot(90)}_PL01`, `${shot(100)}_PL01`];
  await untilStatus('DLT/cut/3', (status) =>
    [kept, gone].every((id) => statesOf(status)[id] === 'rendering'),
  );
  const later = at.command('turnover', 'submit', fourth, ...order(4), '--json');
  const stopped = await untilStatus('DLT/cut/3', (status) => statesOf(status)[gone] === 'cancelled');
  expect(statesOf(stopped)[kept]).toBe('rendering');
  await at.startWorker('render', 2);
  expect(JSON.parse((await later).stdout)).toMatchObject({
    state: 'published',
    plates: { made: 1, failed: 0 },
  });
  expect(JSON.parse((await earlier).stdout)).toMatchObject({ plates: { made: 1, failed: 0 } });
  expect(statesOf(await untilStatus('DLT/cut/3', () => true))).toMatchObject({
    [kept]: 'made',
    [gone]: 'cancelled',
  });
});

const untilStatus = (id: string, holds: (status: TurnoverStatus) => boolean) =>
  until(`${id} as it should be`, async () => {
    const { code, stdout } = await at.command('turnover', 'status', id, '--json');
    const status = code === 20 ? null : (JSON.parse(stdout) as TurnoverStatus);
    return status !== null && holds(status) && status;
  });
