import { z } from 'zod';
import type { RenderedOutput } from '../engine/engine.ts';
import { engineAsPrepared } from '../engine/site-engines.ts';
import { segmentsOf } from '../pipeline/delivery/segments.ts';
import { PipelineError } from '../schemas/failure.ts';
import { type PreparedDeliverable, PreparedPlate, type StoredFrame } from '../schemas/plate-facts.ts';
import { TurnoverRequest, turnoverId } from '../schemas/turnover.ts';
import { type ActivityRun, defineActivity } from './define-activity.ts';
import type { Dependencies } from './dependencies.ts';
import { renderMovie } from './render-movie.ts';
import { renderSegment, type SegmentOutcome } from './render-segment.ts';
import { resolveSources } from './resolve-sources.ts';
import { framesPresent, putSegmentManifest, range, storedSequence, uploadsOf } from './stored-frames.ts';
import { knownMovie, putMovie } from './stored-movie.ts';

const Input = z.object({
  request: TurnoverRequest,
  plateId: z.string(),
  deliverables: z.array(z.string()).min(1),
  jobKey: z.string(),
});
type Input = z.output<typeof Input>;

/**
 * Makes several deliverables of a plate of one decode of its clip, under the keys that each has by itself.
 * A retry is safe: what stands in the store whole is the answer; where only a part is left to make, each is made by itself
 * from what is missing, with the same bytes.
 */
export const renderTogether = defineActivity(
  'renderTogether',
  Input,
  async (deps, input, run): Promise<Pick<SegmentOutcome, 'engine'>> => {
    const prepared = await deps.facts.get(input.jobKey, PreparedPlate);
    const asked = input.deliverables.map((name) => deliverableNamed(prepared, input, name));
    const untouched = await Promise.all(asked.map((one) => isUntouched(deps, one)));
    const together = asked.filter((_, index) => untouched[index]);
    const isShared =
      deps.engine.renderTogether !== undefined &&
      together.every(({ job }) => job.engine === 'open') &&
      deps.engine.sharesDecode?.(together.map(({ job }) => job)) === true;
    const alone = isShared ? asked.filter((one) => !together.includes(one)) : asked;
    const engine = isShared
      ? await makeTogether(deps, input, together, alone.length === 0 ? run : keepingCore(run))
      : { wallMs: 0, cpuMs: 0 };
    for (const one of alone) {
      const more = await makeAlone(deps, input, one, keepingCore(run));
      engine.wallMs += more.wallMs;
      engine.cpuMs += more.cpuMs;
    }
    return { engine };
  },
);

/** More is to be computed after what this run makes. */
function keepingCore({ leaveCore: _, ...run }: ActivityRun): ActivityRun {
  return run;
}

function deliverableNamed(prepared: PreparedPlate, input: Input, name: string): PreparedDeliverable {
  const found = prepared.deliverables.find((one) => one.name === name);
  if (found !== undefined) return found;
  throw new PipelineError('not-found', `Plate ${input.plateId} has no deliverable ${name}.`, {
    key: input.jobKey,
  });
}

/** Whether nothing of a deliverable is there yet. */
async function isUntouched(
  deps: Dependencies,
  { kind, contentKey, job }: PreparedDeliverable,
): Promise<boolean> {
  if (kind === 'movie') return (await knownMovie(deps, contentKey)) === null;
  const frames = range(job.frames.first, job.frames.last);
  return (await framesPresent(deps, storedSequence(contentKey, job), frames)).size === 0;
}

async function makeAlone(
  deps: Dependencies,
  { request, plateId, jobKey }: Input,
  { name, kind, job }: PreparedDeliverable,
  run: ActivityRun,
): Promise<SegmentOutcome['engine']> {
  const spent = { wallMs: 0, cpuMs: 0 };
  const input = { request, plateId, deliverable: name, jobKey };
  if (kind === 'movie') await renderMovie.run(deps, input, run);
  else
    for (const span of segmentsOf(job.frames, job.geometry.source)) {
      const { engine } = await renderSegment.run(deps, { ...input, ...span }, run);
      spent.wallMs += engine.wallMs;
      spent.cpuMs += engine.cpuMs;
    }
  return spent;
}

async function makeTogether(
  deps: Dependencies,
  input: Input,
  together: PreparedDeliverable[],
  run: ActivityRun,
): Promise<SegmentOutcome['engine']> {
  const [{ job: first, engine: identity }] = together as [PreparedDeliverable];
  const engine = await engineAsPrepared(deps.engines, first.engine, identity);
  const work = await deps.scratch.open({ signal: run.signal });
  try {
    const jobs = together.map(({ job }) => job);
    const frames = jobs.map((job) => range(job.frames.first, job.frames.last));
    const all = [...new Set(frames.flat())].sort((a, b) => a - b);
    const sources = await resolveSources(deps, jobs[0]!, all, work.path, run.signal);
    const sequence = together.find(({ kind }) => kind === 'sequence');
    const uploads =
      sequence && uploadsOf(deps, storedSequence(sequence.contentKey, sequence.job), run.signal);
    const result = await engine.renderTogether!(jobs, sources, work.output, {
      signal: uploads?.signal ?? run.signal,
      threads: deps.renderThreads,
      progress: (state) => run.progress({ ...state }),
      ...(uploads ? { onFrame: uploads.start } : {}),
    }).catch((error: unknown) => {
      throw uploads?.failure() ?? error;
    });
    run.leaveCore?.();
    const stored = new Map((await uploads?.all())?.map((frame) => [frame.frame, frame]));
    for (const [index, one] of together.entries())
      await keep(deps, input, one, result.outputs[index], stored, run);
    const { wallMs, cpuMs } = result.timings;
    return { wallMs: Math.round(wallMs), cpuMs: Math.round(cpuMs) };
  } finally {
    await work.remove();
  }
}

/** Writes manifests, which make things count, and tells the catalogue. */
async function keep(
  deps: Dependencies,
  input: Input,
  { name, kind, contentKey, job }: PreparedDeliverable,
  output: RenderedOutput | undefined,
  stored: ReadonlyMap<number, StoredFrame>,
  run: ActivityRun,
): Promise<void> {
  if (kind === 'movie') await putMovie(deps, contentKey, output?.movie, run.signal);
  const spans = kind === 'movie' ? [job.frames] : segmentsOf(job.frames, job.geometry.source);
  for (const { first, last } of spans) {
    if (kind === 'sequence') await putSegmentManifest(deps, contentKey, first, last, stored);
    await deps.catalogue.recordSegment({
      turnoverId: turnoverId(input.request),
      plateId: input.plateId,
      deliverable: name,
      ...(kind === 'movie' ? { kind } : {}),
      ...{ first, last, framesMade: last - first + 1, framesReused: 0 },
      ...{ worker: run.worker, attempt: run.attempt },
    });
  }
}
