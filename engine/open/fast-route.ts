import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PipelineError } from '../../schemas/failure.ts';
import type { RenderedFrame } from '../../schemas/segment-job.ts';
import { hashBytes } from '../../standards/hash/hasher.ts';
import { FFMPEG_BITEXACT, FFMPEG_QUIET } from '../tools/ffmpeg.ts';
import { requireTool } from '../tools/require-tool.ts';
import { type ColorChain, reduceChain } from './color-chain.ts';
import { JOB_SPACES, writeJobConfig } from './color-config.ts';
import { decodeFilters, decoderOf, ffmpegInput, shortDecode } from './decode-frames.ts';
import { frameHeader } from './exr-header.ts';
import { frameFile } from './frame-file.ts';
import { outputSize, placement } from './framing.ts';
import { lineReader } from './line-reader.ts';
import type { RenderRun, SequenceJob } from './render-run.ts';

/** Samples of the curve: from -2 to 4, 65536 to the unit, as exr-frames reads them. */
const CURVE = { first: -2, last: 4, perUnit: 65536 } as const;

const METHOD = { none: 0, zip: 3, piz: 4 } as const;
const DEFAULT_ZIP_LEVEL = 4;

/**
 * The colour of a job as the fast route can do it, or null where only the reference route can: another decoder than
 * FFmpeg, or colour that is more than a curve and a matrix. The answer depends on the job alone, never on the machine.
 */
export async function fastChain(run: RenderRun, job: SequenceJob): Promise<ColorChain | null> {
  if (decoderOf(job) !== 'ffmpeg') return null;
  const config = await writeJobConfig(job.colour, run.scratch);
  if (config.isIdentity) return { curve: null, matrix: [1, 0, 0, 0, 1, 0, 0, 0, 1] };
  const ctf = join(run.scratch, 'job.ctf');
  await run.run('ociowrite', {
    args: ['--colorspaces', JOB_SPACES.decoded, JOB_SPACES.output, '--file', ctf],
    env: { OCIO: config.path },
  });
  return reduceChain(await readFile(ctf, 'utf8'));
}

/**
 * Renders by FFmpeg and exr-frames: the decoder's float pictures go through a pipe into one program that applies curve
 * and matrix, rounds to half floats and compresses. No picture touches a disk before it is finished.
 */
export async function renderFast(
  run: RenderRun,
  job: SequenceJob,
  chain: ColorChain,
  frames: readonly number[],
): Promise<RenderedFrame[]> {
  const rendered: RenderedFrame[] = [];
  run.progress({ framesDone: 0, framesWanted: frames.length, stage: 'render' });
  const curve = chain.curve === null ? null : await writeCurve(run, chain.curve);
  for (const [index, span] of consecutive(frames).entries()) {
    const spec = join(run.scratch, `span-${index}.txt`);
    await writeFile(spec, specOf(run, job, chain, curve, span));
    let finishing = Promise.resolve();
    const cost = { cpuMs: 0, peakMemoryBytes: 0 };
    const take = lineReader((line) => {
      const [word, a, b] = line.split(' ');
      if (word === 'cost') Object.assign(cost, { cpuMs: Number(a), peakMemoryBytes: Number(b) * 1024 });
      if (word !== 'whole') return;
      finishing = finishing.then(async () => {
        const frame = await hashedFrame(run, Number(a));
        rendered.push(frame);
        run.onFrame(frame);
        run.progress({ framesDone: rendered.length, framesWanted: frames.length, stage: 'render' });
      });
      // The rejection is awaited below; without a handler now it would count as unhandled until then.
      finishing.catch(() => {});
    });
    const result = await run
      .run('exr-frames', { args: [spec, '--', ...(await decoderCommand(run, job, span))], stdout: take })
      .catch((error: unknown) => {
        throw endedEarly(run, span, error) ?? error;
      });
    await finishing;
    // Counted by the kernel for both programs, in place of what was sampled of one.
    run.cost.cpuMs += cost.cpuMs - (result.usage?.cpuMs ?? 0);
    run.cost.peakMemoryBytes = Math.max(run.cost.peakMemoryBytes, cost.peakMemoryBytes);
  }
  return rendered;
}

async function decoderCommand(run: RenderRun, job: SequenceJob, span: readonly number[]): Promise<string[]> {
  const filters = decodeFilters(job);
  return [
    requireTool(run.tools, 'ffmpeg'),
    ...FFMPEG_QUIET,
    ...(await ffmpegInput(run, span)),
    ...['-vf', filters.join(','), ...FFMPEG_BITEXACT, '-f', 'rawvideo', 'pipe:1'],
  ];
}

/** The job as exr-frames reads it: see native/spec.h. */
function specOf(
  run: RenderRun,
  job: SequenceJob,
  chain: ColorChain,
  curve: string | null,
  span: readonly number[],
): string {
  const { width, height } = job.geometry.scale ?? job.geometry.crop;
  const out = outputSize(job.geometry);
  const { cut, pad } = job.geometry.canvas
    ? placement({ width, height }, job.geometry.canvas)
    : { cut: { x: 0, y: 0, width, height }, pad: { ...out, x: 0, y: 0 } };
  const { compression, zipLevel = DEFAULT_ZIP_LEVEL } = job.output;
  const lines = [
    `size ${width} ${height}`,
    `cut ${cut.x} ${cut.y} ${cut.width} ${cut.height}`,
    `canvas ${pad.width} ${pad.height} ${pad.x} ${pad.y}`,
    ...(curve === null ? [] : [`curve ${curve}`]),
    `matrix ${chain.matrix.join(' ')}`,
    `method ${METHOD[compression]} ${zipLevel}`,
    `threads ${run.threads}`,
    ...span.map(
      (frame) =>
        `frame ${frame} ${frameHeader(job, job.output, frame).toString('hex')} ${frameFile(run.workDir, frame)}`,
    ),
  ];
  return `${lines.join('\n')}\n`;
}

async function writeCurve(run: RenderRun, curve: (value: number) => number): Promise<string> {
  const samples = new Float32Array((CURVE.last - CURVE.first) * CURVE.perUnit + 1);
  for (let index = 0; index < samples.length; index++)
    samples[index] = curve(CURVE.first + index / CURVE.perUnit);
  const path = join(run.scratch, 'curve.f32');
  await writeFile(path, samples);
  return path;
}

async function hashedFrame(run: RenderRun, frame: number): Promise<RenderedFrame> {
  const file = frameFile(run.workDir, frame);
  const bytes = await readFile(file);
  return { frame, file, sizeBytes: bytes.length, xxh128: hashBytes('xxh128', bytes) };
}

function endedEarly(run: RenderRun, span: readonly number[], error: unknown): PipelineError | null {
  if (!(error instanceof PipelineError)) return null;
  const got = /the decoder ended after (\d+) of/.exec(String(error.facts.stderrTail))?.[1];
  return got === undefined ? null : shortDecode(run, span[0]!, span.length, Number(got));
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
