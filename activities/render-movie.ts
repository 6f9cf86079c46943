import path from 'node:path';
import { z } from 'zod';
import { engineAsPrepared } from '../engine/site-engines.ts';
import { PipelineError } from '../schemas/failure.ts';
import { MovieManifest, type PreparedDeliverable, PreparedPlate } from '../schemas/plate-facts.ts';
import { TurnoverRequest, turnoverId } from '../schemas/turnover.ts';
import { madeKey } from '../stores/objects/keys.ts';
import { type ActivityRun, defineActivity } from './define-activity.ts';
import type { Dependencies } from './dependencies.ts';
import { resolveSources } from './resolve-sources.ts';

const Input = z.object({
  request: TurnoverRequest,
  plateId: z.string(),
  deliverable: z.string(),
  jobKey: z.string(),
});

/**
 * Renders a movie whole, so that no seam is in it, and puts it into the store once.
 * A retry is safe: a manifest that is there is the answer; a movie has one key for one job.
 */
export const renderMovie = defineActivity(
  'renderMovie',
  Input,
  async (deps, input, run): Promise<{ key: string; frameCount: number }> => {
    const prepared = await deps.facts.get(input.jobKey, PreparedPlate);
    const deliverable = prepared.deliverables.find((one) => one.name === input.deliverable);
    if (deliverable === undefined)
      throw new PipelineError(
        'not-found',
        `Plate ${input.plateId} has no deliverable ${input.deliverable}.`,
        { key: input.jobKey },
      );
    const bucket = deps.store.bucket('work');
    const manifestKey = madeKey(deliverable.contentKey, 'manifest.json');
    const known = await deps.store.stat(bucket, manifestKey);
    const manifest =
      known === null
        ? await make(deps, deliverable, run)
        : MovieManifest.parse(await deps.store.getDocument(bucket, manifestKey));
    if (known === null) await deps.store.putDocument(bucket, manifestKey, manifest);
    await deps.catalogue.recordSegment({
      turnoverId: turnoverId(input.request),
      plateId: input.plateId,
      deliverable: input.deliverable,
      kind: 'movie',
      first: deliverable.job.frames.first,
      last: deliverable.job.frames.last,
      framesMade: known === null ? manifest.frameCount : 0,
      framesReused: known === null ? 0 : manifest.frameCount,
      worker: run.worker,
      attempt: run.attempt,
    });
    return { key: manifest.key, frameCount: manifest.frameCount };
  },
);

async function make(
  deps: Dependencies,
  { job, contentKey: workKey, engine: identity }: PreparedDeliverable,
  run: ActivityRun,
): Promise<MovieManifest> {
  const engine = await engineAsPrepared(deps.engines, job.engine, identity);
  const work = await deps.scratch.open({ signal: run.signal });
  try {
    const frames = Array.from(
      { length: job.frames.last - job.frames.first + 1 },
      (_, index) => job.frames.first + index,
    );
    const sources = await resolveSources(deps, job, frames, work.path, run.signal);
    const { movie } = await engine.render(job, sources, work.output, {
      signal: run.signal,
      threads: deps.renderThreads,
      progress: (state) => run.progress({ ...state }),
    });
    if (movie === undefined)
      throw new Error(`engine ${job.engine} rendered a movie job and returned no movie`);
    const key = madeKey(workKey, `movie${path.extname(movie.file)}`);
    await deps.store.putFileIfAbsent(deps.store.bucket('work'), key, movie.file, movie, {
      signal: run.signal,
    });
    return {
      version: 1,
      kind: 'movie-manifest',
      workKey,
      key,
      sizeBytes: movie.sizeBytes,
      xxh128: movie.xxh128,
      frameCount: movie.frameCount,
    };
  } finally {
    await work.remove();
  }
}
