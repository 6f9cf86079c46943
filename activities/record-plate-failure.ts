import { z } from 'zod';
import { TurnoverRequest, turnoverId } from '../schemas/turnover.ts';
import { defineActivity } from './define-activity.ts';

/**
 * Writes down why a plate could not be made; the rest of the turnover goes on.
 * A retry is safe: it sets a state.
 */
export const recordPlateFailure = defineActivity(
  'recordPlateFailure',
  z.object({ request: TurnoverRequest, plateId: z.string(), reason: z.string() }),
  (deps, { request, plateId, reason }): Promise<void> =>
    deps.catalogue.setPlateState(turnoverId(request), plateId, 'failed', reason),
);
