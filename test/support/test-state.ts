import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from '../../setup/lock.mjs';
import { cacheDir } from '../../setup/places.mjs';
import { isAlive, type ProcessRecord, recordOf } from '../../setup/processes.mjs';
import { removeState, stopStack } from '../../setup/stack.mjs';

const OWNER_FILE = 'owner.json';

/**
 * A new folder for a stack of a test, below the cache because PostgreSQL's own user must be able to reach it. It names
 * its owner, so that a later run can end and remove it if this one is killed.
 */
export function makeTestState(owner: number = process.pid): string {
  const stateDir = join(statesDir(), `test-${owner}-${randomBytes(4).toString('hex')}`);
  mkdirSync(stateDir, { recursive: true });
  writeFileSync(join(stateDir, OWNER_FILE), JSON.stringify(recordOf(owner)));
  return stateDir;
}

/** Ends a test's stack, whatever of it runs, and removes its data. */
export async function discardTestState(stateDir: string): Promise<void> {
  await stopStack({ stateDir });
  removeState({ stateDir });
}

/** A run that was killed could not clean up: its stacks are found by their dead owners. One run at a time sweeps. */
export async function sweepTestStates(): Promise<void> {
  if (!existsSync(statesDir())) return;
  await withLock(join(statesDir(), 'sweep.lock'), async () => {
    for (const name of readdirSync(statesDir()).filter((each) => each.startsWith('test-'))) {
      const stateDir = join(statesDir(), name);
      const owner = ownerOf(stateDir);
      if (owner && !isAlive(owner)) await discardTestState(stateDir);
    }
  });
}

function ownerOf(stateDir: string): ProcessRecord | null {
  try {
    return JSON.parse(readFileSync(join(stateDir, OWNER_FILE), 'utf8')) as ProcessRecord;
  } catch {
    return null;
  }
}

function statesDir(): string {
  return join(cacheDir(), 'state');
}
