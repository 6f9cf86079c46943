import { z } from 'zod';
import { PipelineError } from '../schemas/failure.ts';
import { type RollState, rollId } from '../schemas/roll.ts';
import { TransferOrder, TransferRequest } from '../schemas/transfer.ts';
import { defineActivity } from './define-activity.ts';
import type { Dependencies } from './dependencies.ts';
import { type Parsed, refuse, refuseForm } from './refuse.ts';
import { holdToResidency } from './residency.ts';

const EXAMPLE = { production: 'AGM', shootDay: '20260930', roll: 'A001R1AA', to: 'annex' };

/**
 * Reads what a person sent as a transfer: finds the roll's home and asks the residency rule, or refuses in one sentence.
 * A retry is safe: it only reads.
 */
export const parseTransferRequest = defineActivity(
  'parseTransferRequest',
  z.unknown(),
  async (deps, input): Promise<Parsed<TransferOrder>> => {
    const parsed = TransferRequest.safeParse(input);
    if (!parsed.success) return refuseForm('a transfer', parsed.error, EXAMPLE);
    const { production, shootDay, roll, to, priority } = parsed.data;
    const id = rollId(parsed.data);
    const known = await deps.catalogue.getRoll(id);
    if (known === null) return refuse('not-found', `There is no roll ${id}: \`rushes rolls\` lists them.`);
    if (known.site === to)
      return refuse('input-invalid', `The roll ${id} is at home at ${to}: name another site.`);
    if (known.generation === null) return refuse('not-found', withoutGeneration(id, known.state));
    const order = { production, shootDay, roll, from: known.site, to, priority };
    return refusedBecause(deps, order) ?? { accepted: order };
  },
);

/**
 * Asks the configuration of the site that would send: it must know the other store, and its own rule must agree.
 * A retry is safe: it only looks.
 */
export const checkTransfer = defineActivity(
  'checkTransfer',
  z.object({ order: TransferOrder }),
  async (deps, { order }): Promise<Parsed<{ to: string }>> =>
    refusedBecause(deps, order) ?? { accepted: { to: order.to } },
);

function withoutGeneration(id: string, state: RollState): string {
  if (state === 'arriving' || state === 'verifying')
    return `The roll ${id} is ${state} and has no MHL generation yet: send it when its ingest has ended.`;
  return `The roll ${id} is ${state}, and the last work on it wrote no MHL generation, so there is no history to send with it: \`rushes roll verify ${id}\` tells what is wrong. Put that right, then send it.`;
}

/** The rule first: to whom a roll may not go, nobody need say whether they exist. */
function refusedBecause(deps: Dependencies, order: TransferOrder): ReturnType<typeof refuse> | null {
  try {
    holdToResidency(deps, order);
  } catch (error) {
    if (error instanceof PipelineError && error.code === 'refused-by-rule')
      return refuse(error.code, error.message);
    throw error;
  }
  const unknown = [order.from, order.to].find((site) => !deps.sites.includes(site));
  if (unknown === undefined) return null;
  return refuse(
    'not-found',
    `The configuration of ${deps.site} names no site «${unknown}»: it knows ${deps.sites.join(', ')}.`,
  );
}
