import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { executeChild, proxyActivities } from '@temporalio/workflow';
import type { Activities } from '../activities/index.ts';
import type { RollReport, VerifyRequest } from '../schemas/roll.ts';
import { rollWorkflowId } from './ids.ts';
import { catalogueCall, identityChild } from './policies.ts';
import { CONTROL_QUEUE } from './queues.ts';
import { readRollAgain } from './read-roll-again.ts';
import { alreadyRunning, type Refusal } from './refusal.ts';
import { rollAttributes } from './search-attributes.ts';

const { parseRollRequest } = proxyActivities<Activities>(catalogueCall);

/**
 * Verifies a stored roll once more. It bears the roll's id, so that it never runs beside an ingest of the same roll.
 */
export async function verifyRoll(input: VerifyRequest): Promise<RollReport | Refusal> {
  const parsed = await parseRollRequest(input);
  if ('refused' in parsed) return parsed;
  const roll = parsed.accepted;
  const workflowId = rollWorkflowId(roll);
  try {
    return await executeChild(readRollAgain, {
      ...identityChild,
      workflowId,
      taskQueue: CONTROL_QUEUE,
      args: [roll],
      priority: { priorityKey: roll.priority, fairnessKey: roll.production },
      typedSearchAttributes: rollAttributes(roll),
      staticSummary: `Second verification of roll ${roll.roll}, shoot day ${roll.shootDay}, production ${roll.production}`,
    });
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return alreadyRunning(workflowId);
    throw error;
  }
}
