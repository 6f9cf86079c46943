import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { coarserCoding } from '../pipeline/validation/coarser-coding.ts';
import { DEFAULT_THRESHOLDS, openJudging } from '../pipeline/validation/judge.ts';
import { reportPage } from '../pipeline/validation/report-page.ts';
import { type Comparison, type PictureAt, verdictDocument } from '../pipeline/validation/verdict.ts';
import { Thresholds } from '../schemas/engine.ts';
import { PipelineError } from '../schemas/failure.ts';
import type { Configuration } from '../service/configuration.ts';
import { neededWord, readArguments, wholeNumber } from './arguments.ts';
import { type Output, printJson } from './context.ts';
import { type Gatekeeper, openGatekeeper, type StoredVerdict } from './gatekeeper.ts';
import { jsonOf } from './read-file.ts';
import {
  type Origin,
  openSide,
  originOf,
  readShot,
  type Shot,
  type SideDependencies,
} from './validation-sides.ts';

const USAGE =
  'rushes validate A B [--job JOB.json]… [--production P [--camera-format ID|all] [--who NAME]] [--thresholds FILE.json] [--space-a S] [--space-b S] [--most N] [--out DIR] [--json]   A, B: engine:NAME, engine:NAME=PROGRAM, or a folder of frames; rushes validate --production P lists what passed';

const FLAGS = {
  job: { type: 'string', multiple: true },
  production: { type: 'string' },
  'camera-format': { type: 'string' },
  who: { type: 'string' },
  thresholds: { type: 'string' },
  'space-a': { type: 'string' },
  'space-b': { type: 'string' },
  most: { type: 'string' },
  out: { type: 'string' },
  json: { type: 'boolean' },
} as const;

/** Frames of a camera format that are compared unless told otherwise: each takes seconds, and tells much the same. */
const MOST = 8;

/** Programs, their versions as set-up recorded them, where makers' engines are, the stop signal, and the installation for verdicts that are kept. */
export type ValidateDependencies = SideDependencies & { configuration?: () => Configuration; who?: string };

/**
 * `rushes validate`: the gate. Compares two sets of frames by camera format in ACES2065-1: of two engines, of two versions, or of
 * an engine and stills from a workstation. Ends with 0 when all passed, with 10 when not. `--out` keeps the verdict and a page
 * with the pictures; `--production` judges by its thresholds and keeps the verdict for it.
 * @throws PipelineError input-invalid, not-found, unreadable, refused-by-rule, and what the engines throw
 */
export async function validateCommand(
  args: string[],
  io: Output,
  deps: ValidateDependencies,
): Promise<number> {
  const { flags, words } = readArguments(args, FLAGS, USAGE);
  const gate = flags.production === undefined ? null : await openGatekeeper(flags.production, deps);
  try {
    if (gate && words.length === 0) return await gate.list(io, flags.json ?? false);
    const thresholds = await thresholdsOf(flags.thresholds, gate);
    const origins = [0, 1].map((index) =>
      originOf(
        neededWord(words, index, 'set of frames', USAGE),
        flags[index === 0 ? 'space-a' : 'space-b'] ?? 'ACES2065-1',
      ),
    ) as [Origin, Origin];
    gate?.requireEngine(origins);
    const most = wholeNumber(flags.most, 'most') ?? MOST;
    const shots: Shot[] = flags.job
      ? await Promise.all(flags.job.map((file) => readShot(file, most)))
      : [null];
    const comparisons: Comparison[] = [];
    for (const shot of shots) {
      const cameraFormat = await formatOf(shot, flags['camera-format'], gate);
      comparisons.push(
        await compare(origins, shot, { most, isOneOfMany: shots.length > 1 }, cameraFormat, thresholds, deps),
      );
    }
    const document = verdictDocument(comparisons, thresholds);
    const page = reportPage(comparisons, thresholds);
    if (flags.out) await keep(flags.out, document, page);
    const stored = (await gate?.store(comparisons, document, page, flags.who ?? deps.who ?? 'unknown')) ?? [];
    if (flags.json) printJson(io, { ...document, stored });
    else io.stdout(inWords(document, stored));
    return document.passed ? 0 : 10;
  } finally {
    await gate?.close();
  }
}

