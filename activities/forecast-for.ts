import { type Forecast, forecastTurnover } from '../pipeline/conform/forecast.ts';
import { forecastTrims } from '../pipeline/delivery/forecast-trim.ts';
import type { Recipe } from '../schemas/recipe.ts';
import { PixelSize } from '../schemas/segment-job.ts';
import type { TurnoverPlan, TurnoverRequest } from '../schemas/turnover.ts';
import type { Dependencies } from './dependencies.ts';
import { framesThere } from './frames-there.ts';

/** What a plan will cost on so many cores, from the sizes that the catalogue knows and the frames that stand in the store. */
export async function forecastFor(
  deps: Dependencies,
  request: TurnoverRequest,
  plan: TurnoverPlan,
  { deliverables }: Recipe,
  cores: number,
): Promise<Forecast> {
  const clipIds = [...new Set(plan.plates.map((plate) => plate.clipId))];
  const sizes = new Map(
    await Promise.all(
      clipIds.map(async (clipId) => {
        const clip = await deps.catalogue.getClip(clipId);
        const size = PixelSize.safeParse(clip?.fields.imageSize?.value);
        return [clipId, size.success ? size.data : null] as const;
      }),
    ),
  );
  if (deliverables.every((spec) => spec.kind === 'trim')) {
    const sources = await Promise.all(
      clipIds.map(async (clipId) => [clipId, await deps.catalogue.clipSource(clipId)] as const),
    );
    const byClip = new Map(sources);
    return forecastTrims(plan, (clipId) => byClip.get(clipId) ?? null);
  }
  const plateSpec = deliverables.find((spec) => spec.kind === 'plate');
  const made = await framesThere(deps, request, plan);
  return forecastTurnover({
    plan,
    cores,
    compression: plateSpec?.compression ?? 'none',
    sizeOf: (clipId) => sizes.get(clipId) ?? null,
    made: (clipId) => made.get(clipId) ?? [],
  });
}
