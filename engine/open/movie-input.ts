import type { MovieOutput } from '../../schemas/segment-job.ts';
import { networkArguments } from '../tools/ffmpeg.ts';
import { ffmpegSource } from './decode-frames.ts';
import { spanWith } from './movie-spans.ts';
import type { RenderRun } from './render-run.ts';
import { framesEarly } from './reordered-movie.ts';
import { joinedInput, liesAcross } from './spanned-input.ts';

/** FFmpeg's input options for the pictures and the sound of a range, through the borders of a spanned take. */
export async function movieInput(run: RenderRun, frames: readonly number[]): Promise<string[]> {
  const { num, den } = run.job.clip.frameRate;
  const micros = Math.ceil((frames.length * den * 1e6) / num);
  const limit = ['-t', (micros / 1e6).toFixed(6)];
  if (await liesAcross(run, frames)) return joinedInput(run, frames, limit);
  if ((await cameraSoundInput(run, frames)) === 0) return ffmpegSource(run, frames, limit);
  return [...(await ffmpegSource(run, frames)), ...(await soundOf(run, frames, limit))];
}

/**
 * Which of FFmpeg's inputs has the camera's sound: that of the pictures, or a second one, at the time of the first of them,
 * where pictures cannot be found by their time.
 */
export async function cameraSoundInput(run: RenderRun, frames: readonly number[]): Promise<0 | 1> {
  const { frameTimes, container } = run.job.decode;
  if (container === 'sequence' || (await liesAcross(run, frames))) return 0;
  return frameTimes || (await framesEarly(run, frames)) > 0 ? 1 : 0;
}

/** The camera's sound from the time of the first picture on. */
async function soundOf(run: RenderRun, frames: readonly number[], limit: string[]): Promise<string[]> {
  const { first, source } = await spanWith(run, frames);
  const { startMicros, rate } = run.job.decode.frameTimes ?? { startMicros: 0, rate: run.job.clip.frameRate };
  const from = startMicros + ((frames[0]! - first) * rate.den * 1e6) / rate.num;
  const seek = from === 0 ? [] : ['-ss', (from / 1e6).toFixed(6)];
  return [...seek, ...limit, ...networkArguments(source.location), '-vn', '-i', source.location];
}

/** Tracks of the sound roll that a movie carries, and which of FFmpeg's inputs the first of them is. */
export type SoundInputs = { files: readonly string[]; firstInput: number };

/** FFmpeg's inputs for the tracks of some movies, in the order in which they number them. */
export function soundInputs(sounds: readonly SoundInputs[]): string[] {
  return sounds.flatMap(({ files }) => files.flatMap((file) => ['-i', file]));
}

/** What of the sound a movie takes: the sound roll before the camera, so that the mix is what is heard first. */
export function soundMaps(
  { sound }: Pick<MovieOutput, 'sound'>,
  { files, firstInput }: SoundInputs,
  camera: 0 | 1 = 0,
): string[] {
  const own = sound?.camera === false ? [] : ['-map', `${camera}:a?`];
  return [...files.flatMap((_, index) => ['-map', `${firstInput + index}:a:0`]), ...own];
}
