import { join } from 'node:path';
import { defaultStateDir, makeDir } from '../places.mjs';
import { endProcess, isAlive } from '../processes.mjs';
import { changeStack, readStack, whileLocked } from './document.mjs';
import { launch } from './service.mjs';

/** A worker finishes or gives back what it holds before it ends. */
const PROGRAM_GRACE_MS = 30_000;

/**
 * Starts a program of ours (a worker, the web server) beside the services; it outlives us and `stopStack` ends it first.
 * One name, one process: a name that runs is left alone and `started` is false.
 */
export async function startProgram({ stateDir = defaultStateDir(), name, file, args = [], env, cwd }) {
  const logPath = join(makeDir(join(stateDir, 'logs')), `${name}.log`);
  return whileLocked(stateDir, async () => {
    const running = readStack({ stateDir })?.programs?.[name];
    if (isAlive(running)) return { ...running, logPath, started: false };
    const record = launch({ file, args, env, cwd, logPath });
    changeStack(stateDir, (stack) => {
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
  graceMs = PROGRAM_GRACE_MS,
}) {
  const record = readStack({ stateDir })?.programs?.[name];
  return record ? endProcess(record, { signal, graceMs }) : false;
}
