import { z } from 'zod';
import type { Decisions } from '../pipeline/conform/event-key.ts';
import { matchEvents } from '../pipeline/conform/match.ts';
import type { MatchClip } from '../pipeline/conform/match-clip.ts';
import { planTurnover as plan } from '../pipeline/conform/plan.ts';
import { rateOfMedia } from '../pipeline/conform/rate-of-media.ts';
import { readCutList } from '../pipeline/conform/read-cut-list.ts';
import { findRecipe } from '../pipeline/delivery/recipes.ts';
import type { CutList } from '../schemas/cut-list.ts';
import type { Rational } from '../schemas/rational.ts';
import { type EventMatch, TurnoverPlan, TurnoverRequest, turnoverId } from '../schemas/turnover.ts';
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
  const bytes = await deps.facts.getBytes(request.cutListKey);
  const clips = await deps.catalogue.clipsForMatching(request.production);
  const decisions = await deps.catalogue.decisionsOf(request.production);
  const { list, matches } = readAndMatch(request, bytes, clips, decisions);
  const recipe = findRecipe(request.recipe);
  return plan({
    turnover: turnoverId(request),
    list,
    matches,
    clips,
    recipe: { ...recipe, handles: request.handles },
    previous: await previousPlan(deps, request),
  });
}

/** A list that tells no rate is read at the rate of the media it asks for, when they agree on one. */
function readAndMatch(
  request: TurnoverRequest,
  bytes: Buffer,
  clips: readonly MatchClip[],
  decisions: Decisions,
): { list: CutList; matches: EventMatch[] } {
  const at = (rate: Rational | null) => {
    const list = readCutList(request.cutListFileName, bytes, rate === null ? {} : { rate });
    return { list, matches: matchEvents(list.events, clips, { decisions, recordRate: list.rate ?? null }) };
  };
  const first = at(request.fps);
  if (request.fps !== null) return first;
  const media = rateOfMedia(first.matches, clips);
  return media === null ? first : at(media);
}

/** The plan of the revision before: frame numbers stay with their source frames, and plates keep their names. */
async function previousPlan(deps: Dependencies, request: TurnoverRequest): Promise<TurnoverPlan | null> {
  for (let revision = request.revision - 1; revision >= 1; revision--) {
    const known = await deps.catalogue.getTurnover(turnoverId({ ...request, revision }));
    if (known?.planKey != null) return deps.facts.get(known.planKey, TurnoverPlan);
  }
  return null;
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
