import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { PackageManifest } from '../../schemas/package.ts';
import { TurnoverStatus } from '../../schemas/turnover.ts';
import { NAMES } from '../engine/flapi/stand-in.ts';
import { executable } from '../stand-ins/executable.ts';
import type { Misbehaviour } from '../stand-ins/flapid/misbehaviour.ts';
import { footageFolder } from '../support/footage.ts';
import { type TestInstallation, withInstallation } from '../support/installation.ts';
import { until } from '../support/until.ts';
import { survivors, type WorkerProcess } from '../support/worker-process.ts';
import {
  exportPackage,
  identityOf,
  ingest,
  LONG_FRAMES,
  longPlateInStore,
  type Material,
  makeMaterial,
  submit,
  TURNOVER,
  taken,
} from './interrupted.ts';
import { deliveryOf } from './same-delivery.ts';

/** Nobody takes one that is held, or a machine that does much else, for one that stands still. */
const PATIENT = { stalledMs: 600_000 };

let material: Material;
let calm: Record<string, string>;
const flapid = executable('flapid', 'flapid/flapid.ts');
/** A pace at which frames can be told apart. */
const FRAME_MS = 40;
/** Where a stand-in is met in the middle of a segment: so many frames it makes, and the rest when it may. */
const HELD_AT = 4;
/** The same where plates come one after the other, in any order: beyond the end of the short one. */
const HELD_BEHIND_SHORT = 30;

/** An installation whose plates are all made by FilmLight's software, which here is a stand-in that does these things wrong. */
function withFlapi<T>(
  name: string,
  wrong: Misbehaviour,
  work: (at: TestInstallation) => Promise<T>,
  licences?: number,
): Promise<T> {
  const { HOME = '/', RUSHES_CACHE } = process.env;
  const environment = {
    STAND_IN: JSON.stringify({ frameMs: FRAME_MS, ...wrong }),
    HOME,
    ...(RUSHES_CACHE ? { RUSHES_CACHE } : {}),
  };
  // Short only where standing still is what is looked at: a busy machine starts slowly.
  const limits = { stalledMs: wrong.stallAfterFrames === undefined ? PATIENT.stalledMs : 8000 };
  const settings = {
    path: flapid,
    environment,
    colourNames: NAMES,
    limits,
    ...(licences ? { licences } : {}),
  };
  return withInstallation(name, work, {
    engines: { engines: { flapi: settings }, engineRules: [{ codec: '*', engines: ['flapi', 'open'] }] },
  });
}

