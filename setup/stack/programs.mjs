import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { defaultStateDir, makeDir } from '../places.mjs';
import { endProcess, isAlive } from '../processes.mjs';
import { changeStack, readStack, whileLocked } from './document.mjs';
import { launch, waitUntilReady } from './service.mjs';

/** A worker finishes or gives back what it holds before it ends. */
const PROGRAM_GRACE_MS = 30_000;

/** A worker bundles its workflows before it serves; on a busy machine that takes a while. */
const READY_LIMIT_MS = 120_000;

/**
 * Starts a program of ours (a worker, the web server) beside the services; it outlives us and `stopStack` ends it first.
 * One name, one process: a name that runs is left alone and `started` is false, unless it runs another `revision` of the
 * code: then it is ended and started anew. With `readyText` it waits until the
 * program has written that to its log. @throws a sentence with the end of the log when it dies before.
 */
export async function startProgram({
  stateDir = defaultStateDir(),
  name,
  file,
  args = [],
  env,
  cwd,
  readyText,
  revision,
}) {
  const logPath = join(makeDir(join(stateDir, 'logs')), `${name}.log`);
  const { record, started, logStart } = await whileLocked(stateDir, async () => {
    const running = readStack({ stateDir })?.programs?.[name];
    if (isAlive(running) && running.revision === revision) return { record: running, started: false };
    await endProcess(running, { graceMs: PROGRAM_GRACE_MS });
    const logStart = sizeOf(logPath);
    const record = { ...launch({ file, args, env, cwd, logPath }), revision };
    changeStack(stateDir, (stack) => {
      stack.programs = { ...stack.programs, [name]: record };
    });
    return { record, started: true, logStart };
  });
  if (started && readyText) {
    // A log that grew too large was set aside at the launch and begins anew.
    const hasSaidSo = () => {
      const text = readFileSync(logPath);
      return text.subarray(text.length < logStart ? 0 : logStart).includes(readyText);
    };
    await waitUntilReady(name, record, hasSaidSo, { limitMs: READY_LIMIT_MS, logPath });
  }
  return { ...record, logPath, started };
}

function sizeOf(path) {
  return existsSync(path) ? statSync(path).size : 0;
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
