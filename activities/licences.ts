import { z } from 'zod';
import type { WorkflowRun } from '../workflows/messages.ts';
import { defineActivity } from './define-activity.ts';

const Run = z.object({ workflowId: z.string(), runId: z.string() });

/**
 * Puts a plate into the line for a licence of an engine at its site.
 * A retry is safe: the keeper knows a request by its token.
 */
export const askForLicence = defineActivity(
  'askForLicence',
  z.object({
    site: z.string(),
    engine: z.string(),
    count: z.int().positive(),
    token: z.string(),
    priority: z.int(),
    holder: Run,
  }),
  (deps, request): Promise<void> => deps.askForLicence(request),
);

/**
 * Tells which of these plates run no more, so that what they held can be given to others.
 * A retry is safe: it only looks.
 */
export const endedHolders = defineActivity(
  'endedHolders',
  z.object({ holders: z.array(Run) }),
  (deps, { holders }): Promise<WorkflowRun[]> => deps.endedWorkflows(holders),
);
