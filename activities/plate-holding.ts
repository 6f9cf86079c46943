import { engineFingerprint } from '../engine/choose-engine.ts';
import type { Engine, ResolvedSource } from '../engine/engine.ts';
import type { PreparedDeliverable, PreparedPlate } from '../schemas/plate-facts.ts';
import type { SegmentJob } from '../schemas/segment-job.ts';
import type { Dependencies } from './dependencies.ts';
import { framesPresent, range, storedSequence } from './stored-frames.ts';

/** A plate that stands in the store, and its files of the frames that a movie shows. */
export type HoldingPlate = { job: SegmentJob; pictures: ResolvedSource[] };

/**
 * The plate of this turnover whose pictures a movie is made of, so that its clip is not decoded again: made by the same
 * version of the same engine, and all the frames of the movie stand. Null where there is none.
 */
export async function plateHolding(
  deps: Dependencies,
  { deliverables }: PreparedPlate,
  movie: PreparedDeliverable,
  engine: Engine,
): Promise<HoldingPlate | null> {
  if (engine.renderFromPlate === undefined || movie.engine === undefined) return null;
  const wanted = engineFingerprint(movie.engine);
  const { first, last } = movie.job.frames;
  for (const plate of deliverables) {
    const isSame = plate.engine !== undefined && engineFingerprint(plate.engine) === wanted;
    if (plate.kind !== 'sequence' || !isSame || !engine.isHeldBy?.(movie.job, plate.job)) continue;
    const stored = await framesPresent(deps, storedSequence(plate.contentKey, plate.job), range(first, last));
    if (stored.size !== last - first + 1) continue;
    const pictures = [...stored.values()].map(async ({ frame, ...object }) => {
      const at = await deps.store.locate({ site: deps.site, bucket: deps.store.bucket('work'), ...object });
      return { name: `${frame}.exr`, frame, location: at.location };
    });
    return { job: plate.job, pictures: await Promise.all(pictures) };
  }
  return null;
}
