import { activityInfo } from '@temporalio/activity';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { bindActivity, defineActivity } from '../../activities/define-activity.ts';
import type { Dependencies } from '../../activities/dependencies.ts';
import { PipelineError } from '../../schemas/failure.ts';
import { CONTROL_QUEUE } from '../../workflows/queues.ts';
import { REQUEST, standInActivities } from './stand-in-activities.ts';
import { openStage, type Stage } from './story-worker.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage?.close());

test('how often a program failed in a row is known to the attempt after, on a worker as ours', async () => {
  const known: unknown[] = [];
  const renderSegment = bindActivity(
    defineActivity('renderSegment', z.looseObject({}), async () => {
      known.push((activityInfo().heartbeatDetails as { failed?: number } | undefined)?.failed ?? 0);
      if (known.length < 3) throw new PipelineError('tool-failed', 'flapid ended with signal SIGSEGV');
      return { framesMade: 24, framesReused: 0, engine: { wallMs: 1, cpuMs: 1 } };
    }),
    { worker: 'studio/host/render/7' } as Dependencies,
  );
  const segment = { deliverable: 'plate', jobKey: 'job', first: 0, last: 23 };
  const standIns = standInActivities({
    preparePlate: async ({ plateId }) => ({
      preparedKey: `prepared-${plateId}`,
      ...{ clipName: 'A001C001', segments: [segment], movies: [], trims: [] },
    }),
    renderSegment: renderSegment as never,
  });
  const made = await stage.play(
    standIns,
    async () =>
      stage.client.workflow.execute('makePlate', {
        taskQueue: CONTROL_QUEUE,
        workflowId: `plate-${crypto.randomUUID()}`,
        args: [{ request: REQUEST, planKey: 'plan', plateId: 'S010_PL01' }],
      }),
    'as ours',
  );
  expect(made).toEqual({ state: 'made' });
  expect(known).toEqual([0, 1, 2]);
});
