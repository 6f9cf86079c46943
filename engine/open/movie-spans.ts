import { PipelineError } from '../../schemas/failure.ts';
import type { SegmentJob } from '../../schemas/segment-job.ts';
import type { ResolvedSource } from '../engine.ts';
import { probeStream } from './probe-stream.ts';
import type { RenderRun } from './render-run.ts';

/** One file of a movie and the source frames it holds, counted through all of them. */
export type MovieSpan = { source: ResolvedSource; first: number; count: number };

type Probing = Pick<RenderRun, 'job' | 'sources' | 'run'>;

const known = new WeakMap<readonly ResolvedSource[], Promise<MovieSpan[]>>();

/**
 * The files of a movie in recorded order: most have one, a spanned take several, whose frames count on from file to file.
 * @throws PipelineError unreadable when they do not hold the frames that the clip has, tool-failed
 */
export function movieSpans(run: Probing): Promise<MovieSpan[]> {
  const { sources, job } = run;
  const [only] = sources;
  if (only && sources.length === 1)
    return Promise.resolve([{ source: only, first: 0, count: job.clip.frameCount }]);
  const found = known.get(sources) ?? spansOf(run);
  known.set(sources, found);
  return found;
}

/**
 * The file that holds all of these frames; sequences are cut at the borders before.
 * @throws PipelineError unsupported when they lie across a border
 */
export async function spanWith(run: Probing, frames: readonly number[]): Promise<MovieSpan> {
  const spans = await movieSpans(run);
  const [first, last] = [frames[0]!, frames.at(-1)!];
  const span = spans.find((each) => first >= each.first && last < each.first + each.count);
  if (span) return span;
  throw new PipelineError(
    'unsupported',
    `frames ${first} to ${last} of ${run.job.clip.clipName} lie in more than one of its ${spans.length} files, and are wanted of one`,
    { first, last, files: spans.map(({ source: { name }, count }) => ({ name, count })) },
  );
}

/**
 * The files that hold these frames, in order.
 * @throws PipelineError unreadable when they do not hold the frames that the clip has, tool-failed
 */
export async function spansOver(run: Probing, frames: readonly number[]): Promise<MovieSpan[]> {
  const [first, last] = [frames[0]!, frames.at(-1)!];
  return (await movieSpans(run)).filter((span) => span.first <= last && span.first + span.count > first);
}

/** Frames cut where one file of a movie ends and the next begins; a sequence has no such borders. */
export async function cutAtSpans(run: Probing, runs: readonly number[][]): Promise<number[][]> {
  if (run.job.decode.container === 'sequence' || run.sources.length < 2) return [...runs];
  const starts = new Set((await movieSpans(run)).map(({ first }) => first));
  return runs.flatMap((frames) => {
    const parts: number[][] = [];
    for (const frame of frames) {
      if (parts.length === 0 || starts.has(frame)) parts.push([]);
      parts.at(-1)!.push(frame);
    }
    return parts;
  });
}

async function spansOf(run: Probing): Promise<MovieSpan[]> {
  const spans: MovieSpan[] = [];
  let first = 0;
  for (const source of run.sources) {
    const count = await framesIn(run, source);
    spans.push({ source, first, count });
    first += count;
  }
  const { clipName, frameCount } = run.job.clip;
  if (first === frameCount) return spans;
  throw new PipelineError(
    'unreadable',
    `the ${spans.length} files of ${clipName} hold ${first} frames together, the clip has ${frameCount}: its frames cannot be found`,
    { clipName, frameCount, files: spans.map(({ source: { name }, count }) => ({ name, count })) },
  );
}

/** By the index of the file where it counts, else by its length; nothing is decoded. */
async function framesIn(run: Probing, { name, location }: ResolvedSource): Promise<number> {
  const stream = await probeStream(run, location, ['nb_frames', 'duration']);
  const count = Number(stream.nb_frames ?? roundedFrames(stream.duration, run.job));
  if (Number.isInteger(count) && count > 0) return count;
  throw new PipelineError('unreadable', `${name} does not tell how many frames it has`, { name });
}

function roundedFrames(seconds: unknown, { clip: { frameRate } }: SegmentJob): number {
  return Math.round((Number(seconds) * frameRate.num) / frameRate.den);
}
