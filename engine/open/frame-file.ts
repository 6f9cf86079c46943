import { join } from 'node:path';
import { dpxFrameHeader } from './dpx-frame.ts';
import { frameHeader } from './exr-header.ts';
import type { SequenceJob } from './render-run.ts';

/** The file of a source frame in the work folder: the same name as in the store. */
export function frameFile(workDir: string, { output }: SequenceJob, frame: number): string {
  return join(workDir, `${String(frame).padStart(8, '0')}.${output.kind}`);
}

/**
 * Everything before the picture in a frame's file, identical for both routes.
 * @throws PipelineError input-invalid for a timecode that cannot exist
 */
export function headerOf({ output, ...job }: SequenceJob, frame: number): Buffer {
  const whole = { ...job, output };
  return output.kind === 'dpx' ? dpxFrameHeader(whole, output, frame) : frameHeader(whole, output, frame);
}
