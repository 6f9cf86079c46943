import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDir } from '../../setup/places.mjs';
import { isAlive, type ProcessRecord, recordOf } from '../../setup/processes.mjs';
import { removeState, stopStack } from '../../setup/stack.mjs';
import { ensureTools } from '../../setup/tools.mjs';

const OWNER_FILE = 'owner.json';

/** Before all test files: the tools are there, and a folder is named for the one stack that the files share. */
export async function setup(): Promise<void> {
  await ensureTools({ for: 'test', log: (line) => process.stderr.write(`${line}\n`) });
  await sweepOrphans();
  const stateDir = join(statesDir(), `test-${process.pid}-${randomBytes(3).toString('hex')}`);
  mkdirSync(stateDir, { recursive: true });
  writeFileSync(join(stateDir, OWNER_FILE), JSON.stringify(recordOf(process.pid)));
  process.env.RUSHES_TEST_STATE = stateDir;
}

/** After all test files: the shared stack, if any file started it, is ended and its data removed. */
export async function teardown(): Promise<void> {
  const stateDir = process.env.RUSHES_TEST_STATE;
  if (stateDir) await discard(stateDir);
}

/** A run that was killed could not tear down: its stack is found by its dead owner. */
async function sweepOrphans(): Promise<void> {
  if (!existsSync(statesDir())) return;
  for (const name of readdirSync(statesDir()).filter((each) => each.startsWith('test-'))) {
    const stateDir = join(statesDir(), name);
    const owner = ownerOf(stateDir);
    if (owner && !isAlive(owner)) await discard(stateDir);
  }
}

function ownerOf(stateDir: string): ProcessRecord | null {
  try {
    return JSON.parse(readFileSync(join(stateDir, OWNER_FILE), 'utf8')) as ProcessRecord;
  } catch {
    return null;
  }
}

async function discard(stateDir: string): Promise<void> {
  await stopStack({ stateDir });
  removeState({ stateDir });
}

function statesDir(): string {
  return join(cacheDir(), 'state');
}
