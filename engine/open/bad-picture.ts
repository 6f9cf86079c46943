import { PipelineError } from '../../schemas/failure.ts';
import { networkArguments, seekArguments } from '../tools/ffmpeg.ts';
import { OTHER_SIZE, storedSize } from './framing.ts';
import type { RenderRun } from './render-run.ts';
import { firstReason } from './short-decode.ts';

/** A picture as it was decoded, and which frame it is by its time. */
type DecodedSize = { frame: number; width: number; height: number };

/** A decoder's own line: being strict, FFmpeg ends at the picture it is about and often says no more. */
const DECODER =
  /^\[(?:prores|dnxhd|h264|hevc|mpeg2video|mjpeg|jpeg2000|libopenjpeg|cfhd|dvvideo|v210|r210|rawvideo|dpx) @|corrupt decoded frame in stream|error while decoding stream/im;
/** What another attempt may not meet: the file is not to blame. */
const PASSING = /no space left|input\/output error|cannot allocate|connection|http error|end of file/i;

/**
 * The failure of a movie by its pictures: one of another size than its clip, or one that does not decode. It is no fault of a
 * program, and trying again will not help. Any other error is given back as it is.
 */
export async function tellBadPicture(run: RenderRun, error: unknown): Promise<unknown> {
  if (!(error instanceof PipelineError)) return error;
  const said = String(error.facts.stderrTail);
  if (OTHER_SIZE.test(said)) return otherSize(run, error);
  if (error.code !== 'tool-failed' || !DECODER.test(said) || PASSING.test(said)) return error;
  const { clip, frames } = run.job;
  return new PipelineError(
    'unreadable',
    `${clip.clipName} has a picture that does not decode among its source frames ${frames.first} to ${frames.last}, or just behind them: ${firstReason(said)}`,
    { clipName: clip.clipName, frames, stderrTail: said },
    { cause: error },
  );
}

/** With the first picture that differs, where its time tells which frame it is. */
async function otherSize(run: RenderRun, error: PipelineError): Promise<PipelineError> {
  const { clip, frames, geometry, decode } = run.job;
  const wanted = storedSize(geometry.source, decode.orientation);
  // What is wrong is known; only where exactly is not, should this fail too.
  const found = await firstOther(run, wanted).catch(() => null);
  const where =
    found === null
      ? `between its source frames ${frames.first} and ${frames.last}`
      : `from source frame ${found.frame} on (${found.width}x${found.height})`;
  return new PipelineError(
    'unreadable',
    `${clip.clipName} has pictures of another size than ${wanted.width}x${wanted.height} ${where}: a clip has pictures of one size.`,
    { clipName: clip.clipName, frames, wanted, found },
    { cause: error },
  );
}

async function firstOther(
  run: RenderRun,
  wanted: { width: number; height: number },
): Promise<DecodedSize | null> {
  const { job, sources } = run;
  const [source] = sources;
  if (source === undefined || sources.length > 1 || job.decode.frameTimes) return null;
  const { first, last } = job.frames;
  const { frameRate } = job.clip;
  const [from, to] = [first, last + 1].map((frame) => seekArguments(frame, frameRate)[1] ?? '0');
  const { stdout } = await run.run('ffprobe', {
    args: [
      ...['-v', 'error', '-select_streams', 'v:0', '-read_intervals', `${from}%${to}`],
      ...['-show_entries', 'frame=best_effort_timestamp_time,width,height', '-of', 'json'],
      ...[...networkArguments(source.location, job.decode.codec), source.location],
    ],
  });
  const { frames } = JSON.parse(stdout.toString('utf8')) as {
    frames: { best_effort_timestamp_time: string; width: number; height: number }[];
  };
  const sized = frames.map(({ best_effort_timestamp_time: time, width, height }) => ({
    frame: Math.round((Number(time) * frameRate.num) / frameRate.den),
    width,
    height,
  }));
  const inside = sized.filter(({ frame }) => frame >= first && frame <= last);
  return inside.find(({ width, height }) => width !== wanted.width || height !== wanted.height) ?? null;
}
