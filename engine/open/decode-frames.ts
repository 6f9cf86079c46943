import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { PipelineError } from '../../schemas/failure.ts';
import type { SegmentJob } from '../../schemas/segment-job.ts';
import {
  FFMPEG_BITEXACT,
  FFMPEG_QUIET,
  networkArguments,
  seekArguments,
  toRgbFilters,
} from '../tools/ffmpeg.ts';
import { readAsFloat } from '../tools/oiiotool.ts';
import { developFrames } from './develop-frames.ts';
import { cropAndScaleArguments, cropAndScaleFilters } from './framing.ts';
import { spanWith } from './movie-spans.ts';
import type { RenderRun } from './render-run.ts';
import { frameSource, localFile } from './source-files.ts';

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
          const path = await localFile(frameSource(run.sources, frame), run.scratch, run.signal);
          const channels = run.job.decode.codec === 'exr' ? ['--ch', 'R,G,B'] : [];
          return {
            frame,
            read: [...readAsFloat(path), ...channels, ...cropAndScaleArguments(run.job.geometry)],
          };
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
      decodeFilters(run.job).join(','),
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

/** FFmpeg's filters from samples to framed float R′G′B′ in the decoded space, the same for both routes. */
export function decodeFilters({ decode, geometry }: Pick<SegmentJob, 'decode' | 'geometry'>): string[] {
  const rgb = toRgbFilters(decode, 'gbrpf32le');
  const { source, crop } = geometry;
  if (!FULL_HEIGHT_CHROMA.has(decode.codec) || crop.height === source.height)
    return [...rgb, ...cropAndScaleFilters(geometry)];
  const cut = { ...geometry, source: { ...source, height: crop.height }, crop: { ...crop, y: 0 } };
  return [`crop=${source.width}:${crop.height}:0:${crop.y}`, ...rgb, ...cropAndScaleFilters(cut)];
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
  const common = ['-threads', String(threads)];
  if (job.decode.container !== 'sequence') {
    const { first, source } = await spanWith(run, frames);
    return [
      ...[...common, ...seekArguments(frames[0]! - first, frameRate), ...limit],
      ...[...networkArguments(source.location, job.decode.codec), '-i', source.location],
    ];
  }
  const folder = join(scratch, `in-${frames[0]}`);
  await mkdir(folder, { recursive: true });
  const suffix = job.decode.codec === 'dpx' ? 'dpx' : 'img';
  for (const frame of frames) {
    const path = await localFile(frameSource(sources, frame), scratch, signal);
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

/** The failure of a source that ends before the frames asked for. */
export function shortDecode(run: RenderRun, first: number, wanted: number, got: number): PipelineError {
  const { clipName, frameCount } = run.job.clip;
  return new PipelineError(
    'unreadable',
    `${clipName} gave ${got} of ${wanted} frames from source frame ${first}: it is shorter than its ${frameCount} frames or damaged there`,
    { clipName, firstFrame: first, framesWanted: wanted, framesGot: got },
  );
}
