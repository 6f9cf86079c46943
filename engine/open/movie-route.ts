import { createReadStream } from 'node:fs';
import { mkdtemp, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { Geometry, MovieOutput, SegmentJob } from '../../schemas/segment-job.ts';
import { createHasher } from '../../standards/hash/hasher.ts';
import type { RenderResult } from '../engine.ts';
import { FFMPEG_BITEXACT, FFMPEG_QUIET, toRgbFilters } from '../tools/ffmpeg.ts';
import { oiiotoolStart } from '../tools/oiiotool.ts';
import { removeFolder } from '../tools/remove-folder.ts';
import { bakeCube } from './bake-cube.ts';
import { burnInFilters } from './burn-in.ts';
import { isSceneLinear, type JobConfig, writeJobConfig } from './color-config.ts';
import { decodedSpace } from './config-transforms.ts';
import { decodeFrames, decoderOf, pictureOutput, wantedFilters } from './decode-frames.ts';
import { oneSizeFilter } from './framing.ts';
import { measureLight } from './light-levels.ts';
import { addMasteringBox } from './mastering-box.ts';
import { movieFilters } from './movie-filters.ts';
import { encodeFilters, movieArguments, signalOf } from './movie-format.ts';
import { cameraSoundInput, movieInput, type SoundInputs, soundInputs, soundMaps } from './movie-input.ts';
import { setUniqueUmids } from './mxf-umid.ts';
import type { RenderRun } from './render-run.ts';
import { frameCounter, shortDecode } from './short-decode.ts';
import { makeSoundFiles } from './sound-files.ts';
import { liesAcross } from './spanned-input.ts';

/** A picture job with its output narrowed to a movie. */
export type MovieJob = SegmentJob & { output: MovieOutput };

/** Log form of scene-linear pictures on their way into a cube: up to 222, ten stops above mid grey. Source: AMPAS S-2016-001. */
const SHAPER = 'ACEScct';

/** Frames that pass from oiiotool to FFmpeg at a time. */
export const PIPED_FRAMES = 16;

/**
 * Makes a movie whole, never in segments: encoders carry state from frame to frame. The colour is baked to a cube, which
 * holds values from 0 to 1; so pictures that FFmpeg does not read come through oiiotool, scene-linear ones as ACEScct.
 */
export async function renderMovie(
  run: RenderRun,
  job: MovieJob,
  frames: readonly number[],
  fontFile: string,
): Promise<NonNullable<RenderResult['movie']>> {
  const [files] = (await makeSoundFiles(run, [job])) as [string[]];
  const sound: SoundInputs = { files, firstInput: 1 + (await cameraSoundInput(run, frames)) };
  const { input, output, part, stdin, mark } = isPiped(job)
    ? await planPiped(run, job, frames, fontFile, sound)
    : { input: await movieInput(run, frames), ...(await planMovie(run, job, frames, fontFile, sound)) };
  const progress = frameCounter((count) =>
    run.progress({ framesDone: count, framesWanted: frames.length, stage: 'encode' }),
  );
  let said = 0;
  await run.run('ffmpeg', {
    args: [...FFMPEG_QUIET, '-progress', 'pipe:1', ...input, ...soundInputs([sound]), ...output, part],
    // While it waits for pictures that are made for it, it does not stand still.
    ...(stdin ? { stdin, progressMark: () => `${said} ${mark?.()}` } : {}),
    stdout: (chunk) => {
      said++;
      progress.take(chunk);
    },
  });
  if (progress.count() !== frames.length) throw shortDecode(run, frames[0]!, frames.length, progress.count());
  return finishMovie(run, job, part);
}

/** How a movie is made: FFmpeg's options between the input and the file, which is not whole yet. `mark` changes while pictures are made for it. */
export type MoviePlan = { output: string[]; part: string; stdin?: Readable; mark?: () => unknown };

/** Whether the pictures of a movie come through oiiotool, because FFmpeg does not read them. */
export function isPiped(job: SegmentJob): boolean {
  return decoderOf(job) === 'raw' || job.decode.codec === 'exr' || job.decode.codec === 'tiff';
}

/**
 * How to make a movie of an input that FFmpeg reads.
 * @param frames of the input, of which the movie has all, or one in the case of a still
 */
export async function planMovie(
  run: RenderRun,
  job: MovieJob,
  frames: readonly number[],
  fontFile: string,
  sound: SoundInputs,
): Promise<MoviePlan> {
  const { first, last } = job.frames;
  const [from, count] = [first - frames[0]!, last - first + 1];
  const config = await writeJobConfig(job.colour, run.scratch);
  const cube = config.isIdentity ? null : await bakeCube(run, config);
  const oneSize = oneSizeFilter(job.geometry.source, job.decode.orientation);
  const rgb = toRgbFilters(job.decode, 'gbrp16le', [oneSize]);
  const filters = movieFilters(job, rgb, cube);
  const start = from === 0 ? '' : `start_frame=${from}:`;
  // Times of joined files are rounded to a microsecond where one ends, some files have none to go by; frames are counted instead.
  const { num, den } = job.clip.frameRate;
  const camera = await cameraSoundInput(run, frames);
  const isJoined = await liesAcross(run, frames);
  const wanted = isJoined ? [] : await wantedFilters(run, frames);
  const counted = camera === 1 || isJoined ? [...wanted, `setpts=N*${den}/${num}/TB`] : [];
  const cut = [...counted, `trim=${start}end_frame=${from + count}`].join(',');
  if (job.decode.container === 'sequence' && sound.files.length === 0)
    return encoded(run, job, fontFile, pictureOutput(count), from === 0 ? filters : [cut, ...filters]);
  // `-frames:v` would end the sound with the last picture in whatever order packets came; so both are cut by themselves.
  const streams = [
    ...['-map', '0:v:0', ...soundMaps(job.output, sound, camera)],
    ...['-sn', '-dn', '-fps_mode', 'passthrough'],
    // Of a file that tells no one rate FFmpeg takes 25.
    ...(camera === 1 ? ['-enc_time_base:v', `${den}:${num}`] : []),
  ];
  return encoded(run, job, fontFile, streams, [cut, ...filters]);
}

async function planPiped(
  run: RenderRun,
  job: MovieJob,
  frames: readonly number[],
  fontFile: string,
  sound: SoundInputs,
): Promise<MoviePlan & { input: string[] }> {
  const shaper = (await isSceneLinear(job.colour)) ? SHAPER : undefined;
  const config = await writeJobConfig(job.colour, run.scratch, shaper);
  const cube = config.isIdentity ? null : await bakeCube(run, config);
  const { input, filters, stdin, mark } = pipeThroughOiiotool(run, job, frames, { config, shaper, cube });
  const output =
    sound.files.length === 0
      ? ['-frames:v', String(frames.length), '-fps_mode', 'passthrough']
      : ['-map', '0:v:0', ...soundMaps(job.output, sound), '-fps_mode', 'passthrough'];
  return { input, ...encoded(run, job, fontFile, output, filters), stdin, mark };
}

function encoded(
  run: RenderRun,
  job: MovieJob,
  fontFile: string,
  streams: string[],
  picture: string[],
): MoviePlan {
  const signal = signalOf(job.colour.outputSpace);
  const filters = [
    ...picture,
    ...burnInFilters(job.output, job.clip.frameRate, fontFile),
    ...encodeFilters(job.output, signal),
  ];
  const output = [...streams, '-vf', filters.join(','), ...FFMPEG_BITEXACT];
  return {
    output: [...output, ...movieArguments(job.output, signal)],
    // In scratch and by a plain name: a still's file is numbered by what stands in its name, and a clip's may be long.
    part: join(run.scratch, `made.${job.output.container}`),
  };
}

/** Gives a movie that is whole its own numbers, what it tells of its light, its digest and its name. */
export async function finishMovie(
  run: Pick<RenderRun, 'run' | 'threads' | 'workDir'>,
  job: MovieJob,
  part: string,
): Promise<NonNullable<RenderResult['movie']>> {
  const { first, last } = job.frames;
  if (job.output.container === 'mxf') await setUniqueUmids(part, `${job.clip.clipId}/${first}-${last}`);
  if (job.output.mastering) {
    const light = job.output.lightLevels ? await measureLight(run, job, part) : null;
    await addMasteringBox(part, job.output.mastering, light);
  }
  const digest = await hashFile(part);
  const file = join(run.workDir, movieName(job));
  await rename(part, file);
  return { file, ...digest, frameCount: last - first + 1 };
}

/** Its clip's name, where that leaves room for the ending: names of files have 255 bytes. */
function movieName({ clip, output }: MovieJob): string {
  const name = `${clip.clipName}.${output.container}`;
  return Buffer.byteLength(name) > 255 ? `movie.${output.container}` : name;
}

type Pictures = { input: string[]; filters: string[]; stdin: Readable; mark: () => unknown };

type Piped = { config: JobConfig; shaper: string | undefined; cube: string | null };

/** Decoded frames as 16-bit PPM on FFmpeg's standard input, made batch by batch as they are read. */
function pipeThroughOiiotool(
  run: RenderRun,
  job: MovieJob,
  frames: readonly number[],
  piped: Piped,
): Pictures {
  let isMaking = true;
  const made = async function* () {
    for (let at = 0; at < frames.length; at += PIPED_FRAMES)
      for await (const picture of decodedPictures(run, job, frames.slice(at, at + PIPED_FRAMES), piped)) {
        isMaking = false;
        yield picture;
        isMaking = true;
      }
    isMaking = false;
  };
  const { num, den } = job.clip.frameRate;
  const input = ['-f', 'image2pipe', '-framerate', `${num}/${den}`, '-c:v', 'ppm', '-i', 'pipe:0'];
  // Packed to planar, which is all that swscale does here: zimg takes no packed samples.
  const planar = ['scale=flags=bitexact', 'format=gbrp16le', 'setparams=range=full:colorspace=gbr'];
  return {
    input,
    filters: movieFilters({ ...job, geometry: withoutCrop(job.geometry) }, planar, piped.cube),
    stdin: Readable.from(made(), { highWaterMark: 1 }),
    mark: () => isMaking && performance.now(),
  };
}

/** oiiotool has cropped already. */
function withoutCrop(geometry: Geometry): Geometry {
  const { width, height } = geometry.crop;
  return { ...geometry, source: { width, height }, crop: { x: 0, y: 0, width, height } };
}

async function* decodedPictures(
  run: RenderRun,
  job: MovieJob,
  batch: readonly number[],
  { config, shaper }: Piped,
): AsyncGenerator<Buffer> {
  // FFmpeg scales, and scales once.
  const scratch = await mkdtemp(join(run.scratch, 'batch-'));
  const unscaled = { ...run, scratch, job: { ...job, geometry: { ...job.geometry, scale: null } } };
  const decoded = await decodeFrames(unscaled, batch);
  const path = (frame: number) => join(scratch, `decoded.${frame}.ppm`);
  const shape = shaper === undefined ? [] : ['--colorconvert', decodedSpace(job.colour), shaper];
  // oiiotool turns a picture upside down on its way from float to PNM unless told not to.
  const write = [
    '--clamp:min=0:max=1',
    '--eraseattrib',
    '.*',
    '--attrib',
    'pnm:pfmflip',
    '0',
    '-d',
    'uint16',
  ];
  const args = decoded.flatMap(({ frame, read }) => [
    ...read,
    ...shape,
    ...write,
    '-o',
    path(frame),
    '--pop',
  ]);
  await run.run('oiiotool', { args: [...oiiotoolStart(run.threads), ...args], env: { OCIO: config.path } });
  for (const frame of batch) {
    yield await readFile(path(frame));
    await rm(path(frame));
  }
  await removeFolder(scratch);
}

async function hashFile(path: string): Promise<{ sizeBytes: number; xxh128: string }> {
  const hasher = createHasher(['xxh128']);
  for await (const chunk of createReadStream(path, { highWaterMark: 4 << 20 }))
    hasher.update(chunk as Buffer);
  return { sizeBytes: (await stat(path)).size, xxh128: hasher.digests().xxh128! };
}
