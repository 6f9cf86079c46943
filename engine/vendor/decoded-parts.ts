import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import type { SegmentJob } from '../../schemas/segment-job.ts';
import type { Engine, RenderProgress, RenderResult, ResolvedSource } from '../engine.ts';
import { frameFile } from '../open/frame-file.ts';
import { PIPED_FRAMES } from '../open/movie-route.ts';
import { removeFolder } from '../tools/remove-folder.ts';
import { wantedFrames } from '../wanted-frames.ts';
import { decodeJob } from './stage-jobs.ts';

/** Room for decoded pictures of a movie; at 4096x2160 that is 32 frames, a little more than a segment of a plate. */
export const PART_BYTES = 2 * 2 ** 30;

/** Three half floats. */
const BYTES_PER_PIXEL = 6;

type Options = {
  signal: AbortSignal;
  progress: RenderProgress;
  only?: number[];
  threads?: number;
  partBytes?: number;
};

/** Pictures of a job that are decoded when they are wanted. */
export type DecodedParts = {
  pictures: ResolvedSource[];
  /** Of what was decoded so far. */
  timings: RenderResult['timings'];
  /** Stops what is being decoded, and takes all pictures away. */
  end(): Promise<void>;
};

/** Bytes of decoded pictures that a job of so many frames holds at once. */
export function decodedBytes(job: SegmentJob, frameCount: number, partBytes = PART_BYTES): number {
  return Math.min(frameCount, partFrames(job, partBytes)) * pictureBytes(job);
}

/**
 * The first stage of a job, a part at a time: frames of a sequence, which is a segment, in one part; a movie in parts that
 * are bounded by their bytes, because its length is not. A part is decoded when its first picture is wanted, which is after
 * the second stage is done with the part before; that one goes then.
 */
export async function decodeInParts(
  maker: Pick<Engine, 'render'>,
  job: SegmentJob,
  sources: ResolvedSource[],
  workDir: string,
  { signal, progress, only, threads, partBytes = PART_BYTES }: Options,
): Promise<DecodedParts> {
  const frames = wantedFrames(job, only);
  const scratch = await mkdtemp(join(workDir, '.decoded-'));
  const stop = new AbortController();
  const timings = { wallMs: 0, cpuMs: 0, peakMemoryBytes: 0 };
  const most = partFrames(job, partBytes);
  const folderOf = (part: number) => join(scratch, String(part));
  const decode = async (part: number): Promise<void> => {
    if (part > 0) await removeFolder(folderOf(part - 1));
    const made = await maker.render(decodeJob(job), sources, folderOf(part), {
      signal: AbortSignal.any([signal, stop.signal]),
      // Nothing is made yet that would be kept: only the second stage counts frames.
      progress: () => progress({ framesDone: 0, framesWanted: frames.length, stage: 'decode' }),
      only: frames.slice(part * most, (part + 1) * most),
      ...(threads === undefined ? {} : { threads }),
    });
    timings.wallMs += made.timings.wallMs;
    timings.cpuMs += made.timings.cpuMs;
    timings.peakMemoryBytes = Math.max(timings.peakMemoryBytes, made.timings.peakMemoryBytes);
  };
  const parts = new Map<number, Promise<void>>();
  const partOf = (part: number): Promise<void> => {
    const begun = parts.get(part) ?? decode(part);
    parts.set(part, begun);
    return begun;
  };
  return {
    timings,
    pictures: frames.map((frame, index) => {
      const part = Math.floor(index / most);
      const location = frameFile(folderOf(part), decodeJob(job), frame);
      return { name: `${frame}.exr`, frame, location, make: () => partOf(part) };
    }),
    async end() {
      stop.abort();
      await Promise.allSettled(parts.values());
      await removeFolder(scratch);
    },
  };
}

/** Whole batches of the second stage, so that none lies across two parts. */
function partFrames(job: SegmentJob, partBytes: number): number {
  if (job.output.kind !== 'movie') return Number.MAX_SAFE_INTEGER;
  return PIPED_FRAMES * Math.max(1, Math.floor(partBytes / (PIPED_FRAMES * pictureBytes(job))));
}

function pictureBytes({ geometry: { source } }: SegmentJob): number {
  return source.width * source.height * BYTES_PER_PIXEL;
}
