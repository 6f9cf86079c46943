import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from './lock.mjs';
import { cacheDir, defaultStateDir, makeDir } from './places.mjs';
import { endProcess, isAlive } from './processes.mjs';
import { objectStore } from './stack/object-store.mjs';
import { postgres } from './stack/postgres.mjs';
import { launch, waitUntilReady } from './stack/service.mjs';
import { temporal } from './stack/temporal.mjs';
import { readTools } from './tools.mjs';

const SERVICES = [temporal, objectStore, postgres];

/** A start may meet a port just taken or shared memory not yet freed after a kill; a third failure is a real one. */
const START_ATTEMPTS = 3;

/**
 * Starts what does not run yet of the local stack (Temporal with UI, S3, PostgreSQL), each with the data and ports it
 * had before, and waits until all answer. Gives the document that is also kept in `<stateDir>/stack.json`.
 * `ephemeral`: for tests, everything as fast as possible and nothing meant to outlive its process.
 * @throws a sentence when a service cannot be started.
 */
export async function startStack({
  stateDir = defaultStateDir(),
  ephemeral = false,
  log = () => {},
  env = process.env,
} = {}) {
  makeDir(join(stateDir, 'logs'));
  return locked(stateDir, async () => {
    const starts = await Promise.allSettled(
      (await plannedServices(stateDir, { ephemeral, env, log })).map((start) => start()),
    );
    const failed = starts.find((outcome) => outcome.status === 'rejected');
    if (failed) throw failed.reason;
    return readStack({ stateDir });
  });
}

/** What `<stateDir>/stack.json` says; null when the stack was never started. Says nothing about what still runs. */
export function readStack({ stateDir = defaultStateDir() } = {}) {
  try {
    return JSON.parse(readFileSync(join(stateDir, 'stack.json'), 'utf8'));
  } catch {
    return null;
  }
}

/** Which services (and registered programs) run and answer just now. */
export async function stackStatus({ stateDir = defaultStateDir() } = {}) {
  const stack = readStack({ stateDir });
  const services = await Promise.all(
    SERVICES.map(async (service) => {
      const record = stack?.[service.key];
      const alive = Boolean(record) && (record.external || isAlive(record));
      return { key: service.key, name: service.name, alive, ready: alive && (await service.isReady(record)) };
    }),
  );
  const programs = Object.entries(stack?.programs ?? {}).map(([name, record]) => ({
    name,
    pid: record.pid,
    alive: isAlive(record),
  }));
  return { stateDir, stack, running: services.every((each) => each.ready), services, programs };
}

/** Ends the registered programs, then the services, each only if it is still the recorded process. Data stays. */
export async function stopStack({ stateDir = defaultStateDir(), log = () => {} } = {}) {
  if (!readStack({ stateDir })) return;
  await locked(stateDir, async () => {
    const stack = readStack({ stateDir });
    await Promise.all(
      Object.entries(stack.programs ?? {}).map(([name, record]) => end(name, record, 'SIGTERM', 30_000)),
    );
    await Promise.all(
      SERVICES.map((service) => end(service.name, stack[service.key], stopSignalOf(service, stack), 20_000)),
    );
    change(stateDir, (now) => {
      now.programs = {};
      for (const { key } of SERVICES) if (now[key]) now[key].pid = null;
    });
  });

  async function end(name, record, signal, graceMs) {
    if (record && !record.external && (await endProcess(record, { signal, graceMs })))
      log(`${name} stopped.`);
  }
}

/** Starts a program of ours (a worker, the web server) beside the services; it outlives us and `stopStack` ends it first. */
export async function startProgram({ stateDir = defaultStateDir(), name, file, args = [], env, cwd }) {
  const logPath = join(makeDir(join(stateDir, 'logs')), `${name}.log`);
  return locked(stateDir, async () => {
    const running = readStack({ stateDir })?.programs?.[name];
    if (isAlive(running)) return { ...running, logPath, started: false };
    const record = launch({ file, args, env, cwd, logPath });
    change(stateDir, (stack) => {
      stack.programs = { ...stack.programs, [name]: record };
    });
    return { ...record, logPath, started: true };
  });
}

