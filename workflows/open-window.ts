import { proxyActivities, setCurrentDetails, startChild } from '@temporalio/workflow';
import type { Activities } from '../activities/index.ts';
import { catalogueCall, identityChild } from './policies.ts';
import { CONTROL_QUEUE } from './queues.ts';
import { turnover } from './turnover.ts';

/** One opening of a window: which production's inbox, and how what lies in it is made. */
export type WindowInput = { production: string; recipe?: string; priority?: number; site?: string };

/**
 * A schedule opens a window: every cut list in the production's inbox becomes a turnover. A list that comes later stays
 * in the inbox and runs in the next window; a list that was taken is not taken again, because its turnover's id is fixed.
 */
export async function openWindow(input: WindowInput): Promise<{ started: string[] }> {
  const control = proxyActivities<Activities>({ ...catalogueCall, taskQueue: CONTROL_QUEUE });
  const batch = await control.takeInbox(input);
  setCurrentDetails(`**window** — starting ${batch.submissions.length} turnovers of ${input.production}.`);
  for (const submission of batch.submissions) {
    await startChild(turnover, {
      ...identityChild,
      workflowId: `window/${input.production}/${submission.id}`,
      taskQueue: CONTROL_QUEUE,
      args: [submission.input],
      staticSummary: `Turnover of ${submission.id} from the inbox`,
    });
    await control.clearInbox({ production: input.production, keys: [submission.key] });
  }
  return { started: batch.submissions.map((submission) => submission.id) };
}
