import { z } from 'zod';
import { defineActivity } from './define-activity.ts';

/**
 * Tells every waiting turnover of the production that a roll arrived.
 * A retry is safe: being told twice means planning once more.
 */
export const announceRoll = defineActivity(
  'announceRoll',
  z.object({ production: z.string(), rollId: z.string() }),
  async (deps, { production, rollId }): Promise<{ told: number }> => {
    const waiting = await deps.catalogue.waitingTurnovers(production);
    return { told: await deps.tellTurnovers(waiting, rollId) };
  },
);