/** A stand-in flapid in a process of its own, as a machine room has one running. */
async function startServer(wrong: Misbehaviour, login: object) {
  const script = join(import.meta.dirname, '../stand-ins/flapid/serve.ts');
  const env = { ...process.env, STAND_IN: JSON.stringify(wrong), LOGIN: JSON.stringify(login) };
  const child = spawn(process.execPath, ['--no-warnings', script], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const port = await new Promise<number>((resolve, reject) => {
    child.stdout.once('data', (data: Buffer) => resolve(Number(data.toString())));
    child.once('exit', (code) => reject(new Error(`the stand-in ended with ${code}`)));
  });
  return {
    port,
    isRunning: () => child.exitCode === null && child.signalCode === null,
    end: () => child.kill(),
  };
}

const folderOf = (name: string) => {
  const folder = join(footageFolder(), 'flapi', name);
  mkdirSync(folder, { recursive: true });
  return folder;
};

async function ingestBoth(at: TestInstallation): Promise<void> {
  await Promise.all([ingest(at, material.movie), ingest(at, material.sequence)]);
  // Plates are prepared for an engine once a worker has said that it has it.
  await until('a worker that announces flapi', async () =>
    (await at.local.deps.catalogue.enginesOfSite('studio')).some(({ missing }) => missing.length === 0),
  );
}

async function longPlate(at: TestInstallation) {
  const told = await at.command('turnover', 'status', TURNOVER, '--json');
  const status = TurnoverStatus.parse(JSON.parse(told.stdout));
  return status.shots.find(({ name }) => name === 'RUS_010_0010')!.plates[0]!;
}

/** What makes a stand-in stop in the middle of each segment until it may go on. */
function holding(
  name: string,
  afterFrames = HELD_AT,
): { hold: { afterFrames: number; file: string }; goOn: () => void } {
  const file = join(folderOf(name), 'hold');
  writeFileSync(file, '');
  return { hold: { afterFrames, file }, goOn: () => rmSync(file) };
}

const untilHeld = (at: TestInstallation, afterFrames = HELD_AT) =>
  until('the frames before it stops', () => longPlateInStore(at).frames.length === afterFrames);

async function expectSameAsCalm(at: TestInstallation): Promise<void> {
  expect(deliveryOf(await exportPackage(at))).toEqual(calm);
}

const flapids = (worker: WorkerProcess) =>
  worker.tools().filter(({ command }) => command.includes('flapid.ts'));

beforeAll(async () => {
  // What is looked at is who makes which frame and when, at a pace that the stand-in sets.
  material = await makeMaterial('flapi-turnover', { width: 320, height: 180 });
  calm = await withFlapi('flapi-calm', {}, async (at) => {
    await at.startWorker('control,io,media,render', 2);
    await ingestBoth(at);
    expect(taken(await (await submit(at, material)).result())).toMatchObject({ state: 'published' });
    const folder = await exportPackage(at);
    const manifest = PackageManifest.parse(JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')));
    expect(manifest.engine).toMatchObject({ 'flapi: baselight': '5.3.17711', 'flapi: sdk:R3D': '8.5' });
    expect(manifest.plates.map(({ engine }) => engine)).toMatchObject([{ name: 'flapi' }, { name: 'flapi' }]);
    expect(readFileSync(join(folder, 'report/report.html'), 'utf8')).toContain('baselight 5.3.17711');
    return deliveryOf(folder);
  });
});

describe('a turnover made by FilmLight’s software', () => {
  test('kill -9 of the worker in the middle of a segment: no flapid survives, only missing frames are made', () => {
    const { hold, goOn } = holding('worker-killed');
    return withFlapi('flapi-worker-killed', { hold }, async (at) => {
      const { renderers } = await at.startWorkers();
      await ingestBoth(at);
      const submitted = await submit(at, material);
      await untilHeld(at);
      for (const worker of renderers) worker.freeze();
      const long = renderers.filter((worker) => flapids(worker).length > 0);
      expect(long.length).toBeGreaterThan(0);
      const tools = renderers.flatMap((worker) => worker.tools());
      for (const worker of renderers) await worker.kill();
      const kept = longPlateInStore(at);
      expect(kept.hasManifest).toBe(false);
      expect(kept.frames.length).toBeLessThan(LONG_FRAMES);
      const identities = kept.frames.map(identityOf);
      for (const worker of renderers) expect(await survivors(tools, worker.scratch)).toEqual([]);
      goOn();
      await at.startWorker('render', 2);
      expect(taken(await submitted.result())).toMatchObject({
        state: 'published',
        plates: { made: 2, failed: 0 },
      });
      const { framesMade, framesReused } = await longPlate(at);
      expect(framesMade + framesReused).toBe(LONG_FRAMES);
      // More, where an attempt was lost for being slow: what it had made is found too.
      expect(framesReused).toBeGreaterThanOrEqual(kept.frames.length);
      expect(kept.frames.map(identityOf)).toEqual(identities);
      await expectSameAsCalm(at);
    });
  });

  test('kill -9 of flapid in the middle of a segment: another is launched for what is missing', () => {
    const { hold, goOn } = holding('killed');
    return withFlapi('flapi-killed', { hold }, async (at) => {
      const worker = await at.startWorker('control,io,media,render', 2);
      await ingestBoth(at);
      const submitted = await submit(at, material);
      await untilHeld(at);
      const running = flapids(worker);
      expect(running.length).toBeGreaterThan(0);
      const kept = longPlateInStore(at).frames;
      for (const { pid } of running) process.kill(pid, 'SIGKILL');
      goOn();
      const identities = kept.map(identityOf);
      expect(taken(await submitted.result())).toMatchObject({
        state: 'published',
        plates: { made: 2, failed: 0 },
      });
      const long = await longPlate(at);
      expect(long.framesReused).toBeGreaterThanOrEqual(kept.length);
      expect(long.segments[0]!.attempt).toBeGreaterThan(1);
      expect(kept.map(identityOf)).toEqual(identities);
      await until('the end of every flapid', () => flapids(worker).length === 0);
      await expectSameAsCalm(at);
    });
  });

  test.each<[string, Misbehaviour]>([
    ['stands still', { stallAfterFrames: 4 }],
    ['dies in the middle of a frame', { crashAfterFrames: 4 }],
  ])('one that %s once costs an attempt and nothing else', (what, wrong) => {
    const name = `flapi-${what.split(' ')[0]}-${what.length}`;
    const onceFile = join(folderOf(name), 'once');
    writeFileSync(onceFile, '');
    return withFlapi(name, { ...wrong, onceFile }, async (at) => {
      await at.startWorker('control,io,media,render', 2);
      await ingestBoth(at);
      expect(taken(await (await submit(at, material)).result())).toMatchObject({
        state: 'published',
        plates: { made: 2, failed: 0 },
      });
      await expectSameAsCalm(at);
    });
  });

  test('a licence that is in use is waited for, and no plate fails', () => {
    const whileFile = join(folderOf('in-use'), 'in-use');
    return withFlapi(
      'flapi-in-use',
      { refusesToStart: 'no licence: all are in use', whileFile },
      async (at) => {
        await at.startWorker('control,io,media,render', 2);
        await ingestBoth(at);
        writeFileSync(whileFile, '');
        const submitted = await submit(at, material);
        await until(
          'a plate that renders',
          async () => (await longPlate(at).catch(() => null))?.state === 'rendering',
          300,
        );
        // Some attempts long, so that one that did not wait would have failed.
        await sleep(6000);
        expect((await longPlate(at)).state).toBe('rendering');
        expect(longPlateInStore(at).frames).toEqual([]);
        rmSync(whileFile);
        expect(taken(await submitted.result())).toMatchObject({ state: 'published', plates: { failed: 0 } });
        await expectSameAsCalm(at);
      },
    );
  });

  test('one that would use other file names fails its plates in one sentence, and the turnover ends', () =>
    withFlapi('flapi-other-names', { otherNames: true }, async (at) => {
      await at.startWorker('control,io,media,render', 2);
      await ingestBoth(at);
      expect(taken(await (await submit(at, material)).result())).toMatchObject({
        state: 'failed',
        plates: { made: 0, failed: 2 },
      });
    }));

  test('a flapid that runs already serves one plate at a time, and a worker that is killed leaves it as it was', async () => {
    const login = { username: 'svc', token: '0123456789abcdef0123456789abcdef' };
    const { hold, goOn } = holding('server', HELD_BEHIND_SHORT);
    const server = await startServer({ frameMs: FRAME_MS, hold }, login);
    const at = { host: '127.0.0.1', port: server.port, ...login };
    const flapi = { server: at, colourNames: NAMES, limits: PATIENT };
    const rules = [{ codec: '*', engines: ['flapi', 'open'] }];
    await withInstallation(
      'flapi-server',
      async (at) => {
        const { renderers } = await at.startWorkers();
        await ingestBoth(at);
        const submitted = await submit(at, material);
        await untilHeld(at, HELD_BEHIND_SHORT);
        for (const worker of renderers) await worker.kill();
        const kept = longPlateInStore(at).frames.map((file) => [file, identityOf(file)] as const);
        goOn();
        await at.startWorker('render', 2);
        expect(taken(await submitted.result())).toMatchObject({ state: 'published', plates: { failed: 0 } });
        for (const [file, identity] of kept) expect(identityOf(file)).toBe(identity);
        expect(server.isRunning()).toBe(true);
        await expectSameAsCalm(at);
      },
      { engines: { engines: { flapi }, engineRules: rules } },
    ).finally(() => server.end());
  });

  test('two workers share the one licence of the site: the software never has to refuse', () => {
    const licenceFolder = folderOf('one-licence');
    return withFlapi(
      'flapi-one-licence',
      { licenceFolder },
      async (at) => {
        await at.startWorkers();
        await ingestBoth(at);
        expect(taken(await (await submit(at, material)).result())).toMatchObject({ state: 'published' });
        const told = await at.command('turnover', 'status', TURNOVER, '--json');
        const { shots } = TurnoverStatus.parse(JSON.parse(told.stdout));
        expect(shots.flatMap(({ plates }) => plates.flatMap(({ segments }) => segments))).toHaveLength(2);
        expect(existsSync(join(licenceFolder, 'refused')), 'refused for want of a licence').toBe(false);
        await expectSameAsCalm(at);
      },
      1,
    );
  });
});

test('an engine that no worker of the site has: the plate waits, says for what, and is made when one comes', () =>
  withInstallation(
    'flapi-nowhere',
    async (at) => {
      await at.startWorker('control,io,media,render', 2);
      await Promise.all([ingest(at, material.movie), ingest(at, material.sequence)]);
      const outcome = await at.rushes.firstOutcome(await submit(at, material));
      expect(taken(outcome)).toMatchObject({ plates: { made: 0, waiting: 2 } });
      expect(taken(outcome).waiting.map(({ why }) => why)).toEqual(
        Array(2).fill(expect.stringMatching(/No engine at this site can make .*: flapi: not at this site\./)),
      );
      const { HOME = '/', RUSHES_CACHE } = process.env;
      const environment = { HOME, ...(RUSHES_CACHE ? { RUSHES_CACHE } : {}) };
      const flapi = { path: flapid, environment, colourNames: NAMES };
      const written = JSON.parse(readFileSync(at.configFile, 'utf8')) as object;
      writeFileSync(at.configFile, JSON.stringify({ ...written, engines: { flapi } }));
      await at.startWorker('render', 2);
      const { rushes } = at;
      const made = () => rushes.temporal.workflow.getHandle(`turnover/${TURNOVER}`).result();
      expect(await made()).toMatchObject({ state: 'published', plates: { made: 2, waiting: 0, failed: 0 } });
      await expectSameAsCalm(at);
    },
    { engines: { engineRules: [{ codec: '*', engines: ['flapi'] }] } },
  ));
