import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { PipelineError } from '../../schemas/failure.ts';
import type { SegmentJob } from '../../schemas/segment-job.ts';
import {
  decoderArguments,
  FFMPEG_BITEXACT,
  FFMPEG_QUIET,
  FFMPEG_STRICT,
  networkArguments,
  reach,
  toRgbFilters,
} from '../tools/ffmpeg.ts';
import { readAsFloat } from '../tools/oiiotool.ts';
import { developFrames } from './develop-frames.ts';
import { requireDpxSize } from './dpx-source.ts';
import { readExrSource } from './exr-source.ts';
import { cropAndScaleArguments, cropAndScaleFilters, oneSizeFilter } from './framing.ts';
import { spanWith } from './movie-spans.ts';
import type { RenderRun } from './render-run.ts';
import { framesEarly } from './reordered-movie.ts';
import { frameCounter, shortDecode } from './short-decode.ts';
import { frameSource, localFile } from './source-files.ts';
import { readTiffSource } from './tiff-source.ts';

/** oiiotool commands that put one framed picture, in the job's decoded space, on its stack. */
export type DecodedFrame = { frame: number; read: string[] };

/** Which program reads the samples. */
export type Decoder = 'ffmpeg' | 'oiiotool' | 'raw';

const DECODERS: Partial<Record<SegmentJob['decode']['codec'], Decoder>> = {
  prores: 'ffmpeg',
  dnxhd: 'ffmpeg',
  h264: 'ffmpeg',
  hevc: 'ffmpeg',
  cineform: 'ffmpeg',
  mjpeg: 'ffmpeg',
  jpeg2000: 'ffmpeg',
  mpeg2: 'ffmpeg',
  dv: 'ffmpeg',
  uncompressed: 'ffmpeg',
  // OpenImageIO widens 10-bit codes by repeating their upper bits, FFmpeg and zimg by an exact division.
  dpx: 'ffmpeg',
  exr: 'oiiotool',
  tiff: 'oiiotool',
  cinemadng: 'raw',
  'camera-raw': 'raw',
};

/**
 * The decoder of a job's codec.
 * @throws PipelineError unsupported, naming the engine that could where one is known
 */
export function decoderOf(job: SegmentJob): Decoder {
  const { codec } = job.decode;
  const decoder = DECODERS[codec];
  if (!decoder)
    throw new PipelineError(
      'unsupported',
      `the open engine does not decode ${codec} (clip ${job.clip.clipName})`,
      {
        codec,
        clipName: job.clip.clipName,
        decodes: Object.keys(DECODERS),
      },
    );
  return decoder;
}

/** Decodes a run of consecutive source frames for oiiotool; files it makes lie in the run's scratch. */
export async function decodeFrames(run: RenderRun, frames: readonly number[]): Promise<DecodedFrame[]> {
  switch (decoderOf(run.job)) {
    case 'ffmpeg':
      return decodeByFfmpeg(run, frames);
    case 'raw':
      return developFrames(run, frames);
    case 'oiiotool':
      return Promise.all(
        frames.map(async (frame) => {
          const { geometry, decode } = run.job;
          const source = frameSource(run.sources, frame);
          const path = await localFile(source, run.scratch, run.signal);
          const read =
            decode.codec === 'exr'
              ? await readExrSource(path, source.name, geometry.source)
              : await readTiffSource(path, source.name, run.job);
          return { frame, read: [...read, ...cropAndScaleArguments(geometry)] };
        }),
      );
  }
}

/**
 * Through float EXR without compression: it keeps what lies above white and below black, which 16-bit integers cut off.
 */
async function decodeByFfmpeg(run: RenderRun, frames: readonly number[]): Promise<DecodedFrame[]> {
  const first = frames[0]!;
  const pattern = join(run.scratch, 'decoded.%08d.exr');
  const progress = frameCounter();
  await run.run('ffmpeg', {
    args: [
      ...FFMPEG_QUIET,
      '-progress',
      'pipe:1',
      ...(await ffmpegInput(run, frames)),
      '-vf',
      decodeFilters(run.job, await wantedFilters(run, frames)).join(','),
      ...FFMPEG_BITEXACT,
      '-c:v',
      'exr',
      '-format',
      'float',
      '-compression',
      'none',
      '-f',
      'image2',
      '-start_number',
      String(first),
      pattern,
    ],
    stdout: progress.take,
  });
  if (progress.count() !== frames.length) throw shortDecode(run, first, frames.length, progress.count());
  return frames.map((frame) => ({
    frame,
    read: readAsFloat(pattern.replace('%08d', String(frame).padStart(8, '0'))),
  }));
}

/** Codecs that never halve the number of chroma lines: rows can be cut off before anything is converted. */
const FULL_HEIGHT_CHROMA = new Set<SegmentJob['decode']['codec']>(['prores', 'dnxhd', 'dpx']);

