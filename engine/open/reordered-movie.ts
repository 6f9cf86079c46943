import type { SegmentJob } from '../../schemas/segment-job.ts';
import type { ResolvedSource } from '../engine.ts';
import { spanWith } from './movie-spans.ts';
import { probeStream } from './probe-stream.ts';
import type { RenderRun } from './render-run.ts';

/** Codecs whose pictures may be stored in another order than they are shown in. */
const REORDERING = new Set<SegmentJob['decode']['codec']>(['h264', 'hevc', 'mpeg2']);

/**
 * How many frames earlier decoding begins. FFmpeg seeks by the time at which pictures are decoded and may land on a key
 * picture that is shown after the one wanted, which then has nothing to refer to. No coder holds a picture back longer:
 * ITU-T H.264 table A-1 and H.265 clause A.4.2 allow 16 pictures, and as many again may lie between two key pictures' times.
 */
const EARLY = 32;

const known = new WeakMap<readonly ResolvedSource[], Promise<boolean>>();

/**
 * How many frames before the first wanted one decoding must begin; what is decoded too early is left out by its time.
 * Nought where every picture is stored at its place, where frames are counted from the first, or where that is the first.
 * @throws PipelineError unsupported, tool-failed
 */
export async function framesEarly(run: RenderRun, frames: readonly number[]): Promise<number> {
  const { container, codec, frameTimes } = run.job.decode;
  if (container === 'sequence' || !REORDERING.has(codec) || frameTimes?.isVariable) return 0;
  const { first, source } = await spanWith(run, frames);
  const at = frames[0]! - first;
  if (at === 0 || !(await isReordered(run, source))) return 0;
  return Math.min(at, EARLY);
}

function isReordered(run: RenderRun, { location }: ResolvedSource): Promise<boolean> {
  const asked =
    known.get(run.sources) ??
    probeStream(run, location, ['has_b_frames']).then(({ has_b_frames }) => Number(has_b_frames) > 0);
  known.set(run.sources, asked);
  return asked;
}
