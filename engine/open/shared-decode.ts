import { mkdir, mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { PipelineError } from '../../schemas/failure.ts';
import type { RenderedFrame, SegmentJob } from '../../schemas/segment-job.ts';
import { canonicalJson } from '../../standards/hash/canonical-json.ts';
import type { RenderedOutput } from '../engine.ts';
import { FFMPEG_BITEXACT, FFMPEG_QUIET } from '../tools/ffmpeg.ts';
import { requireTool } from '../tools/require-tool.ts';
import type { ColorChain } from './color-chain.ts';
import { decodeFilters, decoderOf, ffmpegSource, pictureOutput, wantedFilters } from './decode-frames.ts';
import { renderSpan } from './fast-route.ts';
import { cameraSoundInput, movieInput, type SoundInputs, soundInputs } from './movie-input.ts';
import { finishMovie, isPiped, type MovieJob, planMovie } from './movie-route.ts';
import type { RenderRun, SequenceJob } from './render-run.ts';
import { frameCounter, shortDecode } from './short-decode.ts';
import { makeSoundFiles } from './sound-files.ts';

/** A sequence to make with others, and its colour as the fast route can do it. */
export type SharedSequence = { at: number; job: SequenceJob; chain: ColorChain };

/** What one decode makes: at most one sequence, and movies or stills of its frames. `at` counts among the jobs asked for. */
export type SharedWork = { sequence: SharedSequence | null; movies: { at: number; job: MovieJob }[] };

/** Pixels above which a picture is large: a worker has 1 GB, and of such a source a plate goes with one small movie at most. */
const LARGE_PIXELS = 6_000_000;
/**
 * Movies that are large themselves hold 300 MB each at 4K while they are encoded, so that three of one decode would be
 * 1.1 GB; JPEG 2000 holds 700, and two would be 1.5.
 */
const MOST_LARGE_MOVIES = 2;

/**
 * Whether FFmpeg can make these jobs of one decode: the same pictures of the same source decoded alike, one sequence at
 * most, movies of all the frames and stills of some.
 */
export function shareADecode(jobs: readonly SegmentJob[]): boolean {
  if (jobs.length < 2 || jobs.filter(({ output }) => output.kind !== 'movie').length > 1) return false;
  const longest = longestOf(jobs);
  const { width, height } = longest.geometry.source;
  const movies = jobs.filter(({ output }) => output.kind === 'movie' && output.container !== 'jpg');
  const hasPlate = jobs.some(({ output }) => output.kind !== 'movie');
  if (width * height > LARGE_PIXELS && hasPlate && (movies.length > 1 || movies.some(isLarge))) return false;
  const large = movies.filter(isLarge);
  if (large.length > MOST_LARGE_MOVIES || (movies.length > 1 && large.some(isJpeg2000))) return false;
  // A plate may lie across the files of a spanned take, a movie may not.
  if (longest.sources.length > 1 && longest.decode.container !== 'sequence') return false;
  return jobs.every((job) => {
    if (decoderOf(job) !== 'ffmpeg' || sourceOf(job) !== sourceOf(longest)) return false;
    const { first, last } = job.frames;
    const isWhole = first === longest.frames.first && last === longest.frames.last;
    if (job.output.kind !== 'movie') return isWhole && job.route === 'fast';
    const isStill = job.output.container === 'jpg' && first === last;
    const isWithin = first >= longest.frames.first && last <= longest.frames.last;
    return !isPiped(job) && (isWhole || (isStill && isWithin));
  });
}

function isLarge({ output }: SegmentJob): boolean {
  return output.kind === 'movie' && output.size.width * output.size.height > LARGE_PIXELS;
}

function isJpeg2000({ output }: SegmentJob): boolean {
  return output.kind === 'movie' && output.codec === 'jpeg2000';
}

function longestOf(jobs: readonly SegmentJob[]): SegmentJob {
  const length = ({ frames }: SegmentJob) => frames.last - frames.first;
  return jobs.reduce((longest, job) => (length(job) > length(longest) ? job : longest));
}

function sourceOf({ clip, sources, decode, engine }: SegmentJob): string {
  return canonicalJson({
    clip,
    decode,
    engine,
    sources: sources.map(({ name, xxh128 }) => ({ name, xxh128 })),
  });
}

/**
 * Makes several things of one decode: FFmpeg reads and decodes the source once, and each output has the filters and the
 * encoder that it has by itself, so that its bytes are the same. The files of each lie in a folder named by its number.
 */
export async function renderShared(
  run: RenderRun,
  work: SharedWork,
  frames: readonly number[],
  fontFile: string,
): Promise<RenderedOutput[]> {
  const sounds = numbered(
    await makeSoundFiles(
      run,
      work.movies.map(({ job }) => job),
    ),
    1 + (await cameraSoundInput(run, frames)),
  );
  const plans = await Promise.all(
    work.movies.map(async ({ at, job }, index) => {
      const own = await ownRun(run, at, job);
      return { at, own, plan: await planMovie(own, job, frames, fontFile, sounds[index]!) };
    }),
  );
  const tracks = soundInputs(sounds);
  const outputs = plans.flatMap(({ plan }) => [...plan.output, plan.part]);
  const made: RenderedOutput[] = [];
  if (work.sequence === null) await moviesAlone(run, [...tracks, ...outputs], frames);
  else
    made[work.sequence.at] = { frames: await withSequence(run, work.sequence, { tracks, outputs }, frames) };
  for (const { at, own, plan } of plans) {
    await requireCount(own, own.job, plan.part);
    made[at] = { frames: [], movie: await finishMovie(own, own.job, plan.part) };
  }
  return made;
}

/** The tracks of each movie, and where they stand among FFmpeg's inputs; those of the camera come before. */
function numbered(files: string[][], firstInput: number): SoundInputs[] {
  let next = firstInput;
  return files.map((own) => {
    const sound = { files: own, firstInput: next };
    next += own.length;
    return sound;
  });
}

async function ownRun<J extends SegmentJob>(
  run: RenderRun,
  at: number,
  job: J,
): Promise<RenderRun & { job: J }> {
  const workDir = join(run.workDir, String(at));
  await mkdir(workDir, { recursive: true });
  return { ...run, job, workDir, scratch: await mkdtemp(join(run.scratch, `output-${at}-`)) };
}

async function moviesAlone(run: RenderRun, rest: string[], frames: readonly number[]): Promise<void> {
  const progress = frameCounter((count) =>
    run.progress({ framesDone: count, framesWanted: frames.length, stage: 'encode' }),
  );
  const input = await movieInput(run, frames);
  await run.run('ffmpeg', {
    args: [...FFMPEG_QUIET, '-progress', 'pipe:1', ...input, ...rest],
    stdout: progress.take,
  });
}

/** The decoder of the sequence writes the movies besides. */
async function withSequence(
  run: RenderRun,
  { at, job, chain }: SharedSequence,
  { tracks, outputs }: { tracks: string[]; outputs: string[] },
  frames: readonly number[],
): Promise<RenderedFrame[]> {
  const own = await ownRun(run, at, job);
  const { width, height } = job.geometry.scale ?? job.geometry.crop;
  const hasSound = job.decode.container !== 'sequence';
  const input = hasSound ? await movieInput(run, frames) : await ffmpegSource(run, frames);
  const floats = [
    ...pictureOutput(frames.length),
    ...['-vf', decodeFilters(job, await wantedFilters(run, frames)).join(','), ...FFMPEG_BITEXACT],
  ];
  const decoder = [
    ...[requireTool(run.tools, 'ffmpeg'), ...FFMPEG_QUIET, ...input, ...tracks],
    ...[...floats, '-f', 'rawvideo', 'pipe:1', ...outputs],
  ];
  const rendered: RenderedFrame[] = [];
  const span = { frames: [...frames], decoder, decoded: { width, height, x: 0, y: 0 }, chain };
  await renderSpan(own, job, span, 0, (frame) => {
    rendered.push(frame);
    run.onFrame(frame);
    run.progress({ framesDone: rendered.length, framesWanted: frames.length, stage: 'render' });
  });
  return rendered;
}

/** FFmpeg counts the pictures of its first output only; a movie that is short is none. */
async function requireCount(run: RenderRun, job: MovieJob, part: string): Promise<void> {
  const { first, last } = job.frames;
  const { stdout } = await run.run('ffprobe', {
    args: [
      ...['-v', 'error', '-select_streams', 'v:0', '-count_packets'],
      ...['-show_entries', 'stream=nb_read_packets', '-of', 'csv=p=0', `file:${part}`],
    ],
  });
  const count = Number(stdout.toString('utf8').trim().split(/[,\s]/)[0]);
  if (count !== last - first + 1) throw shortDecode({ ...run, job }, first, last - first + 1, count || 0);
}

/** @throws PipelineError input-invalid when the jobs are not of one source */
export function requireOneSource(jobs: readonly SegmentJob[]): void {
  const [first] = jobs;
  const other = jobs.find((job) => first && job.clip.clipId !== first.clip.clipId);
  if (!first || other)
    throw new PipelineError(
      'input-invalid',
      `jobs that are made together are of one clip, not of ${jobs.map(({ clip }) => clip.clipName).join(' and ') || 'none'}`,
      { clips: jobs.map(({ clip }) => clip.clipId) },
    );
}
