import { readdirSync } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { PipelineError } from '../../schemas/failure.ts';
import type { RenderedFrame, SegmentJob } from '../../schemas/segment-job.ts';
import type { Engine, ResolvedSource } from '../engine.ts';
import { requireSoundGeometry } from '../open/framing.ts';
import { type ExrJob, type RenderRun, withRenderRun } from '../open/render-run.ts';
import { askedOnce } from '../tools/asked-once.ts';
import type { ToolPaths } from '../tools/tool-paths.ts';
import { askVendor } from '../tools/vendor-metadata.ts';
import { requireSoundContainer, wantedFrames } from '../wanted-frames.ts';
import { adoptFrames } from './adopt-frames.ts';
import { factsOfFile } from './file-facts.ts';
import { requireSourcePicture } from './picture-size.ts';
import { NO_GPU, programCapabilities } from './program-capabilities.ts';

/** What is asked of a maker's program: consecutive frames of one clip, counted from its first, into a folder. */
export type ProgramOrder = {
  job: SegmentJob;
  sources: readonly ResolvedSource[];
  first: number;
  last: number;
  /** Empty; pictures go here and nothing else does. */
  directory: string;
  /** For files of settings. */
  scratch: string;
  version: string;
};

/** A maker's program: how it is called, by its documented options alone. */
export type VendorProgram = {
  name: string;
  /** Its name in ToolPaths. */
  tool: string;
  fix: string;
  /** Raised by hand whenever the same job would give other pixels. */
  recipeRevision: string;
  decodes: readonly string[];
  versionArguments: readonly string[];
  /** Kind of content, as inspection's own list of makers' programs has it. */
  inspects: 'r3d' | 'ari';
  /** The command line of a render. @throws PipelineError input-invalid, unsupported */
  renderArguments(order: ProgramOrder): Promise<string[]>;
  /** Its version in what it says of itself: the first group. Other numbers (of drivers, of libraries) may stand before it. */
  versionWords: RegExp;
  /** Words, wherever it says them, that mean failure whatever the exit code says. */
  failureWords: RegExp;
};

/** No frame for this long, and the program does not come back. */
const STALL_MS = 300_000;

/** An engine around a maker's program: decodes to ACES2065-1 at the size of the source, and our plates are made of that. */
export function createProgramEngine(
  program: VendorProgram,
  tools: ToolPaths,
): Engine & { close(): Promise<void> } {
  const { answer: capabilities } = askedOnce(
    () => programCapabilities(program, tools),
    // It may be installed properly by the next time.
    ({ missing }) => missing.length === 0,
  );
  return {
    capabilities,
    async close() {},
    async inspect(paths, { signal }) {
      const facts = [];
      for (const path of paths) {
        const answer = await askVendor(tools, program.inspects, path, signal);
        facts.push(await factsOfFile(path, answer!));
      }
      return facts;
    },
    async render(job, sources, workDir, { signal, progress, onFrame = () => {}, only, threads = 1 }) {
      signal.throwIfAborted();
      const frames = wantedFrames(job, only);
      const sequenceJob = requirePlate(program, job);
      await mkdir(workDir, { recursive: true });
      const started = performance.now();
      const version = (await capabilities()).versions[program.tool] ?? 'unknown';
      const input = { job, sources, workDir, signal, progress, onFrame, threads };
      return withRenderRun(tools, input, async (run) => {
        const made: RenderedFrame[] = [];
        progress({ framesDone: 0, framesWanted: frames.length, stage: 'decode' });
        for (const [first, last] of runsOf(frames))
          for (const frame of await renderRange(program, run, sequenceJob, { first, last, version })) {
            made.push(frame);
            onFrame(frame);
            progress({ framesDone: made.length, framesWanted: frames.length, stage: 'render' });
          }
        const { cpuMs, peakMemoryBytes } = run.cost;
        const timings = { wallMs: performance.now() - started, cpuMs, peakMemoryBytes };
        return { frames: made, timings, findings: [] };
      });
    },
  };
}

