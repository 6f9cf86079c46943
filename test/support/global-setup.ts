import { ensureTools } from '../../setup/tools.mjs';
import { discardTestState, makeTestState, sweepTestStates } from './test-state.ts';

/** Before all test files: the tools are there, and a folder is named for the one stack that the files share. */
export async function setup(): Promise<void> {
  await ensureTools({ for: 'test', log: (line) => process.stderr.write(`${line}\n`) });
  await sweepTestStates();
  process.env.RUSHES_TEST_STATE = makeTestState();
}

/** After all test files: the shared stack, if any file started it, is ended and its data removed. */
export async function teardown(): Promise<void> {
  if (process.env.RUSHES_TEST_STATE) await discardTestState(process.env.RUSHES_TEST_STATE);
}
