import { z } from 'zod';
import { type RollRequest, rollId, VerifyRequest } from '../schemas/roll.ts';
import { defineActivity } from './define-activity.ts';
import { type Parsed, refuse, refuseForm } from './refuse.ts';

/**
 * Reads what a person sent about a roll that is here already, or refuses in one sentence.
 * A retry is safe: it only reads.
 */
export const parseRollRequest = defineActivity(
  'parseRollRequest',
  z.unknown(),
  async (deps, input): Promise<Parsed<RollRequest>> => {
    const parsed = VerifyRequest.safeParse(input);
    if (!parsed.success) {
      return refuseForm('a roll', parsed.error, {
        production: 'AGM',
        shootDay: '20260930',
        roll: 'A001R1AA',
      });
    }
    const known = await deps.catalogue.getRoll(rollId(parsed.data));
    if (known === null)
      return refuse('not-found', `There is no roll ${rollId(parsed.data)}: \`rushes rolls\` lists them.`);
    const { production, shootDay, roll, priority, site = known.site } = parsed.data;
    const places = [known.site, ...known.copies.map((copy) => copy.site)];
    if (!places.includes(site))
      return refuse(
        'not-found',
        `The roll ${rollId(parsed.data)} does not lie at ${site}: it lies at ${places.join(', ')}.`,
      );
    if (known.report === null)
      return refuse(
        'not-found',
        `The ingest of ${rollId(parsed.data)} has not come to its end yet, and only its card tells what belongs to it: start the same ingest again (\`rushes ingest\`), what was copied is not read again.`,
      );
    return {
      accepted: { production, shootDay, roll, priority, site, source: known.source ?? '' },
    };
  },
);
