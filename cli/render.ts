import { basename, dirname, extname, resolve } from 'node:path';
import { neededWord, readArguments, wholeNumber } from './arguments.ts';
import { type Output, printJson } from './context.ts';
import { type EngineDependencies, openEngineNamed } from './engines.ts';
import { locateSounds, locateSource, narrowed, readJob, requireEmpty } from './job-file.ts';

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
  const folder = dirname(resolve(file));
  const pictures = await Promise.all(job.sources.map((source) => locateSource(source, folder)));
  const sources = [...pictures, ...(await locateSounds(job, folder))];
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
