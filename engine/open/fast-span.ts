import { writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { FFMPEG_BITEXACT, FFMPEG_QUIET } from '../tools/ffmpeg.ts';
import { requireTool } from '../tools/require-tool.ts';
import type { ColorChain } from './color-chain.ts';
import { decodeFilters, ffmpegInput, wantedFilters } from './decode-frames.ts';
import { frameFile, headerOf } from './frame-file.ts';
import { outputSize, placement } from './framing.ts';
import { cutAtSpans } from './movie-spans.ts';
import type { RenderRun, SequenceJob } from './render-run.ts';

/** Frames that one exr-frames process makes: who decodes them, and what the decoder hands over. */
export type FastSpan = {
  frames: number[];
  /** Program and arguments; it writes float planes G, B, R to its standard output. */
  decoder: string[];
  /** Size of a decoded picture, and where in it the framed picture begins. */
  decoded: { width: number; height: number; x: number; y: number };
  chain: ColorChain;
};

/** Samples of the curve: from -2 to 4, 65536 to the unit, as exr-frames reads them. */
const CURVE = { first: -2, last: 4, perUnit: 65536 } as const;

const METHOD = { none: 0, zip: 3, piz: 4 } as const;
const DEFAULT_ZIP_LEVEL = 4;

/** Spans that FFmpeg decodes and frames: one for each run of consecutive frames, because each needs its own seek. */
export async function ffmpegSpans(
  run: RenderRun,
  job: SequenceJob,
  chain: ColorChain,
  frames: readonly number[],
): Promise<FastSpan[]> {
  const { width, height } = job.geometry.scale ?? job.geometry.crop;
  return Promise.all(
    (await cutAtSpans(run, consecutive(frames))).map(async (span) => ({
      frames: span,
      decoder: [
        requireTool(run.tools, 'ffmpeg'),
        ...FFMPEG_QUIET,
        ...(await ffmpegInput(run, span)),
        ...[
          '-vf',
          decodeFilters(job, await wantedFilters(run, span)).join(','),
          ...FFMPEG_BITEXACT,
          '-f',
          'rawvideo',
          'pipe:1',
        ],
      ],
      decoded: { width, height, x: 0, y: 0 },
      chain,
    })),
  );
}

/** A span as exr-frames reads it: see native/spec.h. Frames are named within the work folder, where it is started. */
export async function spanJob(
  run: RenderRun,
  job: SequenceJob,
  { frames, decoded, chain }: FastSpan,
): Promise<string> {
  const { width, height } = job.geometry.scale ?? job.geometry.crop;
  const out = outputSize(job.geometry);
  const { cut, pad } = job.geometry.canvas
    ? placement({ width, height }, job.geometry.canvas)
    : { cut: { x: 0, y: 0, width, height }, pad: { ...out, x: 0, y: 0 } };
  const lines = [
    `size ${decoded.width} ${decoded.height}`,
    `cut ${decoded.x + cut.x} ${decoded.y + cut.y} ${cut.width} ${cut.height}`,
    `canvas ${pad.width} ${pad.height} ${pad.x} ${pad.y}`,
    ...(chain.curve === null ? [] : [`curve ${await writeCurve(run, chain.curve)}`]),
    `matrix ${chain.matrix.join(' ')}`,
    ...writerLines(job.output),
    `threads ${run.threads}`,
    ...frames.map((frame) => {
      const header = headerOf(job, frame).toString('hex');
      return `frame ${frame} ${header} ${basename(frameFile(run.workDir, job, frame))}`;
    }),
  ];
  return `${lines.join('\n')}\n`;
}

function writerLines(output: SequenceJob['output']): string[] {
  if (output.kind === 'dpx') return [`dpx ${output.bits}`, `method ${METHOD.none} 1`];
  return [`method ${METHOD[output.compression]} ${output.zipLevel ?? DEFAULT_ZIP_LEVEL}`];
}

async function writeCurve(run: RenderRun, curve: (value: number) => number): Promise<string> {
  const path = join(run.scratch, 'curve.f32');
  const samples = sampled.get(curve) ?? samplesOf(curve);
  sampled.set(curve, samples);
  await writeFile(path, samples);
  return path;
}

/** Samples of a curve, for the next segment with the same. */
const sampled = new WeakMap<(value: number) => number, Float32Array>();

function samplesOf(curve: (value: number) => number): Float32Array {
  const samples = new Float32Array((CURVE.last - CURVE.first) * CURVE.perUnit + 1);
  for (let index = 0; index < samples.length; index++)
    samples[index] = curve(CURVE.first + index / CURVE.perUnit);
  return samples;
}

function consecutive(frames: readonly number[]): number[][] {
  const spans: number[][] = [];
  for (const frame of frames) {
    const last = spans.at(-1);
    if (last && last.at(-1) === frame - 1) last.push(frame);
    else spans.push([frame]);
  }
  return spans;
}
