import { readdir, stat } from 'node:fs/promises';
import { isAbsolute, resolve } from 'node:path';
import { z } from 'zod';
import type { ResolvedSource } from '../engine/engine.ts';
import { PipelineError } from '../schemas/failure.ts';
import { SegmentJob } from '../schemas/segment-job.ts';
import { jsonOf } from './read-file.ts';

/** Reads a job document. @throws PipelineError not-found, input-invalid */
export async function readJob(file: string): Promise<SegmentJob> {
  const parsed = SegmentJob.safeParse(await jsonOf(file));
  if (parsed.success) return parsed.data;
  throw new PipelineError('input-invalid', `${file} is not a segment job: ${z.prettifyError(parsed.error)}`, {
    file,
    issues: parsed.error.issues,
  });
}

/** The job over a part of its frames, as a person names them. @throws PipelineError input-invalid */
export function narrowed(job: SegmentJob, frames: string | undefined): SegmentJob {
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
  // Its sound begins where its pictures do.
  if (job.sound && (first !== job.frames.first || last !== job.frames.last))
    throw new PipelineError(
      'input-invalid',
      `A movie with the sound of a sound roll is made whole, not ${frames} of it: leave --frames out.`,
      { frames },
    );
  return { ...job, frames: { first, last } };
}

/**
 * Where a source of a job lies: at its `location`, else by its name beside the job file.
 * @throws PipelineError not-found, unreadable
 */
export async function locateSource(
  source: SegmentJob['sources'][number],
  folder: string,
): Promise<ResolvedSource> {
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

/**
 * Where the files of a job's sound roll lie, in its order.
 * @throws PipelineError not-found, unreadable
 */
export function locateSounds(job: SegmentJob, folder: string): Promise<ResolvedSource[]> {
  const located = (job.sound ?? []).map(async (source) => ({
    ...(await locateSource(source, folder)),
    isSound: true as const,
  }));
  return Promise.all(located);
}

/** Refuses a folder that holds something. @throws PipelineError input-invalid */
export async function requireEmpty(folder: string): Promise<void> {
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
