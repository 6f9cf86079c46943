import type { MadeCard } from '../../footage/card.ts';
import { shippedRecipes } from '../../pipeline/delivery/recipes.ts';
import type { DeliverableSpec } from '../../schemas/recipe.ts';
import type { PixelSize, SegmentJob } from '../../schemas/segment-job.ts';
import { clipJob, colourTo } from './clip-job.ts';

/** What a recipe renders: everything but trims, in which no pixel is made. */
export type RenderedSpec = Exclude<DeliverableSpec, { kind: 'trim' }>;

/** The shipped recipes by name, with what each renders. */
export function renderedRecipes(): [name: string, specs: RenderedSpec[]][] {
  return shippedRecipes().map(({ name, deliverables }) => [
    name,
    deliverables.filter((spec): spec is RenderedSpec => spec.kind !== 'trim'),
  ]);
}

/**
 * The part of a job that a deliverable of a recipe decides, for the first clip of a card without AMF or FDL.
 * @param size of a movie or still
 */
export function jobOfSpec(
  spec: RenderedSpec,
  card: MadeCard,
  size: PixelSize,
): Pick<SegmentJob, 'output' | 'colour' | 'route'> {
  const clip = card.clips[0]!;
  const aces = colourTo(clip, 'ACES2065-1');
  const { output } = clipJob(card, clip).job;
  if (output.kind !== 'exr') throw new Error('a clip job makes plates');
  if (spec.kind === 'plate')
    return {
      output: { ...output, compression: spec.compression, container: spec.container },
      colour: colourTo(clip, spec.colour),
      route: spec.route,
    };
  if (spec.kind === 'log-plate')
    return {
      output: { kind: 'dpx', bits: spec.bits, header: output.header },
      colour: { ...aces, steps: [], outputSpace: aces.decodedSpace },
      route: spec.route,
    };
  const { display, view } = spec;
  const from = aces.decodedSpace === 'camera-native' ? 'ACES2065-1' : aces.decodedSpace;
  const form =
    spec.kind === 'still'
      ? ({ codec: 'jpeg', container: 'jpg' } as const)
      : {
          codec: spec.codec,
          container: spec.container,
          ...(spec.mastering ? { mastering: spec.mastering } : {}),
        };
  return {
    output: { kind: 'movie', ...form, size, startTimecode: clip.startTimecode, burnIns: [] },
    colour: { ...aces, steps: [{ kind: 'display', from, display, view }], outputSpace: display },
    route: 'fast',
  };
}
