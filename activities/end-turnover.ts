import { z } from 'zod';
import { TurnoverRequest, turnoverId } from '../schemas/turnover.ts';
import { defineActivity } from './define-activity.ts';

/**
 * Writes down that a turnover was cancelled or failed; what it made stays.
 * A retry is safe: it sets a state.
 */
export const endTurnover = defineActivity(
  'endTurnover',
  z.object({ request: TurnoverRequest, state: z.enum(['cancelled', 'failed']) }),
  (deps, { request, state }): Promise<void> => deps.catalogue.setTurnoverState(turnoverId(request), state),
);
