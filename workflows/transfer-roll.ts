import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { executeChild, proxyActivities, setCurrentDetails } from '@temporalio/workflow';
import type { Activities } from '../activities/index.ts';
import type { RollReport } from '../schemas/roll.ts';
import type { TransferRequest } from '../schemas/transfer.ts';
import { rollWorkflowId } from './ids.ts';
import { catalogueCall, identityChild } from './policies.ts';
import { CONTROL_QUEUE, queueOf } from './queues.ts';
import { alreadyRunning, type Refusal } from './refusal.ts';
import { rollAttributes } from './search-attributes.ts';
import { sendRoll } from './send-roll.ts';

const { parseTransferRequest, checkTransfer } = proxyActivities<Activities>(catalogueCall);

/**
 * Sends a stored roll to another site, where the production's residency rule allows it: a refusal comes before a byte moves.
 * The child bears the roll's id, so that a roll is never sent while it is taken in or verified.
 */
export async function transferRoll(input: TransferRequest): Promise<RollReport | Refusal> {
  const parsed = await parseTransferRequest(input);
  if ('refused' in parsed) return parsed;
  const order = parsed.accepted;
  const sender = await checkTransfer.executeWithOptions({ taskQueue: queueOf('io', order.from) }, [
    { order },
  ]);
  if ('refused' in sender) return sender;
  const workflowId = rollWorkflowId(order);
  setCurrentDetails(`**${workflowId}** does the work and tells how far it is.`);
  try {
    return await executeChild(sendRoll, {
      ...identityChild,
      workflowId,
      taskQueue: CONTROL_QUEUE,
      args: [order],
      priority: { priorityKey: order.priority, fairnessKey: order.production },
      typedSearchAttributes: rollAttributes(order),
      staticSummary: `Transfer of roll ${order.roll}, shoot day ${order.shootDay}, production ${order.production}, from ${order.from} to ${order.to}`,
    });
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return alreadyRunning(workflowId);
    throw error;
  }
}
