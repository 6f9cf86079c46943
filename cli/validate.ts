import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { readPictureFile } from '../engine/vendor/read-picture.ts';
import { DEFAULT_THRESHOLDS, judge, type Thresholds } from '../pipeline/validation/judge.ts';
import type { ComparedPicture } from '../pipeline/validation/picture.ts';
import { type Performance, reportPage, type Side } from '../pipeline/validation/report-page.ts';
import { PipelineError } from '../schemas/failure.ts';
import { SegmentJob } from '../schemas/segment-job.ts';
import { neededWord, readArguments } from './arguments.ts';
import { type Output, printJson } from './context.ts';
import { type EngineDependencies, openEngineNamed } from './engines.ts';

const USAGE =
  'rushes validate A B [--job JOB.json] [--thresholds FILE.json] [--out DIR] [--json]   A, B: a folder of frames, or engine:NAME';

const FLAGS = {
  job: { type: 'string' },
  thresholds: { type: 'string' },
  out: { type: 'string' },
  json: { type: 'boolean' },
} as const;

/** Programs, their versions as set-up recorded them, and the stop signal. */
export type ValidateDependencies = {
  tools: Record<string, string>;
  versions?: Record<string, string>;
  site?: NonNullable<EngineDependencies['site']>;
  signal?: AbortSignal;
};

/**
 * `rushes validate`: compares two sets of frames in ACES2065-1: of two engines, of two versions, or of an engine and stills
 * from a workstation. Each side is a folder of numbered picture files, or an engine that renders the job. Ends with 0 when
 * the gate is passed, with 10 when it is not; `--out` keeps the verdict and a page with the pictures.
 * @throws PipelineError input-invalid, not-found, unreadable, and what the engines throw
 */
export async function validateCommand(
  args: string[],
  io: Output,
  deps: ValidateDependencies,
): Promise<number> {
  const { flags, words } = readArguments(args, FLAGS, USAGE);
  const thresholds = await readThresholds(flags.thresholds);
  const sides = [];
  for (const index of [0, 1])
    sides.push(await openSide(neededWord(words, index, 'set of frames', USAGE), flags.job, deps));
  const [a, b] = sides as [Side, Side];
  const renumbered = sameNumbers(a.pictures, b.pictures);
  const judgement = judge(a.pictures, renumbered, thresholds);
  const document = {
    version: 1,
    kind: 'validation-verdict',
    passed: judgement.passed,
    sides: [a, b].map(({ name, versions, performance }) => ({ name, versions, performance })),
    thresholds,
    worst: judgement.worst,
    faults: judgement.faults,
    frames: judgement.frames.map(({ frame, difference }) => ({
      frame,
      deltaItp: difference?.deltaItp ?? null,
      codeValues: difference?.codeValues ?? null,
    })),
  };
  if (flags.out) {
    await mkdir(flags.out, { recursive: true });
    await writeFile(join(flags.out, 'verdict.json'), `${JSON.stringify(document, null, 2)}\n`);
    await writeFile(
      join(flags.out, 'report.html'),
      reportPage(`${a.name} and ${b.name}`, a, { ...b, pictures: renumbered }, judgement),
    );
  }
  if (flags.json) printJson(io, document);
  else
    io.stdout(
      `${document.passed ? 'passed' : 'not passed'}: ${judgement.frames.length} frames compared\n${judgement.faults.map(({ code, frame, forPeople }) => `  ${code}${frame === null ? '' : ` (frame ${frame})`}: ${forPeople}\n`).join('')}`,
    );
  return judgement.passed ? 0 : 10;
}

/** Stills of a workstation may count from elsewhere: without one number in common, and as many, they are taken in their order. */
function sameNumbers(a: readonly ComparedPicture[], b: ComparedPicture[]): ComparedPicture[] {
  const hasCommon = b.some(({ frame }) => a.some((each) => each.frame === frame));
  return hasCommon || a.length !== b.length
    ? b
    : b.map((picture, index) => ({ ...picture, frame: a[index]!.frame }));
}

async function openSide(word: string, job: string | undefined, deps: ValidateDependencies): Promise<Side> {
  const engine = /^engine:(.+)$/.exec(word)?.[1];
  if (engine === undefined)
    return { name: word, versions: {}, performance: null, pictures: await readFolder(word, deps) };
  if (job === undefined)
    throw new PipelineError('input-invalid', `--job says what ${word} shall render. Usage: ${USAGE}`, {});
  const folder = await mkdtemp(join(tmpdir(), 'validate-'));
  try {
    return {
      name: engine,
      ...(await renderSide(engine, job, folder, deps)),
      pictures: await readFolder(folder, deps),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function renderSide(
  name: string,
  file: string,
  folder: string,
  deps: ValidateDependencies,
): Promise<{ versions: Record<string, string>; performance: Performance }> {
  const job = SegmentJob.parse(await readJson(file));
  const engine = openEngineNamed(name, deps);
  try {
    const sources = job.sources.map(({ name: source, frame, location }) => ({
      name: source,
      ...(frame === undefined ? {} : { frame }),
      location: /^https?:/.test(location ?? '') ? location! : resolve(dirname(file), location ?? source),
    }));
    const options = { signal: deps.signal ?? new AbortController().signal, progress: () => {} };
    const { frames, timings } = await engine.render(job, sources, folder, options);
    const count = Math.max(1, frames.length);
    const { wallMs, cpuMs, peakMemoryBytes } = timings;
    const performance = {
      framesPerSecond: (1000 * count) / wallMs,
      cpuSecondsPerFrame: cpuMs / 1000 / count,
      peakMemoryBytes,
    };
    return { versions: (await engine.capabilities()).versions, performance };
  } finally {
    await engine.close();
  }
}

async function readFolder(folder: string, deps: ValidateDependencies): Promise<ComparedPicture[]> {
  if (!(await stat(folder).catch(() => null))?.isDirectory())
    throw new PipelineError('not-found', `There is no folder ${folder}.`, { folder });
  const pictures: ComparedPicture[] = [];
  for (const name of (await readdir(folder)).sort()) {
    const number = /(\d+)\.(?:exr|tiff?|dpx)$/i.exec(name)?.[1];
    if (number === undefined) continue;
    const picture = await readPictureFile(
      join(folder, name),
      deps.tools,
      deps.signal ?? new AbortController().signal,
    );
    pictures.push({ frame: Number(number), ...picture });
  }
  if (pictures.length === 0)
    throw new PipelineError('not-found', `There is no numbered picture file in ${folder}.`, { folder });
  return pictures;
}

async function readThresholds(file: string | undefined): Promise<Thresholds> {
  return file === undefined
    ? DEFAULT_THRESHOLDS
    : { ...DEFAULT_THRESHOLDS, ...((await readJson(file)) as Partial<Thresholds>) };
}

async function readJson(file: string): Promise<unknown> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new PipelineError('not-found', `There is no file ${file}.`, { file }, { cause });
  });
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new PipelineError('input-invalid', `${file} is not JSON: ${String(cause)}`, { file }, { cause });
  }
}
