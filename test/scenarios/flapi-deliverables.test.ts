import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type MadeCard, makeCard } from '../../footage/card.ts';
import { makeCutList } from '../../footage/cut-list.ts';
import { PackageManifest } from '../../schemas/package.ts';
import { NAMES } from '../engine/flapi/stand-in.ts';
import { executable } from '../stand-ins/executable.ts';
import type { Misbehaviour } from '../stand-ins/flapid/misbehaviour.ts';
import { footageFolder } from '../support/footage.ts';
import { type TestInstallation, withInstallation } from '../support/installation.ts';
import { toolPaths } from '../support/tools.ts';
import { until } from '../support/until.ts';
import { survivors, type WorkerProcess } from '../support/worker-process.ts';
import { ingest, PRODUCTION, taken } from './interrupted.ts';
import { deliveryOf } from './same-delivery.ts';

/** Frames that the cut uses, and the handles that `dpx-log` and `vfx-turnover` add at each end. */
const [CUT, HANDLES] = [16, 8];
const RECIPES = ['editorial-proxy', 'dpx-log', 'vfx-plates', 'vfx-turnover'] as const;
type ShippedRecipe = (typeof RECIPES)[number];

type Material = { card: MadeCard; cutList: string };

async function makeMaterial(): Promise<Material> {
  const dir = join(footageFolder(), 'flapi-deliverables');
  mkdirSync(dir, { recursive: true });
  const size = { width: 256, height: 144 };
  const frames = CUT + 2 * HANDLES;
  const card = await makeCard({ dir, kind: 'prores', clips: 1, frames, size, seed: 8, tools: toolPaths() });
  const uses = [{ clip: card.clips[0]!, first: HANDLES, durationFrames: CUT, shotName: 'FLP_010_0010' }];
  const cutList = join(dir, 'flp.edl');
  writeFileSync(cutList, makeCutList({ title: 'FLP', rate: { num: 24, den: 1 }, uses }).edl);
  return { card, cutList };
}

/** Nobody takes a stand-in that is held, or a machine that does much else, for one that stands still. */
const LIMITS = { stalledMs: 600_000 };
/** Where a stand-in is met: so many pictures of a movie it makes, and the rest when it may. */
const HELD_AT = 4;

/** A file by which a stand-in is told what to do. */
function signal(name: string): string {
  const folder = join(footageFolder(), 'flapi-deliverables');
  mkdirSync(folder, { recursive: true });
  return join(folder, name);
}

/** An installation where FilmLight's software, which here is a stand-in that does these things wrong, makes everything. */
function withFlapi(name: string, wrong: Misbehaviour, work: (at: TestInstallation) => Promise<void>) {
  const { HOME = '/', RUSHES_CACHE } = process.env;
  const environment = {
    STAND_IN: JSON.stringify(wrong),
    HOME,
    ...(RUSHES_CACHE ? { RUSHES_CACHE } : {}),
  };
  const path = executable('flapid', 'flapid/flapid.ts');
  const flapi = { path, environment, colourNames: NAMES, limits: LIMITS };
  const rules = [{ codec: '*', engines: ['flapi'] }];
  return withInstallation(name, work, { engines: { engines: { flapi }, engineRules: rules } });
}

async function takeIn(at: TestInstallation, { card }: Material): Promise<void> {
  await ingest(at, card);
  // Plates are prepared for an engine once a worker has said that it has it.
  await until('a worker that announces flapi', async () =>
    (await at.local.deps.catalogue.enginesOfSite('studio')).some(({ missing }) => missing.length === 0),
  );
}

const submit = (at: TestInstallation, { cutList }: Material, recipe: ShippedRecipe) =>
  at.rushes.submitTurnover({ production: PRODUCTION, cutList: { path: cutList }, recipe, name: recipe });

async function deliveredBy(at: TestInstallation, recipe: ShippedRecipe): Promise<Record<string, string>> {
  const folder = join(at.folder, recipe);
  const exported = await at.command('package', 'export', `${PRODUCTION}/${recipe}/1`, folder);
  expect(exported.code, exported.stderr).toBe(0);
  const checked = await at.command('package', 'verify', folder, '--json');
  expect(checked.code, checked.stdout).toBe(0);
  const manifest = PackageManifest.parse(JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')));
  expect(manifest.engine).toMatchObject({ 'flapi: baselight': '5.3.17711' });
  return deliveryOf(folder);
}

/** Pictures that lie between FilmLight's software and the encoder at this moment. */
function picturesBetween({ scratch }: WorkerProcess): number {
  try {
    return readdirSync(scratch, { recursive: true, encoding: 'utf8' }).filter((name) =>
      /\.decoded-[^/]+\/\d+\/\d+\.exr$/.test(name),
    ).length;
  } catch {
    // A folder went while it was listed.
    return 0;
  }
}

const PUBLISHED = { state: 'published', plates: { made: 1, failed: 0 } };

test('movies, DPX and stills by FilmLight’s software are the same after kill -9 in the middle, and a plate’s movie needs none of it', async () => {
  const material = await makeMaterial();
  const calm: Partial<Record<ShippedRecipe, Record<string, string>>> = {};
  const whileFile = signal('refuses');
  rmSync(whileFile, { force: true });
  const refusing = { refusesToStart: 'no licence: all are in use', whileFile };
  await withFlapi('flapi-made-calmly', refusing, async (at) => {
    await at.startWorker('control,io,media,render', 2);
    await takeIn(at, material);
    for (const recipe of RECIPES) {
      // The plate is made already: its movie is made of its files, and would wait for ever if it were decoded.
      if (recipe === 'vfx-turnover') writeFileSync(whileFile, '');
      expect(taken(await (await submit(at, material, recipe)).result())).toMatchObject(PUBLISHED);
      calm[recipe] = await deliveredBy(at, recipe);
    }
  });
  const count = (recipe: ShippedRecipe, ending: string) =>
    Object.keys(calm[recipe]!).filter((path) => path.endsWith(`.${ending}`)).length;
  expect(['mov', 'mxf', 'mp4'].map((ending) => count('editorial-proxy', ending))).toEqual([1, 1, 1]);
  expect(count('dpx-log', 'dpx')).toBe(CUT + 2 * HANDLES);
  expect(count('vfx-turnover', 'exr')).toBe(CUT + 2 * HANDLES);
  expect(count('vfx-turnover', 'mov')).toBe(1);

  const file = signal('hold');
  rmSync(file, { force: true });
  await withFlapi('flapi-made-interrupted', { hold: { afterFrames: HELD_AT, file } }, async (at) => {
    let worker = await at.startWorker('render', 1);
    await at.startWorker('control,io,media');
    await takeIn(at, material);
    for (const recipe of RECIPES) {
      const isKilled = recipe === 'editorial-proxy' || recipe === 'dpx-log';
      if (isKilled) writeFileSync(file, '');
      const submitted = await submit(at, material, recipe);
      if (isKilled) {
        await until(`pictures on their way into ${recipe}`, () => picturesBetween(worker) === HELD_AT);
        worker.freeze();
        const tools = worker.tools();
        await worker.kill();
        expect(await survivors(tools, worker.scratch)).toEqual([]);
        rmSync(file);
        worker = await at.startWorker('render', 1);
      }
      expect(taken(await submitted.result())).toMatchObject(PUBLISHED);
      expect(await deliveredBy(at, recipe)).toEqual(calm[recipe]);
    }
  });
});
