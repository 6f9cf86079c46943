import type { ClipSource } from '../pipeline/delivery/clip-source.ts';
import { isOfAnotherDay } from '../pipeline/inspection/sound-under-clip.ts';
import type { Recipe } from '../schemas/recipe.ts';
import type { PlannedPlate, TurnoverRequest } from '../schemas/turnover.ts';
import type { Dependencies } from './dependencies.ts';

/** The sound recordings of a plate's shoot day with their objects at the turnover's site; none where no movie asks for them. */
export async function soundsFor(
  { catalogue }: Pick<Dependencies, 'catalogue'>,
  request: TurnoverRequest,
  recipe: Recipe,
  plate: PlannedPlate,
): Promise<ClipSource[]> {
  const choices = recipe.deliverables.flatMap((spec) =>
    spec.kind === 'proxy' ? [request.sound ?? spec.sound ?? 'camera'] : [],
  );
  if (!choices.some((choice) => choice === 'sound-roll' || choice === 'both')) return [];
  const clip = await catalogue.getClip(plate.clipId);
  if (clip === null) return [];
  const sounds = await catalogue.soundOfDay(clip.production, clip.shootDay);
  const near = sounds.filter((sound) => !isOfAnotherDay(clip, sound));
  return Promise.all(near.map(({ clipId }) => catalogue.clipSource(clipId, request.site)));
}
