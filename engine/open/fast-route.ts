import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PipelineError } from '../../schemas/failure.ts';
import type { RenderedFrame } from '../../schemas/segment-job.ts';
import { type ColorChain, reduceChain } from './color-chain.ts';
import { JOB_SPACES, writeJobConfig } from './color-config.ts';
import { decoderOf } from './decode-frames.ts';
import { readRawFrames } from './develop-frames.ts';
import { isPlainMosaic } from './dng-tags.ts';
import { type FastSpan, ffmpegSpans, spanJob } from './fast-span.ts';
import { frameFile } from './frame-file.ts';
import { OTHER_SIZE } from './framing.ts';
import { hashFrame } from './hash-frame.ts';
import { keepResults } from './kept-results.ts';
import { lineReader } from './line-reader.ts';
import { mosaicSpans } from './mosaic-span.ts';
import type { RenderRun, SequenceJob } from './render-run.ts';
import { shortDecode } from './short-decode.ts';

/** Clips of as many camera formats and looks as a worker has before it in one turnover. */
const chains = keepResults<ColorChain | null>(64);

/**
 * The colour of a job as the fast route can do it, or null where only the reference route can: pictures that neither
 * FFmpeg nor our own demosaicing reads, or colour that is more than a curve and a matrix. The answer depends on the job
 * and its sources alone, never on the machine.
 */
export async function fastChain(
  run: RenderRun,
  job: SequenceJob,
  frames: readonly number[],
): Promise<ColorChain | null> {
  const decoder = decoderOf(job);
  if (decoder === 'oiiotool') return null;
  const chain = await chainOf(run, job);
  if (chain === null || decoder === 'ffmpeg') return chain;
  const isMosaic =
    (job.decode.demosaic ?? 'mhc') === 'mhc' && job.geometry.scale === null && chain.curve === null;
  if (!isMosaic) return null;
  return (await readRawFrames(run, frames)).every(({ tags }) => isPlainMosaic(tags)) ? chain : null;
}

async function chainOf(run: RenderRun, job: SequenceJob): Promise<ColorChain | null> {
  const config = await writeJobConfig(job.colour, run.scratch);
  if (config.isIdentity) return { curve: null, matrix: [1, 0, 0, 0, 1, 0, 0, 0, 1] };
  return chains(run.tools, config.key, async () => {
    const ctf = join(run.scratch, 'job.ctf');
    await run.run('ociowrite', {
      args: ['--colorspaces', JOB_SPACES.decoded, JOB_SPACES.output, '--file', ctf],
      env: { OCIO: config.path },
    });
    return reduceChain(await readFile(ctf, 'utf8'));
  });
}

/**
 * Renders by a decoder and exr-frames: the decoder's float pictures go through a pipe into one program that applies
 * curve and matrix, rounds to half floats and compresses. No picture touches a disk before it is finished.
 */
export async function renderFast(
  run: RenderRun,
  job: SequenceJob,
  chain: ColorChain,
  frames: readonly number[],
): Promise<RenderedFrame[]> {
  const rendered: RenderedFrame[] = [];
  run.progress({ framesDone: 0, framesWanted: frames.length, stage: 'render' });
  const spans =
    decoderOf(job) === 'raw'
      ? await mosaicSpans(run, job, chain, frames)
      : await ffmpegSpans(run, job, chain, frames);
  for (const [index, span] of spans.entries()) {
    await renderSpan(run, job, span, index, (frame) => {
      rendered.push(frame);
      run.onFrame(frame);
      run.progress({ framesDone: rendered.length, framesWanted: frames.length, stage: 'render' });
    });
  }
  return rendered;
}

/** One exr-frames process and its decoder; `done` is called as each frame is whole and hashed. */
export async function renderSpan(
  run: RenderRun,
  job: SequenceJob,
  span: FastSpan,
  index: number,
  done: (frame: RenderedFrame) => void,
): Promise<void> {
  const spec = join(run.scratch, `span-${index}.txt`);
  await writeFile(spec, await spanJob(run, job, span));
  let finishing = Promise.resolve();
  const cost = { cpuMs: 0, peakMemoryBytes: 0 };
  const take = lineReader((line) => {
    const [word, a, b] = line.split(' ');
    if (word === 'cost') Object.assign(cost, { cpuMs: Number(a), peakMemoryBytes: Number(b) * 1024 });
    if (word === 'whole')
      finishing = finishing.then(async () => done(await hashedFrame(run, job, Number(a))));
    // The rejection is awaited below; without a handler now it would count as unhandled until then.
    finishing.catch(() => {});
  });
  const result = await run
    .run('exr-frames', { args: [spec, '--', ...span.decoder], stdout: take, cwd: run.workDir })
    .catch((error: unknown) => {
      throw endedEarly(run, span.frames, error) ?? error;
    });
  await finishing;
  // Counted by the kernel for both programs, in place of what was sampled of one.
  run.cost.cpuMs += cost.cpuMs - (result.usage?.cpuMs ?? 0);
  run.cost.peakMemoryBytes = Math.max(run.cost.peakMemoryBytes, cost.peakMemoryBytes);
}

async function hashedFrame(run: RenderRun, job: SequenceJob, frame: number): Promise<RenderedFrame> {
  const file = frameFile(run.workDir, job, frame);
  return { frame, file, ...(await hashFrame(file)) };
}

function endedEarly(run: RenderRun, span: readonly number[], error: unknown): PipelineError | null {
  if (!(error instanceof PipelineError)) return null;
  const got = /the decoder ended after (\d+) of/.exec(String(error.facts.stderrTail))?.[1];
  const said = String(error.facts.stderrTail);
  if (OTHER_SIZE.test(said)) return null;
  return got === undefined ? null : shortDecode(run, span[0]!, span.length, Number(got), said);
}