/** Ends one registered program; true when it ran. */
export async function stopProgram({
  stateDir = defaultStateDir(),
  name,
  signal = 'SIGTERM',
  graceMs = 30_000,
}) {
  const record = readStack({ stateDir })?.programs?.[name];
  return record ? endProcess(record, { signal, graceMs }) : false;
}

/** Removes a stopped stack's folder, with PostgreSQL's where that lies elsewhere. */
export function removeState({ stateDir }) {
  const home = readStack({ stateDir })?.postgres?.home;
  if (home) rmSync(home, { recursive: true, force: true });
  rmSync(stateDir, { recursive: true, force: true });
}

async function locked(stateDir, work) {
  return withLock(join(stateDir, 'stack.lock'), work);
}

/** One start function per service that does not run; settings are chosen one after the other so that no port is given twice. */
async function plannedServices(stateDir, options) {
  const starts = [];
  for (const service of SERVICES) {
    const before = readStack({ stateDir })?.[service.key];
    if (isAlive(before)) {
      starts.push(() =>
        waitUntilReady(service.name, before, () => service.isReady(before), waiting(service, stateDir)),
      );
    } else {
      starts.push(await plan(service, stateDir, before, options));
    }
  }
  return starts;
}

async function plan(service, stateDir, before, options) {
  const taken = portsOf(readStack({ stateDir }), service.key);
  const settings = await service.settings(stateDir, before, { ...options, taken });
  change(stateDir, (stack) => {
    stack.ephemeral = options.ephemeral;
    stack[service.key] = { ...settings, pid: null };
  });
  return () =>
    settings.external ? checkExternal(service, settings) : start(service, stateDir, settings, options);
}

async function start(service, stateDir, settings, { log }) {
  const startedAt = Date.now();
  await service.prepare(settings, stateDir, toolPath);
  for (let attempt = 1; ; attempt++) {
    const program = service.program(settings, toolPath, stateDir);
    const record = launch({ cwd: stateDir, ...program, logPath: waiting(service, stateDir).logPath });
    change(stateDir, (stack) => {
      stack[service.key] = { ...settings, ...record };
    });
    try {
      await waitUntilReady(service.name, record, () => service.isReady(settings), waiting(service, stateDir));
      log(`${service.name} is ready after ${((Date.now() - startedAt) / 1000).toFixed(1)} s.`);
      return;
    } catch (error) {
      if (attempt === START_ATTEMPTS) throw error;
    }
  }
}

async function checkExternal(service, settings) {
  if (await service.isReady(settings)) return;
  const { host } = new URL(settings.url);
  throw new Error(
    `${service.name} at ${host} (DATABASE_URL) does not answer: start it, or unset DATABASE_URL to use our own.`,
  );
}

function waiting(service, stateDir) {
  return { limitMs: service.limitMs, logPath: join(stateDir, 'logs', `${service.key}.log`) };
}

function stopSignalOf(service, stack) {
  return stack.ephemeral ? service.quickStopSignal : service.stopSignal;
}

function portsOf(stack, exceptKey) {
  const others = SERVICES.filter(({ key }) => key !== exceptKey).map(({ key }) => stack?.[key]);
  return others.flatMap((record) => [record?.port, record?.uiPort]).filter(Boolean);
}

function toolPath(name) {
  const path = readTools({ cache: cacheDir() })?.tools[name]?.path;
  if (!path) throw new Error(`${name} is not installed: run \`npm run demo\` or see \`rushes doctor\`.`);
  return path;
}

/** Rewrites stack.json whole; it holds keys and passwords, so only its owner may read it. */
function change(stateDir, edit) {
  const stack = readStack({ stateDir }) ?? { version: 1, kind: 'stack' };
  edit(stack);
  const half = join(stateDir, `stack.json.${process.pid}`);
  writeFileSync(half, `${JSON.stringify(stack, null, 2)}\n`, { mode: 0o600 });
  renameSync(half, join(stateDir, 'stack.json'));
}
