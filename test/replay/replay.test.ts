import { temporal } from '@temporalio/proto';
import { DefaultLogger, Runtime, Worker, type WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { beforeAll, expect, test } from 'vitest';
import { bundleWorkflows } from '../../service/workflow-bundle.ts';
import * as workflows from '../../workflows/index.ts';
import { type Recorded, recordedHistories } from './recorded.ts';

const { History } = temporal.api.history.v1;
const histories = recordedHistories();

let bundle: WorkflowBundleWithSourceMap;

beforeAll(async () => {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  bundle = await bundleWorkflows();
});

function replay({ history, workflowId }: Pick<Recorded, 'history' | 'workflowId'>): Promise<void> {
  return Worker.runReplayHistory({ workflowBundle: bundle }, History.fromObject(history), workflowId);
}

for (const recorded of histories)
  test(`${recorded.name}: today’s workflow goes on where the recorded run stands`, () => replay(recorded));

test('every workflow that can be running has a recorded run', () => {
  const types = new Set(histories.map(({ history }) => typeOf(history)));
  expect([...types].sort()).toEqual(Object.keys(workflows).sort());
});

test('a workflow that would do something else than was recorded is found', async () => {
  const recorded = histories.find(({ name }) => name === 'receive-roll')!;
  const text = JSON.stringify(recorded.history).replaceAll('"name":"judgeRoll"', '"name":"hashStored"');
  await expect(replay({ ...recorded, history: JSON.parse(text) })).rejects.toThrow(
    /hashStored|nondeterminism/i,
  );
});

function typeOf(history: Recorded['history']): string {
  const started = history.events[0]!.workflowExecutionStartedEventAttributes as {
    workflowType: { name: string };
  };
  return started.workflowType.name;
}
