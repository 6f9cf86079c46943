import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { defaultStateDir, makeDir } from './places.mjs';
import { endProcess, isAlive } from './processes.mjs';
import { changeStack, readStack, whileLocked } from './stack/document.mjs';
import { SERVICES, startServices } from './stack/start.mjs';

export { readStack } from './stack/document.mjs';
export { startProgram, stopProgram } from './stack/programs.mjs';

const SERVICE_GRACE_MS = 20_000;
const PROGRAM_GRACE_MS = 30_000;

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
  return whileLocked(stateDir, async () => {
    changeStack(stateDir, (stack) => {
      stack.ephemeral = ephemeral;
    });
    await startServices(stateDir, { ephemeral, env, log });
    return readStack({ stateDir });
  });
}

/** Which services and registered programs run, and which services answer, just now. */
export async function stackStatus({ stateDir = defaultStateDir() } = {}) {
  const stack = readStack({ stateDir });
  const services = await Promise.all(
    SERVICES.map(async (service) => {
      const record = stack?.[service.key];
      const alive = Boolean(record) && (Boolean(record.external) || isAlive(record));
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
  await whileLocked(stateDir, async () => {
    const stack = readStack({ stateDir });
    const end = async (name, record, signal, graceMs) => {
      if (record && !record.external && (await endProcess(record, { signal, graceMs })))
        log(`${name} stopped.`);
    };
    const programs = Object.entries(stack.programs ?? {});
    const softly = stack.ephemeral ? 'SIGKILL' : 'SIGTERM';
    await Promise.all(programs.map(([name, record]) => end(name, record, softly, PROGRAM_GRACE_MS)));
    await Promise.all(
      SERVICES.map((service) => {
        const signal = stack.ephemeral ? service.quickStopSignal : service.stopSignal;
        return end(service.name, stack[service.key], signal, SERVICE_GRACE_MS);
      }),
    );
    changeStack(stateDir, (now) => {
      now.programs = {};
      for (const { key } of SERVICES) if (now[key]) now[key].pid = null;
    });
  });
}

/** Removes a stopped stack's folder, with PostgreSQL's where that had to lie elsewhere. */
export function removeState({ stateDir }) {
  const home = readStack({ stateDir })?.postgres?.home;
  if (home) rmSync(home, REMOVAL);
  if (home && dirname(home) !== stateDir) rmSync(dirname(home), REMOVAL);
  rmSync(stateDir, REMOVAL);
}

/** A tool of a worker that was just killed may still write for a moment into what is removed. */
const REMOVAL = { recursive: true, force: true, maxRetries: 20, retryDelay: 100 };
