import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { endProcess, isAlive } from '../processes.mjs';
import { readTools } from '../tools.mjs';
import { changeStack, readStack } from './document.mjs';
import { objectStore } from './object-store.mjs';
import { postgres } from './postgres.mjs';
import { launch, waitUntilReady } from './service.mjs';
import { temporal } from './temporal.mjs';

/** The servers of the local stack. */
export const SERVICES = [temporal, objectStore, postgres];

/** A start may meet a port just taken; a third failure is a real one. */
const START_ATTEMPTS = 3;
const PAUSE_MS = 300;
/** How long what is left of a killed server may take to go. */
const REMAINS_MS = 60_000;

/** Starts beside each other all services that do not run; those that started stay when another could not. @throws a sentence. */
export async function startServices(stateDir, options) {
  const starts = [];
  // Settings are chosen one after the other, so that no port is given twice.
  for (const service of SERVICES) starts.push(await plan(service, stateDir, options));
  const outcomes = await Promise.allSettled(starts.map((start) => start()));
  const failures = outcomes.filter((outcome) => outcome.status === 'rejected');
  if (failures.length > 0)
    throw new Error(failures.map(({ reason }) => reason.message).join('\n'), { cause: failures[0].reason });
}

async function plan(service, stateDir, options) {
  const before = readStack({ stateDir })?.[service.key];
  const isOutdated = before && service.isOutdated?.(before, options);
  if (isOutdated) await endProcess(before, { signal: service.stopSignal });
  else if (isAlive(before)) {
    return () => keep(service, stateDir, before, options);
  }
  const taken = portsOfOthers(readStack({ stateDir }), service.key);
  const settings = await service.settings(stateDir, before, { ...options, taken });
  remember(stateDir, service, { ...settings, pid: null });
  return () =>
    settings.external ? checkExternal(service, settings) : start(service, stateDir, settings, options);
}

/** One that runs only has to answer; one that is just dying, or hangs, is started anew with what it had. */
async function keep(service, stateDir, before, options) {
  try {
    await waitUntilReady(service.name, before, () => service.isReady(before), waiting(service, stateDir));
  } catch (error) {
    options.log(error.message.split('\n')[0]);
    await start(service, stateDir, before, options);
  }
}

async function start(service, stateDir, firstSettings, { log }) {
  const startedAt = Date.now();
  let settings = firstSettings;
  await service.prepare(settings, stateDir, toolPath);
  for (let attempt = 1; ; attempt++) {
    try {
      await startOnce(service, stateDir, settings);
      await service.whenReady?.(settings, toolPath);
      log(`${service.name} is ready after ${((Date.now() - startedAt) / 1000).toFixed(1)} s.`);
      return;
    } catch (error) {
      const isPassing = service.isPassing?.(error.message) && Date.now() - startedAt < REMAINS_MS;
      if (attempt >= START_ATTEMPTS && !isPassing) throw error;
      await sleep(Math.min(attempt, START_ATTEMPTS) * PAUSE_MS);
      settings = service.settingsAfterFailure?.(settings, error.message) ?? settings;
    }
  }
}

async function startOnce(service, stateDir, settings) {
  const program = service.program(settings, toolPath, stateDir);
  const record = launch({ cwd: stateDir, ...program, logPath: waiting(service, stateDir).logPath });
  remember(stateDir, service, { ...settings, ...record });
  await waitUntilReady(service.name, record, () => service.isReady(settings), waiting(service, stateDir));
}

async function checkExternal(service, settings) {
  if (await service.isReady(settings)) return;
  const { host } = new URL(settings.url);
  throw new Error(
    `${service.name} at ${host} (DATABASE_URL) does not answer: start it, or unset DATABASE_URL to use our own.`,
  );
}

function remember(stateDir, service, record) {
  changeStack(stateDir, (stack) => {
    stack[service.key] = record;
  });
}

function waiting(service, stateDir) {
  return { limitMs: service.limitMs, logPath: join(stateDir, 'logs', `${service.key}.log`) };
}

function portsOfOthers(stack, ownKey) {
  const others = SERVICES.filter(({ key }) => key !== ownKey).map(({ key }) => stack?.[key]);
  return others.flatMap((record) => [record?.port, record?.uiPort]).filter(Boolean);
}

function toolPath(name) {
  const path = readTools()?.tools[name]?.path;
  if (!path) throw new Error(`${name} is not installed: run \`npm run demo\`, or see \`rushes doctor\`.`);
  return path;
}