async function renderRange(
  program: VendorProgram,
  run: RenderRun,
  job: ExrJob,
  { first, last, version }: { first: number; last: number; version: string },
): Promise<RenderedFrame[]> {
  const directory = join(run.scratch, `decoded-${first}`);
  await mkdir(directory);
  const { sources, scratch } = run;
  const args = await program.renderArguments({ job, sources, first, last, directory, scratch, version });
  const { stdout, stderrTail } = await run.run(program.tool, {
    args,
    cwd: scratch,
    env: NO_GPU,
    // Some say nothing while they work: what counts as progress is pictures.
    progressMark: () => readdirSync(directory).length,
    stallAfterMs: STALL_MS,
  });
  const words = program.failureWords.exec(`${stdout.toString('utf8')}\n${stderrTail}`)?.[0].trim();
  if (words)
    throw new PipelineError('tool-failed', `${program.tool} said «${words}»`, { tool: program.tool, args });
  const paths = await picturesIn(directory, { first, last }, program.tool);
  for (const path of paths) await requireSourcePicture(path, program.tool, job.geometry.source);
  return adoptFrames(
    run,
    job,
    paths.map((path, index) => ({ frame: first + index, path })),
  );
}

/**
 * The pictures in their order. Whether a program numbers from zero or from the first frame differs by version; that they are
 * as many as asked and follow one another does not. Any other number would stand for other frames. Source: `art-cmd`
 * numbers from 0 or `--start`, REDline by `--start`.
 */
async function picturesIn(
  directory: string,
  { first, last }: { first: number; last: number },
  tool: string,
): Promise<string[]> {
  const count = last - first + 1;
  const found = (await readdir(directory))
    .flatMap((name) => {
      const number = /(\d+)\.exr$/i.exec(name)?.[1];
      return number === undefined ? [] : [{ name, number: Number(number) }];
    })
    .sort((a, b) => a.number - b.number);
  const isWhole = found.length === count && found.every(({ number }, k) => number === found[0]!.number + k);
  if (!isWhole)
    throw new PipelineError(
      'tool-failed',
      `${tool} was asked for ${count} pictures and wrote ${found.length}`,
      {
        tool,
        count,
        found: found.map(({ name }) => name),
      },
    );
  const number = found[0]!.number;
  if (number === 0 || number === first) return found.map(({ name }) => join(directory, name));
  // It would number them the same again: no retry helps.
  throw new PipelineError(
    'unsupported',
    `${tool} was asked for the frames ${first} to ${last} and numbered its pictures from ${number}, neither from 0 nor from ${first}: which frame is which is not certain`,
    { tool, first, last, found: found.map(({ name }) => name) },
  );
}

/** What a maker's program makes by itself: plates in ACES2065-1 straight from the camera. */
export function isAcesPlate({ colour: { outputSpace, steps }, output }: SegmentJob): boolean {
  const isToAces = steps.every((step) => step.kind === 'convert') && outputSpace === 'ACES2065-1';
  return output.kind === 'exr' && isToAces;
}

function requirePlate(program: VendorProgram, job: SegmentJob): ExrJob {
  requireSoundGeometry(job.geometry);
  requireSoundContainer(job);
  const { outputSpace, steps } = job.colour;
  if (isAcesPlate(job)) return job as ExrJob;
  const what =
    job.output.kind === 'exr'
      ? `plates in ${outputSpace} by way of ${steps.length} steps`
      : job.output.kind === 'dpx'
        ? 'DPX'
        : 'movies';
  throw new PipelineError(
    'unsupported',
    `the ${program.name} engine makes plates in ACES2065-1 straight from the camera, not ${what}`,
    { outputSpace, steps: steps.map(({ kind }) => kind) },
  );
}

function runsOf(frames: readonly number[]): [first: number, last: number][] {
  const runs: [number, number][] = [];
  for (const frame of frames) {
    const last = runs.at(-1);
    if (last && last[1] === frame - 1) last[1] = frame;
    else runs.push([frame, frame]);
  }
  return runs;
}
