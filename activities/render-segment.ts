import { z } from 'zod';
import { engineAsPrepared } from '../engine/site-engines.ts';
import { cutJob } from '../pipeline/delivery/segment-job.ts';
import { PipelineError } from '../schemas/failure.ts';
import {
  type PreparedDeliverable,
  PreparedPlate,
  type SegmentManifest,
  type StoredFrame,
} from '../schemas/plate-facts.ts';
import type { RenderedFrame, SegmentJob } from '../schemas/segment-job.ts';
import { TurnoverRequest, turnoverId } from '../schemas/turnover.ts';
import { frameKey, segmentManifestKey } from '../stores/objects/keys.ts';
import { type ActivityRun, defineActivity } from './define-activity.ts';
import type { Dependencies } from './dependencies.ts';
import { resolveSources } from './resolve-sources.ts';

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
    const bucket = deps.store.bucket('work');
    const wanted = last - first + 1;

    if ((await deps.store.stat(bucket, segmentManifestKey(pixelKey, first, last))) !== null) {
      return record(deps, input, run, {
        first,
        last,
        framesMade: 0,
        framesReused: wanted,
        engine: NO_ENGINE,
      });
    }
    const job = cutJob(deliverable.job, { first, last });
    const ending = endingOf(job);
    const present = await framesPresent(deps, pixelKey, ending, first, last);
    const missing = range(first, last).filter((frame) => !present.has(frame));
    const { made, engine } =
      missing.length === 0
        ? { made: [], engine: NO_ENGINE }
        : await renderAndStore(deps, { ...deliverable, job }, missing, run);
    for (const frame of made) present.set(frame.frame, frame);
    const manifest: SegmentManifest = {
      version: 1,
      kind: 'segment-manifest',
      pixelKey,
      first,
      last,
      frames: range(first, last).map((frame) => present.get(frame) as StoredFrame),
    };
    await deps.store.putDocument(bucket, segmentManifestKey(pixelKey, first, last), manifest);
    return record(deps, input, run, {
      first,
      last,
      framesMade: made.length,
      framesReused: wanted - made.length,
      engine,
    });
  },
);

type FrameEnding = Exclude<SegmentJob['output']['kind'], 'movie'>;

function endingOf({ clip, output }: SegmentJob): FrameEnding {
  if (output.kind === 'movie') throw new Error(`a movie of ${clip.clipName} is not rendered in segments`);
  return output.kind;
}

async function framesPresent(
  deps: Dependencies,
  pixelKey: string,
  ending: FrameEnding,
  first: number,
  last: number,
): Promise<Map<number, StoredFrame>> {
  const bucket = deps.store.bucket('work');
  const found = await Promise.all(
    range(first, last).map(async (frame) => {
      const key = frameKey(pixelKey, frame, ending);
      const stat = await deps.store.stat(bucket, key);
      return stat?.metadata.xxh128 === undefined
        ? null
        : { frame, key, sizeBytes: stat.sizeBytes, xxh128: stat.metadata.xxh128 };
    }),
  );
  return new Map(found.filter((frame) => frame !== null).map((frame) => [frame.frame, frame]));
}

async function renderAndStore(
  deps: Dependencies,
  { job, contentKey, engine: identity }: PreparedDeliverable,
  missing: number[],
  run: ActivityRun,
): Promise<{ made: StoredFrame[]; engine: SegmentOutcome['engine'] }> {
  const engine = await engineAsPrepared(deps.engines, job.engine, identity);
  const work = await deps.scratch.open({ signal: run.signal });
  try {
    const sources = await resolveSources(deps, job, missing, work.path, run.signal);
    const uploads = uploadsOf(deps, contentKey, endingOf(job), run.signal);
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
    const { wallMs, cpuMs } = result.timings;
    return { made: await uploads.all(), engine: { wallMs: Math.round(wallMs), cpuMs: Math.round(cpuMs) } };
  } finally {
    await work.remove();
  }
}

/** Uploads that overlap the render; one that fails stops the render at once, and is the failure that counts. */
function uploadsOf(deps: Dependencies, pixelKey: string, ending: FrameEnding, outer: AbortSignal) {
  const stop = new AbortController();
  const signal = AbortSignal.any([outer, stop.signal]);
  const started = new Map<number, Promise<StoredFrame>>();
  return {
    signal,
    start: (frame: RenderedFrame): void => {
      if (started.has(frame.frame)) return;
      const put = putFrame(deps, frameKey(pixelKey, frame.frame, ending), frame, signal);
      started.set(frame.frame, put);
      put.catch((error: unknown) => stop.abort(error));
    },
    failure: (): unknown => (stop.signal.aborted ? stop.signal.reason : undefined),
    all: (): Promise<StoredFrame[]> => Promise.all(started.values()),
  };
}

async function putFrame(
  deps: Dependencies,
  key: string,
  frame: RenderedFrame,
  signal: AbortSignal,
): Promise<StoredFrame> {
  await deps.store.putFileIfAbsent(deps.store.bucket('work'), key, frame.file, frame, { signal });
  return { frame: frame.frame, key, sizeBytes: frame.sizeBytes, xxh128: frame.xxh128 };
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

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
