import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { PipelineError } from '../../schemas/failure.ts';
import type { DpxOutput, ExrOutput, RenderedFrame, SegmentJob } from '../../schemas/segment-job.ts';
import type { RenderProgress, ResolvedSource } from '../engine.ts';
import { plainAlias, plainPath } from '../tools/plain-path.ts';
import { removeFolder } from '../tools/remove-folder.ts';
import { requireTool } from '../tools/require-tool.ts';
import { type ProgramCall, type ProgramResult, runProgram } from '../tools/run-program.ts';
import type { ToolPaths } from '../tools/tool-paths.ts';
import { isUrl } from '../tools/url-location.ts';
import { tellBadPicture } from './bad-picture.ts';
import { openRangeRelay } from './range-relay.ts';
import { firstReason } from './short-decode.ts';

/** A picture job with its output narrowed to OpenEXR. */
export type ExrJob = SegmentJob & { output: ExrOutput };

/** A picture job with its output narrowed to a sequence. */
export type SequenceJob = ExrJob | (SegmentJob & { output: DpxOutput });

/** One render under way: what every step of it needs, and what it has cost so far. */
export type RenderRun = {
  job: SegmentJob;
  /** Of the pictures. */
  sources: readonly ResolvedSource[];
  /** Files of the sound roll, in the job's order. */
  sounds: readonly ResolvedSource[];
  workDir: string;
  /** For half-made things; inside the work folder, by a path that every program takes as it is, gone at the end. */
  scratch: string;
  signal: AbortSignal;
  progress: RenderProgress;
  /** Called as soon as a frame is whole, so that its upload overlaps the render. */
  onFrame: (frame: RenderedFrame) => void;
  threads: number;
  tools: ToolPaths;
  /** Runs a program by its tool name and adds its cost. */
  run(tool: string, call: Omit<ProgramCall, 'tool' | 'path' | 'signal'>): Promise<ProgramResult>;
  cost: { cpuMs: number; peakMemoryBytes: number };
};

/** A program that is silent for this long does not come back: the slowest step on one frame takes a few seconds. */
const STALL_MS = 120_000;

/** Opens a run with a scratch folder of its own, and closes it whatever happens. */
export async function withRenderRun<T>(
  tools: ToolPaths,
  input: Pick<RenderRun, 'job' | 'sources' | 'workDir' | 'signal' | 'progress' | 'onFrame' | 'threads'>,
  work: (run: RenderRun) => Promise<T>,
): Promise<T> {
  const alias = await plainAlias(input.workDir);
  const scratch = await mkdtemp(join(alias.path, '.scratch-'));
  const cost = { cpuMs: 0, peakMemoryBytes: 0 };
  const run: RenderRun['run'] = async (tool, call) => {
    const path = requireTool(tools, tool);
    const result = await runProgram({
      stallAfterMs: STALL_MS,
      ...call,
      tool,
      path,
      signal: input.signal,
    }).catch(inWords);
    cost.cpuMs += result.usage?.cpuMs ?? 0;
    cost.peakMemoryBytes = Math.max(cost.peakMemoryBytes, result.usage?.peakMemoryBytes ?? 0);
    return result;
  };
  const clear = async () => {
    await removeFolder(scratch);
    await alias.remove();
  };
  const near = await nearbySources(input, scratch).catch(async (error: unknown) => {
    await clear();
    throw error;
  });
  const sources = near.sources.filter(({ isSound }) => !isSound);
  const sounds = near.sources.filter(({ isSound }) => isSound);
  const opened = { ...input, sources, sounds, tools, scratch, cost, run };
  try {
    return await work(opened);
  } catch (error) {
    throw await tellBadPicture(opened, error);
  } finally {
    await near.close();
    await clear();
  }
}

/**
 * Movies that are only there by URL come through a relay, those here by a path that programs take as it is; frames of a
 * sequence are fetched whole when they are wanted.
 */
async function nearbySources(
  input: Pick<RenderRun, 'job' | 'sources' | 'signal'>,
  scratch: string,
): Promise<{ sources: readonly ResolvedSource[]; close(): Promise<void> }> {
  const { job, signal } = input;
  const isMovie = ({ isSound }: ResolvedSource) => isSound || job.decode.container !== 'sequence';
  const sources = await Promise.all(
    input.sources.map(async (source, index) => {
      if (isUrl(source.location) || !isMovie(source)) return source;
      return { ...source, location: await plainPath(source.location, scratch, `source-${index}`) };
    }),
  );
  const isRead = (source: ResolvedSource) => isUrl(source.location) && isMovie(source);
  if (!sources.some(isRead)) return { sources, close: async () => {} };
  const relay = await openRangeRelay(signal);
  const near = sources.map(async (source) =>
    isRead(source) ? { ...source, location: await relay.addressOf(source.location) } : source,
  );
  try {
    return { sources: await Promise.all(near), close: relay.close };
  } catch (error) {
    await relay.close();
    throw error;
  }
}

/** What FFmpeg says each time that the relay has it ask again: no fault, and in the way of the line that tells one. */
const ASKED_AGAIN = /^.*Stream ends prematurely at \d+, should be \d+\n?/gm;

/**
 * oiiotool ends by repeating its whole command line, FFmpeg by what follows from a fault; the line that tells what is wrong
 * stands before. What is no fault is left out.
 */
function inWords(error: unknown): never {
  if (error instanceof PipelineError && String(error.facts.stderrTail).includes('Stream ends prematurely')) {
    const stderrTail = String(error.facts.stderrTail).replace(ASKED_AGAIN, '');
    const last = stderrTail.trimEnd().split('\n').at(-1) ?? '';
    const message = error.message.replace(ASKED_AGAIN, '').replace(/: \[http.*$/, `: ${last}`);
    throw new PipelineError(error.code, message, { ...error.facts, stderrTail }, { cause: error });
  }
  if (error instanceof PipelineError && error.facts.tool === 'oiiotool') {
    const line = /^oiiotool ERROR:? *(.*(?:\n(?!Full command).*)?)/m.exec(
      String(error.facts.stderrTail),
    )?.[1];
    if (line)
      throw new PipelineError(error.code, `oiiotool: ${line.replace(/\s+/g, ' ').trim()}`, error.facts, {
        cause: error,
      });
  }
  if (error instanceof PipelineError && error.facts.tool === 'ffmpeg') {
    const reason = firstReason(String(error.facts.stderrTail));
    if (reason !== null)
      throw new PipelineError(error.code, `ffmpeg: ${reason}`, error.facts, { cause: error });
  }
  throw error;
}
