import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureTools } from '../../setup/tools.mjs';
import { discardTestState, makeTestState, sweepTestStates } from './test-state.ts';

let temporary: string | undefined;

/** Before all test files: the tools are there, and folders are named for the one stack and the passing files they share. */
export async function setup(): Promise<void> {
  await ensureTools({ for: 'test', log: (line) => process.stderr.write(`${line}\n`) });
  await sweepTestStates();
  process.env.RUSHES_TEST_STATE = makeTestState();
  // Pictures of pages are for people, and stay; everything else that a test makes in the temporary folder goes.
  process.env.RUSHES_TEST_PICTURES = join(tmpdir(), 'rushes-web-ui');
  temporary = mkdtempSync(join(tmpdir(), 'rushes-tests-'));
  process.env.TMPDIR = temporary;
}

/** After all test files: the shared stack, if any file started it, is ended and its data removed. */
export async function teardown(): Promise<void> {
  if (process.env.RUSHES_TEST_STATE) await discardTestState(process.env.RUSHES_TEST_STATE);
  if (temporary) rmSync(temporary, { recursive: true, force: true });
}
