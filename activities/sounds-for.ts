import type { ClipSource } from '../pipeline/delivery/clip-source.ts';
import { laySound } from '../pipeline/delivery/lay-sound.ts';
import { isOfAnotherDay } from '../pipeline/inspection/sound-under-clip.ts';
import type { Recipe } from '../schemas/recipe.ts';
import type { SoundChoice } from '../schemas/sound.ts';
import type { PlannedPlate, TurnoverRequest } from '../schemas/turnover.ts';
import type { Dependencies } from './dependencies.ts';

type Knowing = Pick<Dependencies, 'catalogue'>;

/** The sound recordings of a plate's shoot day with their objects at the turnover's site; none where no movie asks for them. */
export async function soundsFor(
  { catalogue }: Knowing,
  request: TurnoverRequest,
  recipe: Recipe,
  plate: PlannedPlate,
): Promise<ClipSource[]> {
  if (choiceOf(request, recipe) === null) return [];
  const clip = await catalogue.getClip(plate.clipId);
  if (clip === null) return [];
  const sounds = await catalogue.soundOfDay(clip.production, clip.shootDay);
  const near = sounds.filter((sound) => !isOfAnotherDay(clip, sound));
  return Promise.all(near.map(({ clipId }) => catalogue.clipSource(clipId, request.site)));
}

/**
 * Plates with the recordings that their movies would carry, so that a later plan tells when others run under them; as they
 * are where no movie asks for a sound roll.
 */
export async function withSounds(
  { catalogue }: Knowing,
  request: TurnoverRequest,
  recipe: Recipe,
  plates: readonly PlannedPlate[],
): Promise<PlannedPlate[]> {
  const choice = choiceOf(request, recipe);
  if (choice === null) return [...plates];
  const days = new Map<string, ClipSource[]>();
  const told: PlannedPlate[] = [];
  for (const plate of plates) {
    const clip = await catalogue.getClip(plate.clipId);
    const day = clip && `${clip.production}/${clip.shootDay}`;
    if (clip && day && !days.has(day)) {
      const sounds = await catalogue.soundOfDay(clip.production, clip.shootDay);
      const located = sounds.map(({ clipId }) => catalogue.clipSource(clipId, request.site));
      days.set(day, await Promise.all(located));
    }
    const source = clip && { clipId: plate.clipId, clip, objects: [], cameraFormat: null };
    const laid = source && laySound(source, plate, days.get(day!) ?? [], choice);
    told.push({ ...plate, sounds: laid?.files.map(({ xxh128 }) => xxh128) ?? [] });
  }
  return told;
}

/** How movies of a turnover take a sound roll; null where none does. */
function choiceOf(request: TurnoverRequest, recipe: Recipe): SoundChoice | null {
  const choices = recipe.deliverables.flatMap((spec) =>
    spec.kind === 'proxy' ? [request.sound ?? spec.sound ?? 'camera'] : [],
  );
  return choices.find((choice) => choice === 'sound-roll' || choice === 'both') ?? null;
}
