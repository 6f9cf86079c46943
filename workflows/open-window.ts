import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { proxyActivities, setCurrentDetails, startChild } from '@temporalio/workflow';
import type { InboxBatch } from '../activities/inbox.ts';
import type { Activities } from '../activities/index.ts';
import { catalogueCall, identityChild } from './policies.ts';
import { CONTROL_QUEUE } from './queues.ts';
import { turnover } from './turnover.ts';

/** One opening of a window: which production's inbox, and how what lies in it is made. */
export type WindowInput = { production: string; recipe?: string; priority?: number; site?: string };

/** What became of the lists that lay in the inbox, by file name. */
export type WindowOutcome = { started: string[]; left: string[] };

/**
 * A schedule opens a window: every cut list in the production's inbox becomes a turnover. A list that comes later stays
 * in the inbox and runs in the next window, and so does one whose name is still being worked on.
 */
export async function openWindow(input: WindowInput): Promise<WindowOutcome> {
  const control = proxyActivities<Activities>({ ...catalogueCall, taskQueue: CONTROL_QUEUE });
  const batch = await control.takeInbox(input);
  setCurrentDetails(`**window** — starting ${batch.submissions.length} turnovers of ${input.production}.`);
  const outcome: WindowOutcome = { started: [], left: [] };
  for (const submission of batch.submissions) {
    if (await startTurnover(input.production, submission)) {
      await control.clearInbox({ production: input.production, lists: [submission.list] });
      outcome.started.push(submission.id);
    } else outcome.left.push(submission.id);
  }
  return outcome;
}

/** False when an earlier list of that name is still worked on. */
async function startTurnover(
  production: string,
  submission: InboxBatch['submissions'][number],
): Promise<boolean> {
  try {
    await startChild(turnover, {
      ...identityChild,
      workflowId: `window/${production}/${submission.id}`,
      taskQueue: CONTROL_QUEUE,
      args: [submission.input],
      staticSummary: `Turnover of ${submission.id} from the inbox`,
    });
    return true;
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return false;
    throw error;
  }
}
