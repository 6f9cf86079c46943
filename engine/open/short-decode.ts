import { PipelineError } from '../../schemas/failure.ts';
import type { RenderRun } from './render-run.ts';

/** Counts the frames that `-progress` tells; each report repeats the running total. */
export function frameCounter(onFrame?: (frames: number) => void): {
  take(chunk: Buffer): void;
  count(): number;
} {
  let rest = '';
  let frames = 0;
  return {
    take(chunk) {
      const lines = (rest + chunk.toString('latin1')).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const match = /^frame=\s*(\d+)/.exec(line);
        if (match) frames = Number(match[1]);
      }
      onFrame?.(frames);
    },
    count: () => frames,
  };
}

/**
 * The failure of a source that ends before the frames asked for.
 * @param said what the decoder wrote to its standard error: of a source that gave nothing it tells why
 */
export function shortDecode(
  run: RenderRun,
  first: number,
  wanted: number,
  got: number,
  said = '',
): PipelineError {
  const { clipName, frameCount } = run.job.clip;
  const facts = { clipName, firstFrame: first, framesWanted: wanted, framesGot: got };
  const reason = got === 0 ? firstReason(said) : null;
  const form = reason === null ? '' : `, or FFmpeg does not decode its form («${reason}»)`;
  return new PipelineError(
    'unreadable',
    `${clipName} gave ${got} of ${wanted} frames from source frame ${first}: it is shorter than its ${frameCount} frames or damaged there${form}`,
    facts,
  );
}

/** The first line of FFmpeg's that is about the source; those after it follow from it. */
export function firstReason(said: string): string | null {
  const lines = said.split('\n').map((line) => line.replace(/^\[[^\]]*\] */, '').trim());
  return lines.find((line) => line !== '' && !line.startsWith('exr-frames')) ?? null;
}
