import { createHash } from 'node:crypto';
import { z } from 'zod';
import { engineNamed } from '../engine/site-engines.ts';
import { pixelKey } from '../pipeline/delivery/pixel-key.ts';
import { cutJob } from '../pipeline/delivery/segment-job.ts';
import { framesOf } from '../pipeline/delivery/verify-package.ts';
import { workKey } from '../pipeline/delivery/work-key.ts';
import { PipelineError } from '../schemas/failure.ts';
import { type Finding, finding } from '../schemas/finding.ts';
import { type DeliveredMovie, type DeliveredPlate, PackageManifest } from '../schemas/package.ts';
import { MadePlate, PreparedPlate } from '../schemas/plate-facts.ts';
import type { SegmentJob } from '../schemas/segment-job.ts';
import { type ActivityRun, defineActivity } from './define-activity.ts';
import type { Dependencies } from './dependencies.ts';
import { resolveSources } from './resolve-sources.ts';

const Input = z.object({ manifest: PackageManifest, count: z.int().positive() });

type Chosen = { plate: DeliveredPlate; path: string; frame: number; xxh128: string };
type ChosenMovie = { movie: DeliveredMovie; xxh128: string };

/**
 * Makes some frames of a package again from the originals, by the job on record, and compares their digests with the
 * package's; where it has fewer frames than asked for, whole movies and stills too. A retry is safe: what it makes is
 * thrown away.
 * @throws PipelineError not-found when the installation did not make the package
 */
export const reRenderFrames = defineActivity(
  'reRenderFrames',
  Input,
  async (deps, { manifest, count }, run): Promise<{ compared: string[]; findings: Finding[] }> => {
    const chosen = choose(manifest, count);
    const facts = await deps.catalogue.madePlatesOf(manifest.turnover);
    const findings: Finding[] = [];
    for (const one of chosen) {
      const job = await jobOf(deps, facts, one.plate);
      const made = await makeAgain(deps, job, one.frame, run);
      run.progress({ stage: 're-render', path: one.path });
      if (made === one.xxh128) continue;
      const { versions } = await engineNamed(deps.engines, job.engine).capabilities();
      const isSameEngine = pixelKey(job, versions) === one.plate.pixelKey;
      findings.push(differs(one, made, isSameEngine));
    }
    const movies = chooseMovies(manifest, count - chosen.length);
    for (const one of movies) {
      run.progress({ stage: 're-render', path: one.movie.path });
      const job = await movieJobOf(deps, facts, one.movie);
      const made = await makeMovieAgain(deps, job, run);
      if (made === one.xxh128) continue;
      const { versions } = await engineNamed(deps.engines, job.engine).capabilities();
      findings.push(movieDiffers(one, made, workKey(job, versions) === one.movie.workKey));
    }
    return { compared: [...chosen, ...movies.map(({ movie }) => movie)].map(({ path }) => path), findings };
  },
);

/** The same frames each time for the same package, spread over it: by the digest of what each is. */
function choose(manifest: PackageManifest, count: number): Chosen[] {
  const digests = new Map(manifest.entries.map(({ path, xxh128 }) => [path, xxh128]));
  const all = manifest.plates.flatMap((plate) =>
    framesOf(manifest, plate).map(({ path, number }) => ({
      plate,
      path,
      frame: number - plate.frames.firstNumber + plate.frames.firstSourceFrame,
      xxh128: digests.get(path) ?? '',
      order: createHash('sha256').update(`${plate.pixelKey}/${path}`).digest('hex'),
    })),
  );
  return all.sort((a, b) => (a.order < b.order ? -1 : 1)).slice(0, count);
}

function chooseMovies(manifest: PackageManifest, count: number): ChosenMovie[] {
  const digests = new Map(manifest.entries.map(({ path, xxh128 }) => [path, xxh128]));
  return (manifest.movies ?? [])
    .map((movie) => ({ movie, xxh128: digests.get(movie.path) ?? '' }))
    .sort((a, b) => (a.movie.workKey < b.movie.workKey ? -1 : 1))
    .slice(0, Math.max(0, count));
}

