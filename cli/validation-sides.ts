import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { readPictureFile, sampleBits } from '../engine/vendor/read-picture.ts';
import type { Performance, PictureAt, Side } from '../pipeline/validation/verdict.ts';
import { PipelineError } from '../schemas/failure.ts';
import { SegmentJob } from '../schemas/segment-job.ts';
import { enginesOfEnvironment } from '../service/configuration.ts';
import { type EngineDependencies, openEngineNamed } from './engines.ts';
import { jsonOf } from './read-file.ts';

/** Where the pictures of one side come from: an engine, perhaps by a program of another version, or a folder. */
export type Origin =
  | { kind: 'engine'; word: string; name: string; program: string | null }
  | { kind: 'folder'; word: string; space: string };

/** As set-up writes it. */
const ToolsFile = z.looseObject({ tools: z.record(z.string(), z.looseObject({ path: z.string() })) });

/** What one side needs to be opened. */
export type SideDependencies = EngineDependencies & { signal?: AbortSignal };

/** A job of one camera format and the file it was read from; null where two folders are compared as they are. */
export type Shot = { file: string; job: SegmentJob } | null;

/** Reads a side as a person writes it: `engine:NAME`, `engine:NAME=PROGRAM`, or a folder of pictures in a colour space. */
export function originOf(word: string, space: string): Origin {
  const match = /^engine:([^=]+)(?:=(.+))?$/.exec(word);
  return match
    ? { kind: 'engine', word, name: match[1]!, program: match[2] ?? null }
    : { kind: 'folder', word, space };
}

/** Reads a job, narrowed to its first frames. @throws PipelineError not-found, input-invalid */
export async function readShot(file: string, most: number): Promise<NonNullable<Shot>> {
  const parsed = SegmentJob.safeParse(await jsonOf(file));
  if (!parsed.success)
    throw new PipelineError(
      'input-invalid',
      `${file} is not a segment job: ${parsed.error.issues[0]?.message}.`,
      {
        file,
      },
    );
  const { first, last } = parsed.data.frames;
  return { file, job: { ...parsed.data, frames: { first, last: Math.min(last, first + most - 1) } } };
}

/** A side whose frames may be read until it is closed. */
export type OpenSide = Side & { close(): Promise<void> };

/**
 * Opens one side of one shot: renders it, or reads the folder; of several shots each has a folder named by its clip.
 * Frames are read one by one as they are wanted; the caller closes.
 * @throws PipelineError input-invalid, not-found, and what the engine throws
 */
export async function openSide(
  origin: Origin,
  shot: Shot,
  options: { most: number; isOneOfMany: boolean },
  deps: SideDependencies,
): Promise<OpenSide> {
  if (origin.kind === 'folder') {
    const folder = options.isOneOfMany && shot ? join(origin.word, shot.job.clip.clipName) : origin.word;
    const pictures = await readFolder(folder, origin.space, options.most, deps);
    return { name: origin.word, versions: {}, performance: null, pictures, close: async () => {} };
  }
  if (shot === null)
    throw new PipelineError('input-invalid', `--job says what ${origin.word} shall render.`, {});
  const folder = await mkdtemp(join(tmpdir(), 'validate-'));
  try {
    const made = await renderSide(origin, shot, folder, deps);
    const space = shot.job.colour.outputSpace;
    const pictures = await readFolder(folder, space, options.most, deps);
    return {
      name: origin.name,
      ...made,
      pictures,
      close: () => rm(folder, { recursive: true, force: true }),
    };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

async function renderSide(
  origin: Extract<Origin, { kind: 'engine' }>,
  { file, job }: NonNullable<Shot>,
  folder: string,
  deps: SideDependencies,
): Promise<{ versions: Record<string, string>; performance: Performance }> {
  const engine = openEngineNamed(origin.name, await withProgram(origin, deps));
  try {
    const sources = job.sources.map(({ name, frame, location }) => ({
      name,
      ...(frame === undefined ? {} : { frame }),
      location: /^https?:/.test(location ?? '') ? location! : resolve(dirname(file), location ?? name),
    }));
    const signal = deps.signal ?? new AbortController().signal;
    const { frames, timings } = await engine.render(job, sources, folder, { signal, progress: () => {} });
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

/** The same engine by a program of another version; of the open engine, by another tools.json. */
async function withProgram(
  { name, program }: Extract<Origin, { kind: 'engine' }>,
  deps: SideDependencies,
): Promise<EngineDependencies> {
  if (program === null) return deps;
  if (name === 'open') {
    const parsed = ToolsFile.safeParse(await jsonOf(program));
    if (!parsed.success)
      throw new PipelineError(
        'input-invalid',
        `${program} is not a tools.json, which says where the programs of the open engine are: expected tools.NAME.path.`,
        { file: program },
      );
    const { tools } = parsed.data;
    return {
      ...deps,
      tools: Object.fromEntries(Object.entries(tools).map(([tool, { path }]) => [tool, path])),
    };
  }
  const site = deps.site ?? enginesOfEnvironment(process.env);
  const { flapi } = site.engines;
  const other =
    name === 'flapi'
      ? {
          flapi: { environment: {}, colourNames: {}, limits: {}, ...flapi, server: undefined, path: program },
        }
      : { [name]: { path: program } };
  return { ...deps, site: { ...site, engines: { ...site.engines, ...other } } };
}

const PICTURE = /(\d+)\.(?:exr|tiff?|dpx|png)$/i;

async function readFolder(
  folder: string,
  space: string,
  most: number,
  deps: SideDependencies,
): Promise<PictureAt[]> {
  if (!(await stat(folder).catch(() => null))?.isDirectory())
    throw new PipelineError('not-found', `There is no folder ${folder}.`, { folder });
  const names = await readdir(folder);
  const files = names
    .flatMap((name) => {
      const number = PICTURE.exec(name)?.[1];
      return number === undefined ? [] : [{ name, frame: Number(number) }];
    })
    .sort((a, b) => a.frame - b.frame);
  const lossy = names.find((name) => /\d\.jpe?g$/i.test(name));
  if (files.length === 0 && lossy !== undefined)
    throw new PipelineError(
      'input-invalid',
      `${join(folder, lossy)} is a JPEG, which loses more than the gate measures: export TIFF, PNG, DPX or OpenEXR.`,
      { folder },
    );
  if (files.length === 0)
    throw new PipelineError('not-found', `There is no numbered picture file in ${folder}.`, { folder });
  const signal = deps.signal ?? new AbortController().signal;
  return files.slice(0, most).map(({ name, frame }) => ({
    frame,
    read: async (through) => ({
      frame,
      ...(await readPictureFile(join(folder, name), deps.tools, signal, {
        space,
        ...(through ? { through } : {}),
      })),
    }),
    async coding() {
      const bits = await sampleBits(join(folder, name), deps.tools, signal);
      return bits === null ? null : { space, bits };
    },
  }));
}
