import { access, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { PipelineError } from '../../schemas/failure.ts';
import type { RenderedFrame, SegmentJob } from '../../schemas/segment-job.ts';
import type { Engine, EngineCapabilities, RenderResult } from '../engine.ts';
import type { ToolPaths } from '../tools/tool-paths.ts';
import { requireSoundContainer, wantedFrames } from '../wanted-frames.ts';
import { openCapabilities } from './capabilities.ts';
import { decoderOf } from './decode-frames.ts';
import { fastChain, renderFast } from './fast-route.ts';
import { requireSoundGeometry } from './framing.ts';
import { type Inspector, openInspector } from './inspect/inspect.ts';
import { type MovieJob, renderMovie } from './movie-route.ts';
import { pictureRange } from './picture-range.ts';
import { openProofBook, type ProofBook } from './proof-book.ts';
import { proveRoute, recipeKey } from './prove-route.ts';
import { renderByReference } from './reference-route.ts';
import { type RenderRun, type SequenceJob, withRenderRun } from './render-run.ts';
import { sourceSignature } from './source-signature.ts';
import { trimMovie } from './trim-movie.ts';

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
    pictureRange: (picture, { signal }) => pictureRange(tools, picture, signal),
    trim: (job, source, workDir, { signal }) => trimMovie(tools, job, source, workDir, signal),
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
  if (job.output.kind !== 'movie')
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
  const chain = job.route === 'fast' ? await fastChain(run, job, frames) : null;
  if (chain === null) return renderByReference(run, job, frames);
  const first = frames[0]!;
  const recipe = recipeKey(job);
  await proofs.ensure({
    clip: `${job.clip.clipId} ${recipe}`,
    kind: async () => ({ recipe, source: await sourceSignature(run, first) }),
    prove: () => proveRoute(run, job, chain, first),
  });
  return renderFast(run, job, chain, frames);
}

/** What no program would refuse in words. @throws PipelineError input-invalid, unsupported */
function requireSound(job: SegmentJob): void {
  decoderOf(job);
  requireSoundGeometry(job.geometry);
  requireSoundContainer(job);
}
