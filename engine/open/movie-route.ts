import { createReadStream } from 'node:fs';
import { readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { MovieOutput, SegmentJob } from '../../schemas/segment-job.ts';
import { createHasher } from '../../standards/hash/hasher.ts';
import type { RenderResult } from '../engine.ts';
import { FFMPEG_BITEXACT, FFMPEG_QUIET } from '../tools/ffmpeg.ts';
import { oiiotoolStart } from '../tools/oiiotool.ts';
import { bakeCube } from './bake-cube.ts';
import { burnInFilters } from './burn-in.ts';
import { JOB_SPACES, type JobConfig, writeJobConfig } from './color-config.ts';
import { decodeFrames, decoderOf, ffmpegInput, frameCounter, shortDecode } from './decode-frames.ts';
import { canvasArguments } from './framing.ts';
import { fitFilters, movieFilters } from './movie-filters.ts';
import { encodeFilters, movieArguments, signalOf } from './movie-format.ts';
import { setUniqueUmids } from './mxf-umid.ts';
import type { RenderRun } from './render-run.ts';

/** A picture job with its output narrowed to a movie. */
export type MovieJob = SegmentJob & { output: MovieOutput };

/** Frames that pass from oiiotool to FFmpeg at a time. */
const PIPED_FRAMES = 16;

/**
 * Makes a movie whole, never in segments: encoders carry state from frame to frame. Log pictures go through one FFmpeg
 * with the colour baked to a cube; scene-linear ones (raw, EXR) through oiiotool first, because no cube holds them.
 */
export async function renderMovie(
  run: RenderRun,
  job: MovieJob,
  frames: readonly number[],
  fontFile: string,
): Promise<NonNullable<RenderResult['movie']>> {
  const config = await writeJobConfig(job.colour, run.scratch);
  const file = join(run.workDir, `${job.clip.clipName}.${job.output.container}`);
  const part = `${file}.part`;
  const isPiped = decoderOf(job) === 'raw' || job.decode.codec === 'exr' || job.decode.codec === 'tiff';
  const made = isPiped
    ? await pipeThroughOiiotool(run, job, frames, config)
    : await readDirectly(run, job, frames, config);
  const signal = signalOf(job.colour.outputSpace);
  const progress = frameCounter((count) =>
    run.progress({ framesDone: count, framesWanted: frames.length, stage: 'encode' }),
  );
  const filters = [
    ...made.filters,
    ...burnInFilters(job.output, job.clip.frameRate, fontFile),
    ...encodeFilters(job.output, signal),
  ];
  await run.run('ffmpeg', {
    args: [
      ...FFMPEG_QUIET,
      '-progress',
      'pipe:1',
      ...made.input,
      '-vf',
      filters.join(','),
      ...FFMPEG_BITEXACT,
      ...movieArguments(job.output, signal),
      part,
    ],
    ...(made.stdin ? { stdin: made.stdin } : {}),
    stdout: progress.take,
  });
  if (progress.count() !== frames.length) throw shortDecode(run, frames[0]!, frames.length, progress.count());
  if (job.output.container === 'mxf')
    await setUniqueUmids(part, `${job.clip.clipId}/${frames[0]}-${frames.at(-1)}`);
  const digest = await hashFile(part);
  await rename(part, file);
  return { file, ...digest, frameCount: frames.length };
}

type Pictures = { input: string[]; filters: string[]; stdin?: Readable };

async function readDirectly(
  run: RenderRun,
  job: MovieJob,
  frames: readonly number[],
  config: JobConfig,
): Promise<Pictures> {
  const cube = config.isIdentity ? null : await bakeCube(run, config);
  const duration = (frames.length * job.clip.frameRate.den) / job.clip.frameRate.num;
  const hasSound = job.decode.container !== 'sequence';
  const input = (await ffmpegInput(run, frames)).filter((argument) => !(hasSound && argument === '-an'));
  const sound = hasSound ? ['-map', '0:a?', '-t', duration.toFixed(6)] : [];
  return { input: [...input, ...sound], filters: movieFilters(job, cube) };
}

/** Frames in display space as 16-bit PPM on FFmpeg's standard input, made batch by batch as they are read. */
async function pipeThroughOiiotool(
  run: RenderRun,
  job: MovieJob,
  frames: readonly number[],
  config: JobConfig,
): Promise<Pictures> {
  const made = async function* () {
    for (let at = 0; at < frames.length; at += PIPED_FRAMES)
      yield* displayFrames(run, job, frames.slice(at, at + PIPED_FRAMES), config);
  };
  const { num, den } = job.clip.frameRate;
  return {
    input: [
      '-f',
      'image2pipe',
      '-framerate',
      `${num}/${den}`,
      '-c:v',
      'ppm',
      '-i',
      'pipe:0',
      '-frames:v',
      String(frames.length),
      '-fps_mode',
      'passthrough',
    ],
    filters: [
      'setparams=range=full:colorspace=gbr',
      'zscale=matrixin=gbr:rangein=full:matrix=gbr:range=full',
      'format=gbrp16le',
      ...fitFilters(job.geometry, job.output.size),
    ],
    stdin: Readable.from(made(), { highWaterMark: 1 }),
  };
}

async function* displayFrames(
  run: RenderRun,
  job: MovieJob,
  batch: readonly number[],
  config: JobConfig,
): AsyncGenerator<Buffer> {
  const decoded = await decodeFrames(run, batch);
  const path = (frame: number) => join(run.scratch, `display.${frame}.ppm`);
  const color = config.isIdentity ? [] : ['--ocionamedtransform', JOB_SPACES.transform];
  const args = decoded.flatMap(({ frame, read }) => [
    ...read,
    ...color,
    ...canvasArguments(job.geometry),
    '--clamp:min=0:max=1',
    '--eraseattrib',
    '.*',
    '-d',
    'uint16',
    '-o',
    path(frame),
    '--pop',
  ]);
  await run.run('oiiotool', { args: [...oiiotoolStart(run.threads), ...args], env: { OCIO: config.path } });
  for (const frame of batch) {
    yield await readFile(path(frame));
    await rm(path(frame));
  }
}

async function hashFile(path: string): Promise<{ sizeBytes: number; xxh128: string }> {
  const hasher = createHasher(['xxh128']);
  for await (const chunk of createReadStream(path, { highWaterMark: 4 << 20 }))
    hasher.update(chunk as Buffer);
  return { sizeBytes: (await stat(path)).size, xxh128: hasher.digests().xxh128! };
}
