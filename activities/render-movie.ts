import { z } from 'zod';
import { engineAsPrepared } from '../engine/site-engines.ts';
import { PipelineError } from '../schemas/failure.ts';
import { type MovieManifest, type PreparedDeliverable, PreparedPlate } from '../schemas/plate-facts.ts';
import type { SegmentJob } from '../schemas/segment-job.ts';
import { TurnoverRequest, turnoverId } from '../schemas/turnover.ts';
import { type ActivityRun, defineActivity } from './define-activity.ts';
import type { Dependencies } from './dependencies.ts';
import { plateHolding } from './plate-holding.ts';
import { resolveSources } from './resolve-sources.ts';
import { range } from './stored-frames.ts';
import { knownMovie, putMovie } from './stored-movie.ts';

const Input = z.object({
  request: TurnoverRequest,
  plateId: z.string(),
  deliverable: z.string(),
  jobKey: z.string(),
});

/**
 * Renders a movie whole, so that no seam is in it, and puts it into the store once.
 * A retry is safe: a manifest that is there is the answer; a movie has one key for one job, and the same bytes whether its
 * pictures are decoded or come out of the plate beside it.
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
    const known = await knownMovie(deps, deliverable.contentKey);
    const manifest = known ?? (await make(deps, prepared, deliverable, run));
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
  prepared: PreparedPlate,
  deliverable: PreparedDeliverable,
  run: ActivityRun,
): Promise<MovieManifest> {
  const { job, contentKey: workKey, engine: identity } = deliverable;
  const engine = await engineAsPrepared(deps.engines, job.engine, identity);
  const plate = await plateHolding(deps, prepared, deliverable, engine);
  const frameCount = job.frames.last - job.frames.first + 1;
  const needBytes = plate === null ? (engine.scratchBytes?.(job, frameCount) ?? 0) : 0;
  const work = await deps.scratch.open({ signal: run.signal, needBytes });
  try {
    const options = {
      signal: run.signal,
      threads: deps.renderThreads,
      progress: (state: object) => run.progress({ ...state }),
    };
    const { movie } =
      plate === null
        ? await engine.render(job, await sourcesOf(deps, job, work.path, run), work.output, options)
        : await engine.renderFromPlate!(
            job,
            plate.job,
            [...plate.pictures, ...(await sourcesOf(deps, { ...job, sources: [] }, work.path, run))],
            work.output,
            options,
          );
    if (job.engine === 'open') run.leaveCore?.();
    return await putMovie(deps, workKey, movie, run.signal);
  } finally {
    await work.remove();
  }
}

function sourcesOf(deps: Dependencies, job: SegmentJob, folder: string, { signal }: ActivityRun) {
  return resolveSources(deps, job, range(job.frames.first, job.frames.last), folder, signal);
}
