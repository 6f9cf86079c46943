import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { proxyActivities, setCurrentDetails, setHandler, startChild } from '@temporalio/workflow';
import type { Activities } from '../activities/index.ts';
import type { TurnoverSubmission } from '../schemas/turnover.ts';
import { turnoverWorkflowId } from './ids.ts';
import { makeTurnover } from './make-turnover.ts';
import { child } from './messages.ts';
import { catalogueCall, identityChild } from './policies.ts';
import { CONTROL_QUEUE } from './queues.ts';
import { alreadyRunning, type Refusal } from './refusal.ts';
import { turnoverAttributes } from './search-attributes.ts';
import type { TurnoverOutcome } from './turnover-outcome.ts';

const { parseTurnoverSubmission } = proxyActivities<Activities>(catalogueCall);

/**
 * Sends a cut list to be made. This is the workflow a person starts, from anywhere, with one JSON object: it refuses in
 * a sentence or starts the one child that bears the turnover's id.
 */
export async function turnover(input: TurnoverSubmission): Promise<TurnoverOutcome | Refusal> {
  let started: { workflowId: string; runId: string } | null = null;
  setHandler(child, () => started);
  const parsed = await parseTurnoverSubmission(input);
  if ('refused' in parsed) return parsed;
  const request = parsed.accepted;
  const workflowId = turnoverWorkflowId(request);
  setCurrentDetails(`**${workflowId}** does the work and tells how far it is.`);
  try {
    const made = await startChild(makeTurnover, {
      ...identityChild,
      workflowId,
      taskQueue: CONTROL_QUEUE,
      args: [{ request }],
      priority: { priorityKey: request.priority, fairnessKey: request.production },
      typedSearchAttributes: turnoverAttributes(request),
      staticSummary: `Turnover ${request.name} revision ${request.revision} of ${request.production}, recipe ${request.recipe}`,
    });
    started = { workflowId, runId: made.firstExecutionRunId };
    return await made.result();
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return alreadyRunning(workflowId);
    throw error;
  }
}
