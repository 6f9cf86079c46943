import { z } from 'zod';
import { engineAsPrepared } from '../engine/site-engines.ts';
import { cutJob } from '../pipeline/delivery/segment-job.ts';
import { PipelineError } from '../schemas/failure.ts';
import { type PreparedDeliverable, PreparedPlate, type StoredFrame } from '../schemas/plate-facts.ts';
import { TurnoverRequest, turnoverId } from '../schemas/turnover.ts';
import { type ActivityRun, defineActivity } from './define-activity.ts';
import type { Dependencies } from './dependencies.ts';
import { resolveSources } from './resolve-sources.ts';
import {
  framesPresent,
  isSegmentDone,
  putSegmentManifest,
  range,
  storedSequence,
  uploadsOf,
} from './stored-frames.ts';

const Input = z.object({
  request: TurnoverRequest,
  plateId: z.string(),
  deliverable: z.string(),
  jobKey: z.string(),
  first: z.int(),
  last: z.int(),
});

/** What one attempt did. `engine`: time in programs that make pixels, for whoever asks where the time went. */
export type SegmentOutcome = {
  first: number;
  last: number;
  framesMade: number;
  framesReused: number;
  engine: { wallMs: number; cpuMs: number };
};

const NO_ENGINE = { wallMs: 0, cpuMs: 0 };

/**
 * Renders one segment of one clip, and puts each frame into the store whole, once.
 * A retry is safe: a manifest that is there is the answer; frames that are there are kept and only the others are made; a
 * frame has one key for one content, so that two attempts at once write the same bytes or the bug `not-deterministic`.
 */
export const renderSegment = defineActivity(
  'renderSegment',
  Input,
  async (deps, input, run): Promise<SegmentOutcome> => {
    const { first, last } = input;
    const prepared = await deps.facts.get(input.jobKey, PreparedPlate);
    const deliverable = prepared.deliverables.find((one) => one.name === input.deliverable);
    if (deliverable === undefined)
      throw new PipelineError(
        'not-found',
        `Plate ${input.plateId} has no deliverable ${input.deliverable}.`,
        { key: input.jobKey },
      );
    const pixelKey = deliverable.contentKey;
    const wanted = last - first + 1;

    if (await isSegmentDone(deps, pixelKey, first, last))
      return record(deps, input, run, {
        ...{ first, last, framesMade: 0, framesReused: wanted, engine: NO_ENGINE },
      });
    const job = cutJob(deliverable.job, { first, last });
    const sequence = storedSequence(pixelKey, job);
    const present = await framesPresent(deps, sequence, range(first, last));
    const missing = range(first, last).filter((frame) => !present.has(frame));
    const { made, engine } =
      missing.length === 0
        ? { made: [], engine: NO_ENGINE }
        : await renderAndStore(deps, { ...deliverable, job }, missing, run);
    for (const frame of made) present.set(frame.frame, frame);
    await putSegmentManifest(deps, pixelKey, first, last, present);
    return record(deps, input, run, {
      first,
      last,
      framesMade: made.length,
      framesReused: wanted - made.length,
      engine,
    });
  },
);

async function renderAndStore(
  deps: Dependencies,
  { job, contentKey, engine: identity }: PreparedDeliverable,
  missing: number[],
  run: ActivityRun,
): Promise<{ made: StoredFrame[]; engine: SegmentOutcome['engine'] }> {
  const engine = await engineAsPrepared(deps.engines, job.engine, identity);
  const needBytes = engine.scratchBytes?.(job, missing.length) ?? 0;
  const work = await deps.scratch.open({ signal: run.signal, needBytes });
  try {
    const sources = await resolveSources(deps, job, missing, work.path, run.signal);
    const uploads = uploadsOf(deps, storedSequence(contentKey, job), run.signal);
    const result = await engine
      .render(job, sources, work.output, {
        signal: uploads.signal,
        only: missing,
        threads: deps.renderThreads,
        progress: (state) => run.progress({ ...state }),
        onFrame: uploads.start,
      })
      .catch((error: unknown) => {
        throw uploads.failure() ?? error;
      });
    for (const frame of result.frames) uploads.start(frame);
    if (job.engine === 'open') run.leaveCore?.();
    const { wallMs, cpuMs } = result.timings;
    return { made: await uploads.all(), engine: { wallMs: Math.round(wallMs), cpuMs: Math.round(cpuMs) } };
  } finally {
    await work.remove();
  }
}

async function record(
  deps: Dependencies,
  input: z.output<typeof Input>,
  run: ActivityRun,
  outcome: SegmentOutcome,
): Promise<SegmentOutcome> {
  await deps.catalogue.recordSegment({
    turnoverId: turnoverId(input.request),
    plateId: input.plateId,
    deliverable: input.deliverable,
    first: outcome.first,
    last: outcome.last,
    framesMade: outcome.framesMade,
    framesReused: outcome.framesReused,
    worker: run.worker,
    attempt: run.attempt,
  });
  return outcome;
}
