import type { DeliveredBefore } from '../pipeline/conform/delta.ts';
import type { WorkUnderway } from '../pipeline/conform/in-flight.ts';
import {
  type PlannedPlate,
  type PlateState,
  TurnoverPlan,
  type TurnoverRequest,
  turnoverId,
} from '../schemas/turnover.ts';
import type { Dependencies } from './dependencies.ts';

const UNDERWAY: readonly PlateState[] = ['waiting', 'ambiguous', 'planned', 'rendering'];

/**
 * What earlier revisions of a turnover made, and what they are still at. Only what was made can cover anything; a plate that left the
 * cut and comes back is found in the revision that made it.
 */
export async function deliveredBefore(
  deps: Dependencies,
  request: TurnoverRequest,
): Promise<DeliveredBefore | null> {
  let previous: TurnoverPlan | null = null;
  const earlier = new Map<string, PlannedPlate>();
  const underway: WorkUnderway[] = [];
  for (let revision = request.revision - 1; revision >= 1; revision--) {
    const known = await deps.catalogue.getTurnover(turnoverId({ ...request, revision }));
    if (known?.planKey == null) continue;
    const plan = await deps.facts.get(known.planKey, TurnoverPlan);
    const states = await statesOf(deps, known.turnoverId);
    const made = plan.plates.filter(({ plateId }) => states.get(plateId) === 'made');
    if (previous === null) previous = { ...plan, plates: made };
    else for (const plate of made) if (!earlier.has(plate.plateId)) earlier.set(plate.plateId, plate);
    const open = plan.plates.filter(({ plateId }) => UNDERWAY.includes(states.get(plateId) ?? 'failed'));
    if (open.length > 0 && known.state !== 'cancelled')
      underway.push({
        turnover: known.turnoverId,
        plates: open,
        ...(plan.documents === undefined ? {} : { documents: plan.documents }),
      });
  }
  if (previous === null) return null;
  for (const { plateId } of previous.plates) earlier.delete(plateId);
  return { previous, earlier: [...earlier.values()], underway };
}

async function statesOf(deps: Dependencies, id: string): Promise<Map<string, PlateState>> {
  const status = await deps.catalogue.statusOf(id);
  return new Map(
    (status?.shots ?? []).flatMap((shot) =>
      shot.plates.map((plate) => [`${shot.name}_${plate.name}`, plate.state] as const),
    ),
  );
}
