import path from 'node:path';
import { z } from 'zod';
import { indexClips } from '../pipeline/conform/clip-index.ts';
import {
  asDelivered,
  compareTurnovers,
  type DeliveredBefore,
  type TurnoverDelta,
} from '../pipeline/conform/delta.ts';
import { planTurnover as plan } from '../pipeline/conform/plan.ts';
import { readAndMatch } from '../pipeline/conform/read-and-match.ts';
import { madeAfter } from '../pipeline/conform/shared-frames.ts';
import { type Layer, stackLayers } from '../pipeline/conform/stack-layers.ts';
import { filesByPlate } from '../pipeline/delivery/given-names.ts';
import { withLooks } from '../pipeline/delivery/looks.ts';
import { checkNames } from '../pipeline/delivery/package-paths.ts';
import { type Finding, finding } from '../schemas/finding.ts';
import type { Recipe } from '../schemas/recipe.ts';
import { listsOf, type TurnoverPlan, TurnoverRequest, turnoverId } from '../schemas/turnover.ts';
import { sha256OfCanonical } from '../standards/hash/canonical-json.ts';
import { defineActivity } from './define-activity.ts';
import { deliveredBefore } from './delivered-before.ts';
import type { Dependencies } from './dependencies.ts';
import { looksOf } from './looks-of.ts';
import { recipeOf } from './recipe-of.ts';
import { referencesOf } from './references-of.ts';
import { withSounds } from './sounds-for.ts';

/** What the workflow needs of a plan: the key of the whole, the plates to make, and what waits. */
export type PlanOutcome = {
  planKey: string;
  plates: string[];
  /** Plates that are made after others of the list, because they share frames with them. A worker of before tells none. */
  after?: Record<string, string[]>;
  waiting: { what: string; why: string }[];
};

/**
 * Reads the cut list, matches its events to the catalogue and plans the plates.
 * A retry is safe: it reads, and writes facts under their digests.
 */
export const planTurnover = defineActivity(
  'planTurnover',
  z.object({ request: TurnoverRequest }),
  async (deps, { request }): Promise<PlanOutcome> => {
    // Known before it is planned: a roll that arrives while its first plan is made finds whom to tell.
    if ((await deps.catalogue.getTurnover(turnoverId(request))) === null)
      await deps.catalogue.upsertTurnover(request);
    const { plan: planned, delta } = await planFor(deps, request);
    const planKey = await deps.facts.put(
      request.production,
      'plans',
      `${request.name}/${request.revision}`,
      planned,
    );
    await deps.catalogue.savePlan(request, planned, planKey);
    await settleDelta(deps, request, delta);
    const wanted = planned.plates.filter(({ isDelivered }) => isDelivered !== false);
    return {
      planKey,
      plates: wantedPlates(planned),
      after: madeAfter(wanted),
      waiting: waitingOf(planned),
    };
  },
);

/** Plates that are delivered in this turnover: all of a first one, the changed ones of a later one. */
export function wantedPlates(plan: TurnoverPlan): string[] {
  return plan.plates.filter((plate) => plate.isDelivered !== false).map((plate) => plate.plateId);
}

/** A plan with what changed since the revision before; `delta` null when there is none. */
export type PlannedTurnover = { plan: TurnoverPlan; delta: TurnoverDelta | null };

/** The plan itself, written nowhere: what `rushes turnover plan` shows. */
export async function planFor(deps: Dependencies, request: TurnoverRequest): Promise<PlannedTurnover> {
  const clips = await deps.catalogue.clipsForMatching(request.production);
  const decisions = await deps.catalogue.decisionsOf(request.production);
  const index = indexClips(clips);
  const layers: Layer[] = [];
  for (const { key, fileName } of listsOf(request)) {
    const bytes = await deps.facts.getBytes(key);
    const { convertCutList: convert } = deps;
    const layer = await readAndMatch({
      fileName,
      bytes,
      convert,
      rate: request.fps,
      clips,
      index,
      decisions,
    });
    layers.push({ fileName, ...layer });
  }
  const { list, matches } = stackLayers(layers);
  const before = await deliveredBefore(deps, request);
  const recipe = await recipeOf(deps, request);
  const made = plan({
    turnover: turnoverId(request),
    list,
    matches,
    clips,
    recipe: {
      handles: request.handles,
      numbering: { ...recipe.numbering, ...definedOf(request.numbering ?? {}) },
    },
    previous: before?.previous ?? null,
    earlier: before?.earlier ?? [],
    ...(request.shotTemplate === undefined ? {} : { shotTemplate: request.shotTemplate }),
  });
  const sounded = { ...made, plates: await withSounds(deps, request, recipe, made.plates) };
  const graded = withLooks(named(sounded, request), await looksOf(deps, request));
  const planned = {
    ...graded,
    documents: documentsOf(request, recipe),
    findings: [...graded.findings, ...(await unusedReferences(deps, request, graded))],
  };
  checkNames(recipe, planned.plates, request.revision);
  return before === null ? { plan: planned, delta: null } : withDelta(before, planned);
}

/** What of the numbering a person said. */
function definedOf(said: NonNullable<TurnoverRequest['numbering']>): Partial<Recipe['numbering']> {
  return {
    ...(said.first === undefined ? {} : { first: said.first }),
    ...(said.at === undefined ? {} : { at: said.at }),
  };
}

/** What names may be made of beside shot and plate. */
function named(made: TurnoverPlan, { name }: TurnoverRequest): TurnoverPlan {
  const plates = made.plates.map((plate) => {
    const reel = made.events[plate.eventIndex]?.reel;
    return { ...plate, turnoverName: name, ...(reel ? { reel } : {}) };
  });
  return { ...made, plates };
}

async function unusedReferences(
  deps: Dependencies,
  request: TurnoverRequest,
  { plates }: TurnoverPlan,
): Promise<Finding[]> {
  const files = filesByPlate(plates, await referencesOf(deps, request)).get(null) ?? [];
  return files.map((file) => {
    const id = path.basename(file);
    const sentence = `The reference ${id} names no shot, plate or clip of this turnover.`;
    return finding('document-unused', { kind: 'document', id }, sentence, { file });
  });
}

/** What decides the plates beside the cut: with another of these, what was delivered is not what is asked for. */
function documentsOf(request: TurnoverRequest, recipe: Recipe): Record<string, string> {
  return {
    amf: request.amfKey ?? '',
    fdl: request.fdlKey ?? '',
    recipe: sha256OfCanonical(recipe),
    ...(request.sound === undefined ? {} : { sound: request.sound }),
  };
}

/** The plan bears what happened and why; its plates bear their versions, and what is covered stays as it was delivered. */
function withDelta(before: DeliveredBefore, planned: TurnoverPlan): PlannedTurnover {
  const delta = compareTurnovers(before, planned);
  return { plan: { ...planned, plates: asDelivered(planned.plates, delta), delta }, delta };
}

/** Plates that are covered count as made; work in flight that nobody wants any more stops. */
async function settleDelta(
  deps: Dependencies,
  request: TurnoverRequest,
  delta: TurnoverDelta | null,
): Promise<void> {
  if (delta === null) return;
  for (const change of delta.plates) {
    if (change.isDelivered || change.kinds.includes('removed')) continue;
    await deps.catalogue.setPlateState(turnoverId(request), change.plateId, 'made', change.forPeople);
  }
  for (const { turnover, plates } of delta.cancel) await deps.cancelPlates(turnover, plates);
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
