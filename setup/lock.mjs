import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeDir } from './places.mjs';
import { isAlive, recordOf } from './processes.mjs';

/**
 * Runs `work` while this process alone holds the lock file; waits while another living process holds it and takes over
 * from a dead one. `onWait` is told the pid waited for, once.
 */
export async function withLock(path, work, { onWait } = {}) {
  makeDir(dirname(path));
  const own = `${path}.${process.pid}.${Math.random().toString(36).slice(2)}`;
  writeFileSync(own, JSON.stringify(recordOf(process.pid)));
  let told = false;
  try {
    while (!tryLink(own, path)) {
      const holder = holderOf(path);
      if (holder && !isAlive(holder)) takeAway(path, own);
      else if (!told && holder) {
        told = true;
        onWait?.(holder.pid);
      }
      await sleep(100);
    }
  } finally {
    rmSync(own, { force: true });
  }
  try {
    return await work();
  } finally {
    rmSync(path, { force: true });
  }
}

/** A hard link appears whole and only once, so the lock never exists without its holder's record. */
function tryLink(own, path) {
  try {
    linkSync(own, path);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

function holderOf(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return null;
  }
}

/**
 * Removes a dead holder's lock. Two waiters may see the same dead holder, and the slower one must not remove the
 * faster one's new lock: so the look and the removal happen under a second lock, held for an instant.
 */
function takeAway(path, own) {
  const guard = `${path}.takeover`;
  if (!tryLink(own, guard)) {
    const guardian = holderOf(guard);
    if (guardian && !isAlive(guardian)) rmSync(guard, { force: true });
    return;
  }
  try {
    const holder = holderOf(path);
    if (holder && !isAlive(holder)) rmSync(path, { force: true });
  } finally {
    rmSync(guard, { force: true });
  }
}