async function compare(
  origins: [Origin, Origin],
  shot: Shot,
  options: { most: number; isOneOfMany: boolean },
  cameraFormat: Comparison['cameraFormat'],
  thresholds: Thresholds,
  deps: ValidateDependencies,
): Promise<Comparison> {
  const a = await openSide(origins[0], shot, options, deps);
  try {
    const b = await openSide(origins[1], shot, options, deps);
    try {
      b.pictures = sameNumbers(a.pictures, b.pictures);
      const coarser = await coarserCoding(a.pictures, b.pictures);
      // A workstation writes headers of its own; two sides of one kind should not differ in them.
      const headersCount = origins[0].kind === origins[1].kind;
      const judging = openJudging(thresholds, { headersCount, isCoarse: coarser !== null });
      for (const first of a.pictures) {
        const second = b.pictures.find(({ frame }) => frame === first.frame);
        if (second) judging.take(await first.read(coarser?.of), await second.read(coarser?.of));
      }
      const [numbersA, numbersB] = [a, b].map(({ pictures }) => pictures.map(({ frame }) => frame));
      const judgement = judging.verdict(numbersA!, numbersB!);
      if (coarser) judgement.notes.push(coarser.note);
      return { cameraFormat, a, b, judgement };
    } finally {
      await b.close();
    }
  } finally {
    await a.close();
  }
}

/** Stills of a workstation may count from elsewhere: without one number in common, and as many, they are taken in their order. */
function sameNumbers(a: readonly PictureAt[], b: PictureAt[]): PictureAt[] {
  const hasCommon = b.some(({ frame }) => a.some((each) => each.frame === frame));
  return hasCommon || a.length !== b.length
    ? b
    : b.map(({ read, coding }, index) => {
        const { frame } = a[index]!;
        return { frame, coding, read: async (through) => ({ ...(await read(through)), frame }) };
      });
}

async function thresholdsOf(file: string | undefined, gate: Gatekeeper | null): Promise<Thresholds> {
  if (gate && file !== undefined)
    throw new PipelineError(
      'input-invalid',
      '--thresholds cannot be used with --production: its own hold, see `rushes production`.',
      { file },
    );
  const given = file === undefined ? (gate?.thresholds ?? {}) : await jsonOf(file);
  const parsed = Thresholds.partial().safeParse(given);
  if (parsed.success) {
    const { deltaItp, codeValues, ignoredHeader } = { ...DEFAULT_THRESHOLDS, ...parsed.data };
    return { deltaItp, codeValues, ignoredHeader } as Thresholds;
  }
  throw new PipelineError(
    'input-invalid',
    `${file} is not of the form of thresholds: ${parsed.error.issues[0]?.path.join('.')}: ${parsed.error.issues[0]?.message}.`,
    { file },
  );
}

async function formatOf(
  shot: Shot,
  asked: string | undefined,
  gate: Gatekeeper | null,
): Promise<Comparison['cameraFormat']> {
  if (gate) return gate.formatOf(shot, asked);
  const { clip, decode, geometry } = shot?.job ?? {};
  const label = shot
    ? `${clip?.clipName}: ${decode?.codec}, ${geometry?.source.width}x${geometry?.source.height}`
    : 'frames as given';
  return { id: asked ?? 'none', label: asked ?? label };
}

async function keep(folder: string, document: object, page: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'verdict.json'), `${JSON.stringify(document, null, 2)}\n`);
  await writeFile(join(folder, 'report.html'), page);
}

function inWords(document: ReturnType<typeof verdictDocument>, stored: readonly StoredVerdict[]): string {
  const lines = document.formats.flatMap(({ cameraFormat, passed, frames, sides, faults, worst }) => [
    `${passed ? 'passed' : 'not passed'}: ${cameraFormat.label}, ${frames.length} frames, ΔE ITP at most ${worst.deltaItp.max.toFixed(3)}`,
    ...sides.flatMap(({ name, performance: p }) =>
      p
        ? [
            `  ${name}: ${p.framesPerSecond.toFixed(2)} frames/s, ${p.cpuSecondsPerFrame.toFixed(2)} CPU s a frame, ${Math.round(p.peakMemoryBytes / 1e6)} MB at most`,
          ]
        : [],
    ),
    ...faults.map(
      ({ code, frame, forPeople }) => `  ${code}${frame === null ? '' : ` (frame ${frame})`}: ${forPeople}`,
    ),
  ]);
  const kept = stored.map(({ engine, cameraFormat }) => `kept for ${cameraFormat}: ${engine}`);
  return `${[...lines, ...kept].join('\n')}\n`;
}
