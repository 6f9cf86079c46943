import { z } from 'zod';
import { TurnoverRequest, turnoverId } from '../schemas/turnover.ts';
import { defineActivity } from './define-activity.ts';

/**
 * Writes down why a plate was not made; the rest of the turnover goes on.
 * A retry is safe: it sets a state.
 */
export const recordPlateEnd = defineActivity(
  'recordPlateEnd',
  z.object({
    request: TurnoverRequest,
    plateId: z.string(),
    state: z.enum(['failed', 'cancelled']),
    why: z.string(),
  }),
  (deps, { request, plateId, state, why }): Promise<void> =>
    deps.catalogue.setPlateState(turnoverId(request), plateId, state, why),
);
