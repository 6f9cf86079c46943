import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { executeChild, proxyActivities, setCurrentDetails } from '@temporalio/workflow';
import type { Activities } from '../activities/index.ts';
import type { IngestRequest, RollReport } from '../schemas/roll.ts';
import { rollWorkflowId } from './ids.ts';
import { catalogueCall, identityChild } from './policies.ts';
import { CONTROL_QUEUE, queueOf } from './queues.ts';
import { receiveRoll } from './receive-roll.ts';
import { alreadyRunning, type Refusal } from './refusal.ts';
import { rollAttributes } from './search-attributes.ts';

const { parseIngestRequest, checkSource } = proxyActivities<Activities>(catalogueCall);

/**
 * Takes one card in. This is the workflow a person starts, from anywhere, with one JSON object: it refuses in a sentence
 * or starts the one child that bears the roll's id, so that a roll is never taken in twice at once.
 */
export async function ingestRoll(input: IngestRequest): Promise<RollReport | Refusal> {
  const parsed = await parseIngestRequest(input);
  if ('refused' in parsed) return parsed;
  const roll = parsed.accepted;
  const source = await checkSource.executeWithOptions({ taskQueue: queueOf('io', roll.site) }, [{ roll }]);
  if ('refused' in source) return source;
  const workflowId = rollWorkflowId(roll);
  setCurrentDetails(`**${workflowId}** does the work and tells how far it is.`);
  try {
    return await executeChild(receiveRoll, {
      ...identityChild,
      workflowId,
      taskQueue: CONTROL_QUEUE,
      args: [roll],
      priority: { priorityKey: roll.priority, fairnessKey: roll.production },
      typedSearchAttributes: rollAttributes(roll),
      staticSummary: `Ingest of roll ${roll.roll}, shoot day ${roll.shootDay}, production ${roll.production}`,
    });
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return alreadyRunning(workflowId);
    throw error;
  }
}
