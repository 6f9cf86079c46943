import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { discardTestState, makeTestState } from '../support/test-state.ts';
import { openStage } from '../workflows/story-worker.ts';
import { HISTORIES } from './recorded.ts';
import { STORIES } from './stories.ts';

/**
 * Plays the stories and keeps the histories that are not kept yet: `node test/replay/record.ts`. What is kept is never
 * recorded again, because it stands for workflows that run at our users: a replay that fails asks for `patched` in the
 * workflow, not for a new recording.
 */
async function record(): Promise<void> {
  process.env.RUSHES_TEST_STATE = makeTestState();
  const stage = await openStage();
  try {
    for (const story of STORIES) {
      process.stderr.write(`${story.name}\n`);
      for (const [name, workflowId] of Object.entries(await story.play(stage))) {
        const file = join(HISTORIES, `${name}.json`);
        if (existsSync(file)) continue;
        const history = await stage.client.workflow.getHandle(workflowId).fetchHistory();
        writeFileSync(file, `${JSON.stringify({ workflowId, history }, withoutStacks, 1)}\n`);
        process.stderr.write(`  kept ${name}\n`);
      }
    }
  } finally {
    await stage.close();
    await discardTestState(process.env.RUSHES_TEST_STATE);
  }
}

/** Where a stack trace was made is of no use to a replay, and it names folders of one machine. */
function withoutStacks(key: string, value: unknown): unknown {
  return key === 'stackTrace' ? '' : value;
}

await record();
process.exit(0);
