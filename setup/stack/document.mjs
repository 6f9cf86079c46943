import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from '../lock.mjs';
import { defaultStateDir } from '../places.mjs';

/** What `<stateDir>/stack.json` says; null when the stack was never started. Says nothing about what still runs. */
export function readStack({ stateDir = defaultStateDir() } = {}) {
  try {
    return JSON.parse(readFileSync(join(stateDir, 'stack.json'), 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return null;
    throw error;
  }
}

/** Rewrites stack.json whole, under `whileLocked`. It holds keys and passwords: only its owner may read it. */
export function changeStack(stateDir, edit) {
  const stack = readStack({ stateDir }) ?? { version: 1, kind: 'stack' };
  edit(stack);
  const half = join(stateDir, `stack.json.${process.pid}`);
  writeFileSync(half, `${JSON.stringify(stack, null, 2)}\n`, { mode: 0o600 });
  renameSync(half, join(stateDir, 'stack.json'));
}

/** Runs `work` while nobody else starts or stops anything of this stack. */
export function whileLocked(stateDir, work) {
  return withLock(join(stateDir, 'stack.lock'), work);
}
