import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { SegmentJob } from '../../schemas/segment-job.ts';
import type { Engine, RenderedOutput, ResolvedSource } from '../engine.ts';
import type { ToolPaths } from '../tools/tool-paths.ts';
import { wantedFrames } from '../wanted-frames.ts';
import type { MovieJob } from './movie-route.ts';
import type { ProofBook } from './proof-book.ts';
import { provenChain, renderOutput, requireFont, requireSound } from './render-output.ts';
import { type RenderRun, type SequenceJob, withRenderRun } from './render-run.ts';
import { renderShared, requireOneSource, type SharedSequence, shareADecode } from './shared-decode.ts';

type Parts = { tools: ToolPaths; proofs: ProofBook; fontFile: string };
type Together = NonNullable<Engine['renderTogether']>;

/** The engine's `renderTogether`: of one decode where FFmpeg can do that, else one after the other. */
export async function renderTogether(
  { tools, proofs, fontFile }: Parts,
  jobs: SegmentJob[],
  sources: ResolvedSource[],
  workDir: string,
  { signal, progress, onFrame = () => {}, threads = 1 }: Parameters<Together>[3],
): ReturnType<Together> {
  signal.throwIfAborted();
  requireOneSource(jobs);
  for (const job of jobs) requireSound(job);
  const [first] = jobs as [SegmentJob, ...SegmentJob[]];
  await mkdir(workDir, { recursive: true });
  const started = performance.now();
  const input = { job: first, sources, workDir, signal, progress, onFrame, threads };
  return withRenderRun(tools, input, async (run) => {
    const outputs =
      (await ofOneDecode(run, jobs, fontFile, proofs)) ?? (await oneByOne(run, jobs, fontFile, proofs));
    const timings = { ...run.cost, wallMs: performance.now() - started };
    return { outputs, timings, findings: [] };
  });
}

/** Null where the jobs cannot share a decode, which follows from them alone. */
async function ofOneDecode(
  run: RenderRun,
  jobs: SegmentJob[],
  fontFile: string,
  proofs: ProofBook,
): Promise<RenderedOutput[] | null> {
  if (!shareADecode(jobs)) return null;
  const longest = jobs.map((job) => wantedFrames(job, undefined)).sort((a, b) => b.length - a.length)[0]!;
  const movies = jobs.flatMap((job, at) =>
    job.output.kind === 'movie' ? [{ at, job: job as MovieJob }] : [],
  );
  if (movies.some(({ job }) => job.output.burnIns.length > 0)) await requireFont(fontFile);
  const at = jobs.findIndex(({ output }) => output.kind !== 'movie');
  if (at === -1) return renderShared(run, { sequence: null, movies }, longest, fontFile);
  const job = jobs[at] as SequenceJob;
  const chain = await provenChain({ ...run, job }, job, longest, proofs);
  if (chain === null) return null;
  const sequence: SharedSequence = { at, job, chain };
  return renderShared(run, { sequence, movies }, longest, fontFile);
}

async function oneByOne(
  run: RenderRun,
  jobs: SegmentJob[],
  fontFile: string,
  proofs: ProofBook,
): Promise<RenderedOutput[]> {
  const outputs: RenderedOutput[] = [];
  for (const [index, job] of jobs.entries()) {
    const workDir = join(run.workDir, String(index));
    const scratch = join(run.scratch, `job-${index}`);
    await Promise.all([mkdir(workDir, { recursive: true }), mkdir(scratch, { recursive: true })]);
    const own = { ...run, job, workDir, scratch };
    outputs.push(await renderOutput(own, wantedFrames(job, undefined), fontFile, proofs));
  }
  return outputs;
}