/**
 * FFmpeg's filters from samples to framed float R′G′B′ in the decoded space, the same for both routes.
 * @param wanted filters that leave only the wanted ones of the input's pictures: `wantedFilters`
 */
export function decodeFilters(
  { decode, geometry }: Pick<SegmentJob, 'decode' | 'geometry'>,
  wanted: readonly string[],
): string[] {
  const { source, crop } = geometry;
  const oneSize = oneSizeFilter(source, decode.orientation);
  const isCutLater =
    !FULL_HEIGHT_CHROMA.has(decode.codec) || decode.orientation || crop.height === source.height;
  if (isCutLater)
    return [...wanted, ...toRgbFilters(decode, 'gbrpf32le', [oneSize]), ...cropAndScaleFilters(geometry)];
  const cut = { ...geometry, source: { ...source, height: crop.height }, crop: { ...crop, y: 0 } };
  return [
    ...[...wanted, oneSize, `crop=${source.width}:${crop.height}:0:${crop.y}`],
    ...[...toRgbFilters(decode, 'gbrpf32le'), ...cropAndScaleFilters(cut)],
  ];
}

/**
 * Filters that leave the wanted ones of the input's pictures: none where the input begins with them and `-frames:v` ends
 * it. What lies before is counted where a movie gives no time to seek by, and left out by its time where decoding began early.
 * @throws PipelineError unsupported, tool-failed
 */
export async function wantedFilters(run: RenderRun, frames: readonly number[]): Promise<string[]> {
  const { container, frameTimes } = run.job.decode;
  if (container === 'sequence') return [];
  const at = frames[0]! - (await spanWith(run, frames)).first;
  if (frameTimes?.isVariable) return at === 0 ? [] : [`trim=start_frame=${at}`];
  const early = await framesEarly(run, frames);
  if (early === 0) return [];
  const { num, den } = frameTimes?.rate ?? run.job.clip.frameRate;
  // Times are counted from where the input was sought, else from the start of the file.
  const late = at === early ? (frameTimes?.startMicros ?? 0) / 1e6 : 0;
  const seconds = (halves: number) => (late + (halves * den) / (2 * num)).toFixed(6);
  return [`trim=start=${seconds(2 * early - 1)}:end=${seconds(2 * (early + frames.length) - 1)}`];
}

/** FFmpeg's arguments for consecutive source frames: where they come from, and which of it one output gets. */
export async function ffmpegInput(run: RenderRun, frames: readonly number[]): Promise<string[]> {
  return [...(await ffmpegSource(run, frames)), ...pictureOutput(frames.length)];
}

/** Options of an output of pictures alone: so many, each once. */
export function pictureOutput(count: number): string[] {
  return [
    ...['-map', '0:v:0', '-frames:v', String(count)],
    ...['-fps_mode', 'passthrough', '-an', '-sn', '-dn'],
  ];
}

/**
 * FFmpeg's input options for consecutive source frames: a seek in a movie, or links that number a sequence.
 * @param limit further options of a movie's input
 */
export async function ffmpegSource(
  run: RenderRun,
  frames: readonly number[],
  limit: readonly string[] = [],
): Promise<string[]> {
  const { job, sources, scratch, signal, threads } = run;
  const { frameRate } = job.clip;
  const common = [...FFMPEG_STRICT, '-threads', String(threads)];
  if (job.decode.container !== 'sequence') {
    const { first, source } = await spanWith(run, frames);
    const { frameTimes } = job.decode;
    const at = frames[0]! - first - (await framesEarly(run, frames));
    const { seek } = reach(at, frameRate, frameTimes);
    return [
      ...[...common, ...decoderArguments(job.decode), ...seek, ...(frameTimes ? [] : limit)],
      ...[...networkArguments(source.location, job.decode.codec), '-i', source.location],
    ];
  }
  const folder = join(scratch, `in-${frames[0]}`);
  await mkdir(folder, { recursive: true });
  const suffix = job.decode.codec === 'dpx' ? 'dpx' : 'img';
  for (const frame of frames) {
    const source = frameSource(sources, frame);
    const path = await localFile(source, scratch, signal);
    if (suffix === 'dpx') await requireDpxSize(path, source.name, job);
    await symlink(path, join(folder, `${String(frame).padStart(8, '0')}.${suffix}`)).catch(
      (error: NodeJS.ErrnoException) => {
        if (error.code !== 'EEXIST') throw error;
      },
    );
  }
  const rate = `${frameRate.num}/${frameRate.den}`;
  const pattern = join(folder, `%08d.${suffix}`);
  return [
    ...[...common, '-f', 'image2', '-framerate', rate],
    ...['-start_number', String(frames[0]), '-i', pattern],
  ];
}
