import { z } from 'zod';
import { PipelineError } from '../schemas/failure.ts';
import { RollRequest } from '../schemas/roll.ts';
import { defineActivity } from './define-activity.ts';
import { type Parsed, refuse } from './refuse.ts';
import { allowedFolder } from './source-path.ts';

/**
 * Looks at the site whether the card is there and may be read; a refusal says why not.
 * A retry is safe: it only looks.
 */
export const checkSource = defineActivity(
  'checkSource',
  z.object({ roll: RollRequest }),
  async (deps, { roll }): Promise<Parsed<{ source: string }>> => {
    try {
      return { accepted: { source: await allowedFolder(roll.source, deps.sourceRoots) } };
    } catch (error) {
      if (error instanceof PipelineError && (error.code === 'not-found' || error.code === 'refused-by-rule'))
        return refuse(error.code, error.message);
      throw error;
    }
  },
);
