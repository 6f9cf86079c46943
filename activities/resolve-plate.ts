import type { ClipSource } from '../pipeline/delivery/clip-source.ts';
import { preparePlate as prepare } from '../pipeline/delivery/prepare-plate.ts';
import type { PreparedPlate } from '../schemas/plate-facts.ts';
import type { Recipe } from '../schemas/recipe.ts';
import { type PlannedPlate, type TurnoverRequest, turnoverId } from '../schemas/turnover.ts';
import { amfsOf } from './amfs-of.ts';
import type { Dependencies } from './dependencies.ts';
import { engineChooser, enginesAtHand } from './engine-choice.ts';
import { fdlOf } from './fdl-of.ts';
import { recipeOf } from './recipe-of.ts';
import { soundsFor } from './sounds-for.ts';

/** Everything that is decided about a plate before a pixel is made, or why nothing of it can be here. */
export type ResolvedPlate = { prepared: PreparedPlate; licences: Record<string, number> } | { away: string };

/**
 * Decides a plate and writes nothing: decode, framing, colour, keys.
 * @param recipe default: of the turnover
 */
export async function resolvePlate(
  deps: Dependencies,
  request: TurnoverRequest,
  plate: PlannedPlate,
  recipe?: Recipe,
): Promise<ResolvedPlate> {
  const source = await deps.catalogue.clipSource(plate.clipId, request.site);
  const away = whyAway(source, request.site);
  if (away !== null) return { away };
  const engines = await enginesAtHand(deps, request);
  const made = recipe ?? (await recipeOf(deps, request));
  const prepared = prepare({
    turnover: turnoverId(request),
    plate,
    source,
    recipe: made,
    sounds: await soundsFor(deps, request, made, plate),
    ...(request.sound === undefined ? {} : { sound: request.sound }),
    engineFor: engineChooser(engines, request, source),
    amfs: await amfsOf(deps, request),
    fdl: await fdlOf(deps, request),
    fingerprint: (await deps.engine.capabilities()).versions,
  });
  return { prepared, licences: engines.licences };
}

/** Work goes where originals are; a clip of which nothing lies at the turnover's site waits for a transfer of its roll. */
function whyAway({ clip, objects }: ClipSource, site: string): string | null {
  if (objects.length > 0 || clip.files.length === 0) return null;
  return `No file of ${clip.clipName} is among the originals at ${site}: send its roll there (\`rushes transfer\`), or submit the turnover at the roll's home (\`--site\`).`;
}
