import { z } from 'zod';
import { matchEvents } from '../pipeline/conform/match.ts';
import { planTurnover as plan } from '../pipeline/conform/plan.ts';
import { readCutList } from '../pipeline/conform/read-cut-list.ts';
import { findRecipe } from '../pipeline/delivery/recipes.ts';
import { type TurnoverPlan, TurnoverRequest, turnoverId } from '../schemas/turnover.ts';
import { defineActivity } from './define-activity.ts';
import type { Dependencies } from './dependencies.ts';

/** What the workflow needs of a plan: the key of the whole, the plates to make, and what waits. */
export type PlanOutcome = { planKey: string; plates: string[]; waiting: { what: string; why: string }[] };

/**
 * Reads the cut list, matches its events to the catalogue and plans the plates.
 * A retry is safe: it reads, and writes facts under their digests.
 */
export const planTurnover = defineActivity(
  'planTurnover',
  z.object({ request: TurnoverRequest }),
  async (deps, { request }): Promise<PlanOutcome> => {
    const planned = await planFor(deps, request);
    const planKey = await deps.facts.put(
      request.production,
      'plans',
      `${request.name}/${request.revision}`,
      planned,
    );
    await deps.catalogue.savePlan(request, planned, planKey);
    return { planKey, plates: planned.plates.map((plate) => plate.plateId), waiting: waitingOf(planned) };
  },
);

/** The plan itself, written nowhere: what `rushes turnover plan` shows. */
export async function planFor(deps: Dependencies, request: TurnoverRequest): Promise<TurnoverPlan> {
  const list = readCutList(
    request.cutListFileName,
    await deps.facts.getBytes(request.cutListKey),
    request.fps === null ? {} : { rate: request.fps },
  );
  const clips = await deps.catalogue.clipsForMatching(request.production);
  const decisions = await deps.catalogue.decisionsOf(request.production);
  const matches = matchEvents(list.events, clips, { decisions, recordRate: list.rate ?? null });
  const recipe = findRecipe(request.recipe);
  return plan({
    turnover: turnoverId(request),
    list,
    matches,
    clips,
    recipe: { ...recipe, handles: request.handles },
  });
}

function waitingOf(planned: TurnoverPlan): PlanOutcome['waiting'] {
  return planned.matches
    .filter((match) => match.verdict === 'ambiguous' || match.verdict === 'not-found')
    .map((match) => {
      const event = planned.events[match.eventIndex];
      const why = match.verdict === 'ambiguous' ? 'more than one clip fits' : 'no clip here fits yet';
      return { what: `event ${event?.number} reel ${event?.reel}`, why };
    });
}
