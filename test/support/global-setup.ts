import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureTools } from '../../setup/tools.mjs';
import { discardTestState, makeTestState, sweepTestStates } from './test-state.ts';

/** Before all test files: the tools are there, and a folder is named for the one stack and the passing files they share. */
export async function setup(): Promise<void> {
  await ensureTools({ for: 'test', log: (line) => process.stderr.write(`${line}\n`) });
  await sweepTestStates();
  const state = makeTestState();
  process.env.RUSHES_TEST_STATE = state;
  // Pictures of pages are for people, and stay; everything else that a test makes in the temporary folder goes with the state.
  process.env.RUSHES_TEST_PICTURES = join(tmpdir(), 'rushes-web-ui');
  process.env.TMPDIR = join(state, 'tmp');
  mkdirSync(process.env.TMPDIR);
}

/** After all test files: the shared stack, if any file started it, is ended and all that the files left is removed. */
export async function teardown(): Promise<void> {
  if (process.env.RUSHES_TEST_STATE) await discardTestState(process.env.RUSHES_TEST_STATE);
}
