import { PipelineError } from '../../schemas/failure.ts';
import type { SegmentJob } from '../../schemas/segment-job.ts';
import { formatTimecode, framesBetween, framesPerDay, parseTimecode } from '../../standards/time/timecode.ts';
import { frameTimecode } from '../open/exr-header.ts';
import { answerOf } from './parse-answer.ts';
import type { FlapiSession } from './session.ts';
import { type Handle, timecodeText, WireTimecode } from './wire.ts';

/**
 * Refuses a clip that begins some frames earlier or later for the application than for us: each frame would be another
 * one under its name. Timecodes farther apart than the clip is long are those of two clocks and tell nothing, as do two
 * rates. Source: SequenceDescriptor.get_start_timecode, captured.
 * @param first source frame that the sequence begins with
 * @throws PipelineError unsupported
 */
export async function requireSameStart(
  session: FlapiSession,
  sequence: Handle,
  job: SegmentJob,
  first: number,
): Promise<void> {
  const ours = job.output.kind === 'movie' ? null : frameTimecode(job.output.header, first);
  if (ours === null) return;
  const method = 'SequenceDescriptor.get_start_timecode';
  const said = await answerOf(session, WireTimecode.nullable(), method, { index: 0 }, sequence);
  if (said === null || Number(said.fps) !== Math.ceil(ours.rate.num / ours.rate.den) || ours.dropFrame)
    return;
  const theirs = parseTimecode(timecodeText(said), ours.rate);
  if (!theirs.ok) return;
  const day = framesPerDay(ours.rate, false);
  const late = framesBetween(ours, theirs.timecode);
  const off = late > day / 2 ? late - day : late;
  if (off === 0 || Math.abs(off) >= job.clip.frameCount) return;
  // It would say the same again: no retry helps.
  throw new PipelineError(
    'unsupported',
    `flapid says that source frame ${first} of ${job.clip.clipName} has the timecode ${timecodeText(said)}, which is ${formatTimecode(ours)} here: what it renders would be ${Math.abs(off)} frames away`,
    { first, said: timecodeText(said), expected: formatTimecode(ours) },
  );
}
