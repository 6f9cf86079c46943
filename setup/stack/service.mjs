import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { endProcess, isAlive, recordOf } from '../processes.mjs';

/** A log larger than this is set aside when its service starts again. */
const MAX_LOG_BYTES = 20 * 2 ** 20;

/** Starts a program that outlives us, its output appended to a file; gives the record by which it is found again. */
export function launch({ file, args, env, cwd, logPath, ids }) {
  if (existsSync(logPath) && statSync(logPath).size > MAX_LOG_BYTES) renameSync(logPath, `${logPath}.1`);
  const log = openSync(logPath, 'a', 0o600);
  try {
    const child = spawn(file, args, {
      cwd,
      env: env ?? process.env,
      detached: true,
      stdio: ['ignore', log, log],
      ...ids,
    });
    // A program that cannot be started has no pid; the record then says "not alive" and the caller reads the log.
    child.on('error', () => {});
    child.unref();
    return child.pid ? recordOf(child.pid) : { pid: null, startTicks: null, bootId: null };
  } finally {
    closeSync(log);
  }
}

/**
 * Waits until `isReady` says yes. @throws a sentence with the last lines of the log when the process ends first or when
 * the time is over (the process is then ended).
 */
export async function waitUntilReady(name, record, isReady, { limitMs, logPath }) {
  for (let isLast = false, end = Date.now() + limitMs; !isLast; ) {
    // Looked at once more when the time is over: we may have stood still ourselves while it became ready.
    isLast = Date.now() >= end;
    if (await isReady()) return;
    if (!isAlive(record)) throw new Error(`${name} ended before it was ready. ${lastLines(logPath)}`);
    await sleep(40);
  }
  await endProcess(record);
  throw new Error(`${name} was not ready within ${limitMs / 1000} s and was ended. ${lastLines(logPath)}`);
}

function lastLines(logPath) {
  const text = existsSync(logPath) ? readFileSync(logPath, 'utf8') : '';
  return `The end of its log ${logPath}:\n  ${text.trim().split('\n').slice(-8).join('\n  ')}`;
}
