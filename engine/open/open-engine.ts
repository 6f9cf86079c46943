import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import type { Engine } from '../engine.ts';
import { askedOnce } from '../tools/asked-once.ts';
import type { ToolPaths } from '../tools/tool-paths.ts';
import { wantedFrames } from '../wanted-frames.ts';
import { openCapabilities } from './capabilities.ts';
import { type Inspector, openInspector } from './inspect/inspect.ts';
import { pictureRange } from './picture-range.ts';
import { openProofBook } from './proof-book.ts';
import { renderOutput, requireSound } from './render-output.ts';
import { withRenderRun } from './render-run.ts';
import { renderTogether } from './render-together.ts';
import { shareADecode } from './shared-decode.ts';
import { trimMovie } from './trim-movie.ts';
import { viewFrames } from './view-frames.ts';

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
  let inspector: Inspector | undefined;
  const { answer: capabilities } = askedOnce(() => openCapabilities(tools, versions, fontFile));
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
    viewFrames: (reference, { width, signal }) => viewFrames(tools, reference, width, signal),
    trim: (job, source, workDir, { signal }) => trimMovie(tools, job, source, workDir, signal),
    sharesDecode: shareADecode,
    renderTogether: (jobs, sources, workDir, options) =>
      renderTogether({ tools, proofs, fontFile }, jobs, sources, workDir, options),
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
