import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Identity of a running process: its start in clock ticks since boot (Linux, /proc/<pid>/stat field 22), so that a
 * number handed out again to another program is not taken for the old one. Null when it is gone or a zombie.
 */
export function startTicks(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The program's name stands in parentheses and may itself hold spaces: count from the last one.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return isGone(fields[0], pid) ? null : Number(fields[19]);
  } catch {
    return null;
  }
}

/** A killed program's first thread turns zombie while the others still hold its files and ports: that is not gone yet. */
function isGone(state, pid) {
  return state === 'X' || (state === 'Z' && readdirSync(`/proc/${pid}/task`).length <= 1);
}

/** Identity of this boot of the machine: pids and ticks mean nothing across a restart. */
export function bootId() {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return 'unknown';
  }
}

/** What to write down about a process to recognise it later. */
export function recordOf(pid) {
  return { pid, startTicks: startTicks(pid), bootId: bootId() };
}

/** True while exactly the recorded process runs; a number taken by another program does not count. */
export function isAlive(record) {
  if (!record?.pid || record.startTicks === null || record.bootId !== bootId()) return false;
  return startTicks(record.pid) === record.startTicks;
}

/** The system frees what a killed process held before it is gone: on a busy machine, or after much writing, that takes a while. */
const KILLED_WITHIN_MS = 60_000;

/**
 * Ends the recorded process, asking first and killing after `graceMs`; does nothing when it is gone or is another program.
 * Returns true when it was ended by this call.
 */
export async function endProcess(record, { signal = 'SIGTERM', graceMs = 10_000 } = {}) {
  if (!isAlive(record) || !send(record.pid, signal)) return false;
  if (await goneWithin(record, graceMs)) return true;
  send(record.pid, 'SIGKILL');
  await goneWithin(record, KILLED_WITHIN_MS);
  return true;
}

/** False when it has just ended by itself. */
function send(pid, signal) {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    if (error.code === 'ESRCH') return false;
    throw error;
  }
}

async function goneWithin(record, limitMs) {
  for (let waited = 0; waited < limitMs; waited += 20) {
    if (!isAlive(record)) return true;
    await sleep(20);
  }
  return !isAlive(record);
}
