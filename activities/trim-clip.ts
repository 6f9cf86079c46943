import { z } from 'zod';
import { trimDifferences } from '../pipeline/delivery/compare-trim.ts';
import { PipelineError } from '../schemas/failure.ts';
import { StoredObject } from '../schemas/file.ts';
import { PreparedPlate } from '../schemas/plate-facts.ts';
import { type PreparedTrim, type TrimJob, TrimManifest } from '../schemas/trim.ts';
import { TurnoverRequest, turnoverId } from '../schemas/turnover.ts';
import { madeKey } from '../stores/objects/keys.ts';
import { type ActivityRun, defineActivity } from './define-activity.ts';
import type { Dependencies } from './dependencies.ts';

const Input = z.object({
  request: TurnoverRequest,
  plateId: z.string(),
  deliverable: z.string(),
  jobKey: z.string(),
});

/**
 * Cuts the range of a plate out of its original movie, inspects the cut again, and keeps it only when nothing but time
 * and length changed; where originals are handed over as they lie, it only writes that down.
 * A retry is safe: a manifest that is there is the answer, "cannot be cut" included; a cut has one key for one job.
 */
export const trimClip = defineActivity(
  'trimClip',
  Input,
  async (deps, input, run): Promise<{ isCut: boolean; frameCount: number }> => {
    const prepared = await deps.facts.get(input.jobKey, PreparedPlate);
    const trim = prepared.trims?.find((one) => one.name === input.deliverable);
    if (trim === undefined)
      throw new PipelineError('not-found', `Plate ${input.plateId} has no trim ${input.deliverable}.`, {
        key: input.jobKey,
      });
    const known = await knownCut(deps, trim);
    const manifest =
      known ?? (trim.job === null ? null : await cutOnce(deps, trim.job, trim.contentKey, run));
    const { first, last } = trim.frames;
    const isNew = known === null && manifest?.made != null;
    await deps.catalogue.recordSegment({
      turnoverId: turnoverId(input.request),
      plateId: input.plateId,
      deliverable: input.deliverable,
      first,
      last,
      framesMade: isNew ? last - first + 1 : 0,
      framesReused: isNew ? 0 : framesHandedOver(trim),
      worker: run.worker,
      attempt: run.attempt,
    });
    return { isCut: manifest?.made != null, frameCount: last - first + 1 };
  },
);

/** Frames of the range that the plate gets, made now or recorded by the camera. */
function framesHandedOver({ pictures, frames }: PreparedTrim): number {
  const numbered = pictures.filter(({ frame }) => frame !== undefined).length;
  return pictures.length === 0 || numbered > 0 ? numbered : frames.last - frames.first + 1;
}

/** The manifest of a cut that was tried before, whatever came of it; null when none was or none is to be made. */
export async function knownCut(deps: Dependencies, trim: PreparedTrim): Promise<TrimManifest | null> {
  if (trim.job === null) return null;
  const bucket = deps.store.bucket('work');
  const key = madeKey(trim.contentKey, 'manifest.json');
  if ((await deps.store.stat(bucket, key)) === null) return null;
  return TrimManifest.parse(await deps.store.getDocument(bucket, key));
}

async function cutOnce(
  deps: Dependencies,
  job: TrimJob,
  workKey: string,
  run: ActivityRun,
): Promise<TrimManifest> {
  const manifest = await cut(deps, job, workKey, run);
  await deps.store.putDocument(deps.store.bucket('work'), madeKey(workKey, 'manifest.json'), manifest);
  return manifest;
}

async function cut(
  deps: Dependencies,
  job: TrimJob,
  workKey: string,
  run: ActivityRun,
): Promise<TrimManifest> {
  const whole = (why: string[]): TrimManifest => ({
    version: 1,
    kind: 'trim-manifest',
    workKey,
    made: null,
    why,
  });
  if (deps.engine.trim === undefined) return whole(['the engine at hand cuts no movies']);
  const { location } = await deps.store.locate(StoredObject.parse(job.source));
  const work = await deps.scratch.open({ signal: run.signal });
  try {
    run.progress({ stage: 'cut' });
    const source = { name: job.source.name, location };
    const result = await deps.engine.trim(job, source, work.output, { signal: run.signal });
    if ('cannot' in result) return whole([result.cannot]);
    run.progress({ stage: 'inspect' });
    const [before, after] = await deps.engine.inspect([location, result.file], { signal: run.signal });
    if (before === undefined || after === undefined)
      throw new Error('an inspection of two files told of fewer');
    const differences = trimDifferences(job, before, after);
    if (differences.length > 0) return whole(differences);
    const key = madeKey(workKey, job.source.name);
    await deps.store.putFileIfAbsent(deps.store.bucket('work'), key, result.file, result, {
      signal: run.signal,
    });
    const { sizeBytes, xxh128, frameCount } = result;
    return { ...whole([]), made: { key, sizeBytes, xxh128, frameCount } };
  } finally {
    await work.remove();
  }
}
