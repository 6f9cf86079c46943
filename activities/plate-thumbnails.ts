import { readFile } from 'node:fs/promises';
import { engineAsPrepared } from '../engine/site-engines.ts';
import { PipelineError } from '../schemas/failure.ts';
import type { Recipe, StillSpec } from '../schemas/recipe.ts';
import type { PlannedPlate, TurnoverPlan, TurnoverRequest } from '../schemas/turnover.ts';
import type { Dependencies } from './dependencies.ts';
import { recipeOf } from './recipe-of.ts';
import { resolvePlate } from './resolve-plate.ts';
import { resolveSources } from './resolve-sources.ts';

/** The middle frame of the cut, as a person would see it on a video monitor. */
const THUMBNAIL: StillSpec = {
  kind: 'still',
  name: 'thumbnail',
  maxWidth: 256,
  display: 'Rec.1886 Rec.709 - Display',
  view: 'ACES 2.0 - SDR 100 nits (Rec.709)',
};

/**
 * A small picture of every plate of a plan, as a data URL by plate id. A plate of which none can be made has none: a count sheet is no
 * place to fail.
 * @param told is called with each plate that is done
 */
export async function plateThumbnails(
  deps: Dependencies,
  request: TurnoverRequest,
  plan: TurnoverPlan,
  { width, signal, told }: { width: number; signal: AbortSignal; told: (done: number) => void },
): Promise<Map<string, string>> {
  const recipe = { ...(await recipeOf(deps, request)), deliverables: [THUMBNAIL] };
  const pictures = new Map<string, string>();
  const left = [...plan.plates];
  let done = 0;
  const work = async () => {
    for (let plate = left.shift(); plate !== undefined; plate = left.shift()) {
      signal.throwIfAborted();
      const picture = await thumbnailOf(deps, request, plate, recipe, signal).catch(notMade);
      if (picture !== null) pictures.set(plate.plateId, picture);
      told(++done);
    }
  };
  await Promise.all(Array.from({ length: width }, work));
  signal.throwIfAborted();
  return pictures;
}

function notMade(error: unknown): null {
  if (error instanceof PipelineError) return null;
  throw error;
}

async function thumbnailOf(
  deps: Dependencies,
  request: TurnoverRequest,
  plate: PlannedPlate,
  recipe: Recipe,
  signal: AbortSignal,
): Promise<string | null> {
  const resolved = await resolvePlate(deps, request, plate, recipe);
  const still = 'away' in resolved ? undefined : resolved.prepared.deliverables[0];
  if (still === undefined) return null;
  const engine = await engineAsPrepared(deps.engines, still.job.engine, still.engine);
  const work = await deps.scratch.open({ signal });
  try {
    const sources = await resolveSources(deps, still.job, [still.job.frames.first], work.path, signal);
    const { movie } = await engine.render(still.job, sources, work.output, { signal, progress: () => {} });
    if (movie === undefined) return null;
    return `data:image/jpeg;base64,${(await readFile(movie.file)).toString('base64')}`;
  } finally {
    await work.remove();
  }
}