async function movieJobOf(
  deps: Dependencies,
  facts: ReadonlyMap<string, string>,
  { plateId, workKey: key }: DeliveredMovie,
): Promise<SegmentJob> {
  const madeKey = facts.get(plateId);
  const made = madeKey === undefined ? null : await deps.facts.get(madeKey, MadePlate);
  const prepared = made === null ? null : await deps.facts.get(made.preparedKey, PreparedPlate);
  const deliverable = prepared?.deliverables.find(({ contentKey }) => contentKey === key);
  if (deliverable !== undefined) return deliverable.job;
  const sentence = `This installation has no record of making the movie of ${plateId} with the work key ${key}, so it cannot make it again.`;
  throw new PipelineError('not-found', sentence, { plateId, workKey: key });
}

async function makeMovieAgain(deps: Dependencies, job: SegmentJob, run: ActivityRun): Promise<string | null> {
  const { first, last } = job.frames;
  const frames = Array.from({ length: last - first + 1 }, (_, index) => first + index);
  const engine = engineNamed(deps.engines, job.engine);
  const needBytes = engine.scratchBytes?.(job, frames.length) ?? 0;
  const work = await deps.scratch.open({ signal: run.signal, needBytes });
  try {
    const sources = await resolveSources(deps, job, frames, work.path, run.signal);
    const { movie } = await engine.render(job, sources, work.output, {
      signal: run.signal,
      threads: deps.renderThreads,
      progress: () => {},
    });
    return movie?.xxh128 ?? null;
  } finally {
    await work.remove();
  }
}

function movieDiffers({ movie, xxh128 }: ChosenMovie, made: string | null, isSameEngine: boolean): Finding {
  const { path } = movie;
  const why = isSameEngine
    ? 'by the same engine from the same originals'
    : 'by an engine of other versions than made the package, which may be why';
  const sentence = `"${path}" is not what its originals give when it is made again: xxh128 ${made ?? 'nothing'}, the package says ${xxh128}; made ${why}.`;
  return finding('re-render-differs', { kind: 'file', id: path, path }, sentence, {
    expected: xxh128,
    actual: made,
    isSameEngine,
  });
}

async function jobOf(
  deps: Dependencies,
  facts: ReadonlyMap<string, string>,
  plate: DeliveredPlate,
): Promise<SegmentJob> {
  const key = facts.get(plate.plateId);
  const made = key === undefined ? null : await deps.facts.get(key, MadePlate);
  const prepared = made === null ? null : await deps.facts.get(made.preparedKey, PreparedPlate);
  const deliverable = prepared?.deliverables.find(({ contentKey }) => contentKey === plate.pixelKey);
  if (deliverable !== undefined) return deliverable.job;
  const sentence = `This installation has no record of making ${plate.plateId} with the pixel key ${plate.pixelKey}, so it cannot make it again.`;
  throw new PipelineError('not-found', sentence, { plateId: plate.plateId, pixelKey: plate.pixelKey });
}

async function makeAgain(
  deps: Dependencies,
  whole: SegmentJob,
  frame: number,
  run: ActivityRun,
): Promise<string | null> {
  const job = cutJob(whole, { first: frame, last: frame });
  const work = await deps.scratch.open({ signal: run.signal });
  try {
    const sources = await resolveSources(deps, job, [frame], work.path, run.signal);
    const { frames } = await engineNamed(deps.engines, job.engine).render(job, sources, work.output, {
      signal: run.signal,
      threads: deps.renderThreads,
      progress: () => {},
    });
    return frames.find((made) => made.frame === frame)?.xxh128 ?? null;
  } finally {
    await work.remove();
  }
}

function differs(
  { path, frame, plate, xxh128 }: Chosen,
  made: string | null,
  isSameEngine: boolean,
): Finding {
  const why = isSameEngine
    ? 'by the same engine from the same originals'
    : 'by an engine of other versions than made the package, which may be why';
  const sentence = `"${path}" is not what source frame ${frame} of ${plate.clipName} gives when it is made again: xxh128 ${made ?? 'nothing'}, the package says ${xxh128}; made ${why}.`;
  const facts = { expected: xxh128, actual: made, frame, isSameEngine };
  return finding('re-render-differs', { kind: 'file', id: path, path }, sentence, facts);
}
