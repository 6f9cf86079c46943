import { access, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { PipelineError } from '../../schemas/failure.ts';
import type { RenderedFrame, SegmentJob } from '../../schemas/segment-job.ts';
import type { Engine, EngineCapabilities, RenderResult } from '../engine.ts';
import type { ToolPaths } from '../tools/tool-paths.ts';
import { openCapabilities } from './capabilities.ts';
import { decoderOf } from './decode-frames.ts';
import { fastChain, renderFast } from './fast-route.ts';
import { requireSoundGeometry } from './framing.ts';
import { type Inspector, openInspector } from './inspect/inspect.ts';
import { type MovieJob, renderMovie } from './movie-route.ts';
import { openProofBook, type ProofBook } from './proof-book.ts';
import { proveRoute, recipeKey } from './prove-route.ts';
import { renderByReference } from './reference-route.ts';
import { type RenderRun, type SequenceJob, withRenderRun } from './render-run.ts';

/** What the open engine is made of. */
export type OpenEngineParts = {
  tools: ToolPaths;
  /** Versions as set-up recorded them, for programs that do not tell their own. */
  versions?: Readonly<Record<string, string>>;
  /** Where inspection puts its short-lived files. @default the system's folder for such files */
  scratch?: string;
  /** A monospaced TrueType font for burn-ins. @default where Debian's fonts-dejavu-core puts it */
  fontFile?: string;
  /** Where proofs of the fast route are kept between processes. @default in memory only */
  proofFolder?: string;
};

const DEBIAN_FONT = '/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf';

/** Inspection keeps programs running between files; `close` ends them. */
export type OpenEngine = Engine & { close(): Promise<void> };

/** The engine of free programs: OpenImageIO, OpenColorIO, FFmpeg and LibRaw, driven as processes. */
export function createOpenEngine(parts: OpenEngineParts): OpenEngine {
  const { tools, versions = {}, scratch = tmpdir(), fontFile = DEBIAN_FONT } = parts;
  let known: Promise<EngineCapabilities> | undefined;
  let inspector: Inspector | undefined;
  const capabilities = () => (known ??= openCapabilities(tools, versions, fontFile));
  const proofs = openProofBook(parts.proofFolder, async () => (await capabilities()).versions);
  return {
    async inspect(paths, options) {
      inspector ??= openInspector(tools, { scratch });
      return inspector.inspect(paths, options);
    },
    async close() {
      await inspector?.close();
      inspector = undefined;
    },
    capabilities,
    async render(job, sources, workDir, { signal, progress, onFrame = () => {}, only, threads = 1 }) {
      signal.throwIfAborted();
      const frames = wantedFrames(job, only);
      requireSound(job);
      await mkdir(workDir, { recursive: true });
      const started = performance.now();
      return withRenderRun(
        tools,
        { job, sources, workDir, signal, progress, onFrame, threads },
        async (run) => {
          const result = await renderOutput(run, frames, fontFile, proofs);
          const { cpuMs, peakMemoryBytes } = run.cost;
          return {
            ...result,
            timings: { wallMs: performance.now() - started, cpuMs, peakMemoryBytes },
            findings: [],
          };
        },
      );
    },
  };
}

async function renderOutput(
  run: RenderRun,
  frames: number[],
  fontFile: string,
  proofs: ProofBook,
): Promise<Pick<RenderResult, 'frames' | 'movie'>> {
  const { job } = run;
  if (job.output.kind === 'exr')
    return { frames: await renderSequence(run, job as SequenceJob, frames, proofs) };
  const movie = job as MovieJob;
  if (movie.output.burnIns.length > 0) await requireFont(fontFile);
  return { frames: [], movie: await renderMovie(run, movie, frames, fontFile) };
}

async function requireFont(fontFile: string): Promise<void> {
  await access(fontFile).catch((cause: unknown) => {
    throw new PipelineError(
      'tool-missing',
      `the font for burn-ins is not at ${fontFile}`,
      { fontFile },
      { cause },
    );
  });
}

/** By the fast route where the job asks for it and it can, after it was proven on this recipe; else by the reference. */
async function renderSequence(
  run: RenderRun,
  job: SequenceJob,
  frames: number[],
  proofs: ProofBook,
): Promise<RenderedFrame[]> {
  const chain = job.route === 'fast' ? await fastChain(run, job) : null;
  if (chain === null) return renderByReference(run, job, frames);
  await proofs.ensure(recipeKey(job), () => proveRoute(run, job, chain, frames[0]!));
  return renderFast(run, job, chain, frames);
}

/** Source frames to make, in order, each once. @throws PipelineError input-invalid */
function wantedFrames(job: SegmentJob, only: readonly number[] | undefined): number[] {
  const { first, last } = job.frames;
  if (first > last || last >= job.clip.frameCount)
    throw new PipelineError(
      'input-invalid',
      `frames ${first} to ${last} are not in ${job.clip.clipName}, which has ${job.clip.frameCount}`,
      {
        frames: job.frames,
        frameCount: job.clip.frameCount,
      },
    );
  const all = Array.from({ length: last - first + 1 }, (_, index) => first + index);
  if (only === undefined) return all;
  if (job.output.kind === 'movie' || only.some((frame) => frame < first || frame > last))
    throw new PipelineError(
      'input-invalid',
      'only: frames of a sequence within job.frames can be asked for',
      { only, frames: job.frames },
    );
  const wanted = new Set(only);
  return all.filter((frame) => wanted.has(frame));
}

/** What no program would refuse in words. @throws PipelineError input-invalid, unsupported */
function requireSound(job: SegmentJob): void {
  decoderOf(job);
  requireSoundGeometry(job.geometry);
  const { output, colour } = job;
  if (
    output.kind === 'exr' &&
    output.container === 'st2065-4' &&
    (output.compression !== 'none' || colour.outputSpace !== 'ACES2065-1')
  )
    throw new PipelineError(
      'input-invalid',
      `an ST 2065-4 container holds uncompressed ACES2065-1, the job asks for ${output.compression} ${colour.outputSpace}`,
      { compression: output.compression, outputSpace: colour.outputSpace },
    );
}
