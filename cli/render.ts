import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, extname, isAbsolute, resolve } from 'node:path';
import { z } from 'zod';
import type { ResolvedSource } from '../engine/engine.ts';
import { PipelineError } from '../schemas/failure.ts';
import { SegmentJob } from '../schemas/segment-job.ts';
import { neededWord, readArguments, wholeNumber } from './arguments.ts';
import { type Output, printJson } from './context.ts';
import { type EngineDependencies, openEngineNamed } from './engines.ts';

const USAGE = 'rushes render JOB.json [--engine E] [--out DIR] [--frames FIRST-LAST] [--threads N] [--json]';

const FLAGS = {
  engine: { type: 'string' },
  out: { type: 'string' },
  frames: { type: 'string' },
  threads: { type: 'string' },
  json: { type: 'boolean' },
} as const;

/** Programs and stop signal; `versions` as set-up recorded them. */
export type RenderDependencies = {
  tools: Record<string, string>;
  versions?: Record<string, string>;
  site?: NonNullable<EngineDependencies['site']>;
  signal?: AbortSignal;
};

/**
 * `rushes render`: makes the pixels of one segment job on this machine, the same document and the same bytes as on a
 * worker. Each source of the job is found at its `location` (a path relative to the job file, an absolute path or a URL),
 * else by its `name` beside the job file. Files appear in `--out`, by default a folder named after the job file in the
 * current folder, which must be empty or not there.
 * @throws PipelineError input-invalid, not-found, unreadable, and what the engine throws
 */
export async function renderCommand(args: string[], io: Output, deps: RenderDependencies): Promise<number> {
  const { flags, words } = readArguments(args, FLAGS, USAGE);
  const file = neededWord(words, 0, 'job file', USAGE);
  const job = narrowed(await readJob(file), flags.frames);
  const engine = openEngineNamed(flags.engine ?? job.engine, deps);
  const out = resolve(flags.out ?? basename(file, extname(file)));
  await requireEmpty(out);
  const sources = await Promise.all(job.sources.map((source) => locate(source, dirname(resolve(file)))));
  try {
    const threads = wholeNumber(flags.threads, 'threads') ?? 1;
    const signal = deps.signal ?? new AbortController().signal;
    const progress = ({
      framesDone,
      framesWanted,
      stage,
    }: {
      framesDone: number;
      framesWanted: number;
      stage: string;
    }) => io.stderr(`${stage} ${framesDone}/${framesWanted}\n`);
    const result = await engine.render(job, sources, out, { signal, progress, threads });
    const { name, versions } = await engine.capabilities();
    if (flags.json)
      printJson(io, { version: 1, kind: 'render-result', engine: { name, versions }, ...result });
    else io.stdout(summary(out, result));
    return result.findings.some(({ severity }) => severity === 'error') ? 10 : 0;
  } finally {
    await engine.close();
  }
}

async function readJob(file: string): Promise<SegmentJob> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new PipelineError('not-found', `There is no job file ${file}.`, { file }, { cause });
  });
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (cause) {
    throw new PipelineError('input-invalid', `${file} is not JSON: ${String(cause)}`, { file }, { cause });
  }
  const parsed = SegmentJob.safeParse(document);
  if (parsed.success) return parsed.data;
  throw new PipelineError('input-invalid', `${file} is not a segment job: ${z.prettifyError(parsed.error)}`, {
    file,
    issues: parsed.error.issues,
  });
}

function narrowed(job: SegmentJob, frames: string | undefined): SegmentJob {
  if (frames === undefined) return job;
  const match = /^(\d+)(?:-(\d+))?$/.exec(frames);
  const first = Number(match?.[1]);
  const last = Number(match?.[2] ?? match?.[1]);
  if (!match || first > last || first < job.frames.first || last > job.frames.last)
    throw new PipelineError(
      'input-invalid',
      `--frames takes FIRST-LAST within ${job.frames.first}-${job.frames.last}, not «${frames}».`,
      { frames },
    );
  return { ...job, frames: { first, last } };
}

async function locate(source: SegmentJob['sources'][number], folder: string): Promise<ResolvedSource> {
  const named = source.location ?? source.name;
  const frame = source.frame === undefined ? {} : { frame: source.frame };
  if (/^https?:\/\//.test(named)) return { name: source.name, ...frame, location: named };
  const location = isAbsolute(named) ? named : resolve(folder, named);
  const found = await stat(location).catch((cause: unknown) => {
    throw new PipelineError(
      'not-found',
      `The source ${source.name} is not at ${location}.`,
      { location },
      { cause },
    );
  });
  if (found.size !== source.sizeBytes)
    throw new PipelineError(
      'unreadable',
      `${location} has ${found.size} bytes, the job says ${source.sizeBytes}: it is not the file the job is about.`,
      {
        location,
        expected: source.sizeBytes,
        got: found.size,
      },
    );
  return { name: source.name, ...frame, location };
}

async function requireEmpty(folder: string): Promise<void> {
  const entries = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw new PipelineError(
      'input-invalid',
      `${folder} cannot be used for the output: ${error.message}`,
      { folder },
      { cause: error },
    );
  });
  if (entries.length > 0)
    throw new PipelineError('input-invalid', `${folder} is not empty: give another folder with --out.`, {
      folder,
      entries: entries.length,
    });
}

function summary(
  out: string,
  result: {
    frames: unknown[];
    movie?: { file: string };
    timings: { wallMs: number; cpuMs: number; peakMemoryBytes: number };
  },
): string {
  const { wallMs, cpuMs, peakMemoryBytes } = result.timings;
  const made = result.movie ? result.movie.file : `${result.frames.length} frames in ${out}`;
  const cost = `${(wallMs / 1000).toFixed(1)} s, ${(cpuMs / 1000).toFixed(1)} CPU s, ${Math.round(peakMemoryBytes / 1e6)} MB at most`;
  return `${made}\n${cost}\n`;
}
