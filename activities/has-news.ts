import { z } from 'zod';
import { TurnoverPlan, TurnoverRequest } from '../schemas/turnover.ts';
import { sha256OfCanonical } from '../standards/hash/canonical-json.ts';
import { defineActivity } from './define-activity.ts';
import { planFor } from './plan-turnover.ts';

/**
 * Plans again and compares: a waiting turnover looks now and then whether a message was lost.
 * A retry is safe: it only reads.
 */
export const hasNews = defineActivity(
  'hasNews',
  z.object({ request: TurnoverRequest, planKey: z.string() }),
  async (deps, { request, planKey }): Promise<boolean> => {
    const [before, now] = await Promise.all([deps.facts.get(planKey, TurnoverPlan), planFor(deps, request)]);
    return sha256OfCanonical(before) !== sha256OfCanonical(now.plan);
  },
);
