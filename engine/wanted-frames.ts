import { PipelineError } from '../schemas/failure.ts';
import type { SegmentJob } from '../schemas/segment-job.ts';

/** Source frames to make, in order, each once. @throws PipelineError input-invalid */
export function wantedFrames(job: SegmentJob, only: readonly number[] | undefined): number[] {
  const { first, last } = job.frames;
  if (first > last || last >= job.clip.frameCount)
    throw new PipelineError(
      'input-invalid',
      `frames ${first} to ${last} are not in ${job.clip.clipName}, which has ${job.clip.frameCount}`,
      {
        frames: job.frames,
        frameCount: job.clip.frameCount,
      },
    );
  const all = Array.from({ length: last - first + 1 }, (_, index) => first + index);
  if (only === undefined) return all;
  if (job.output.kind === 'movie' || only.some((frame) => frame < first || frame > last))
    throw new PipelineError(
      'input-invalid',
      'only: frames of a sequence within job.frames can be asked for',
      { only, frames: job.frames },
    );
  const wanted = new Set(only);
  return all.filter((frame) => wanted.has(frame));
}

/** Refuses an ST 2065-4 container that would not be one. @throws PipelineError input-invalid */
export function requireSoundContainer({ output, colour }: SegmentJob): void {
  if (
    output.kind === 'exr' &&
    output.container === 'st2065-4' &&
    (output.compression !== 'none' || colour.outputSpace !== 'ACES2065-1')
  )
    throw new PipelineError(
      'input-invalid',
      `an ST 2065-4 container holds uncompressed ACES2065-1, the job asks for ${output.compression} ${colour.outputSpace}`,
      { compression: output.compression, outputSpace: colour.outputSpace },
    );
}
