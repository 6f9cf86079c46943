import { writeFile } from 'node:fs/promises';
import { z } from 'zod';
import {
  checkPlate as check,
  framesToSample,
  isBlack,
  LEAST_SPREAD,
  type PictureRange,
  type SampledFrame,
} from '../pipeline/delivery/check-plate.ts';
import { type FrameFacts, readFrameFacts } from '../pipeline/delivery/frame-facts.ts';
import { PipelineError } from '../schemas/failure.ts';
import type { Finding } from '../schemas/finding.ts';
import {
  MadePlate,
  type PreparedDeliverable,
  PreparedPlate,
  type StoredFrame,
} from '../schemas/plate-facts.ts';
import type { SegmentJob } from '../schemas/segment-job.ts';
import { TurnoverPlan, TurnoverRequest, turnoverId } from '../schemas/turnover.ts';
import { type ByteSource, readExrHeader } from '../standards/exr/header.ts';
import { middleStrip } from '../standards/exr/strip.ts';
import { checkReferences } from './check-references.ts';
import { type ActivityRun, defineActivity } from './define-activity.ts';
import type { Dependencies } from './dependencies.ts';
import { resolveSources } from './resolve-sources.ts';

const Input = z.object({
  request: TurnoverRequest,
  planKey: z.string(),
  plateId: z.string(),
  madeKey: z.string(),
});

/**
 * Looks at a plate that was made, beside the clip it claims to come from, and writes what is wrong into its fact.
 * A retry is safe: it reads, and writes one fact under its digest.
 */
export const checkPlate = defineActivity(
  'checkPlate',
  Input,
  async (deps, { request, planKey, plateId, madeKey }, run): Promise<{ findings: number }> => {
    const made = await deps.facts.get(madeKey, MadePlate);
    const prepared = await deps.facts.get(made.preparedKey, PreparedPlate);
    const plan = await deps.facts.get(planKey, TurnoverPlan);
    const planned = plan.plates.find((one) => one.plateId === plateId);
    if (planned === undefined)
      throw new PipelineError('not-found', `The plan ${planKey} has no plate ${plateId}.`, {
        planKey,
        plateId,
      });
    const source = await deps.catalogue.clipSource(planned.clipId, request.site);
    const findings: Finding[] = [];
    for (const deliverable of prepared.deliverables.filter(({ kind }) => kind === 'sequence')) {
      const frames = made.sequences.find(({ name }) => name === deliverable.name)?.frames ?? [];
      const samples = await look(deps, deliverable, framesToSample(frames), run);
      findings.push(...check(planned, source, deliverable, frames, samples));
    }
    const compared = await checkReferences(deps, { request, plan, planned, source, prepared, made }, run);
    findings.push(...compared.findings);
    const { checks: references } = compared;
    if (findings.length === 0 && references.length === 0) return { findings: 0 };
    const id = `${request.name}/${request.revision}/${plateId}`;
    const key = await deps.facts.put(request.production, 'made-plates', id, {
      ...made,
      findings,
      ...(references.length === 0 ? {} : { references }),
    });
    await deps.catalogue.savePlateMade(turnoverId(request), plateId, key);
    return { findings: findings.length };
  },
);

/** Headers of all samples; pixels of the middle one, and of the others only when that one is black. */
async function look(
  deps: Dependencies,
  { job }: PreparedDeliverable,
  frames: readonly StoredFrame[],
  run: ActivityRun,
): Promise<SampledFrame[]> {
  const work = await deps.scratch.open({ signal: run.signal });
  try {
    const middle = frames[Math.floor(frames.length / 2)];
    const looked = middle === undefined ? null : await rangeOfMade(deps, middle, work.path, run.signal);
    const samples: SampledFrame[] = [];
    for (const stored of frames) {
      run.progress({ stage: 'check', frame: stored.frame });
      const header = await headerOf(deps, stored, run.signal);
      const made =
        stored === middle || !isBlack(looked)
          ? looked
          : await rangeOfMade(deps, stored, work.path, run.signal);
      const original = isBlack(made) ? await rangeOfSource(deps, job, stored.frame, work.path, run) : null;
      samples.push({ frame: stored.frame, header, made, original });
    }
    return samples;
  } finally {
    await work.remove();
  }
}

/** By ranges: the pixels stay where they are. */
function headerOf(deps: Dependencies, stored: StoredFrame, signal: AbortSignal): Promise<FrameFacts> {
  return readFrameFacts(rangesOf(deps, stored, signal), stored.key);
}

function rangesOf(deps: Dependencies, { key, sizeBytes }: StoredFrame, signal: AbortSignal): ByteSource {
  const bucket = deps.store.bucket('work');
  const read = (offset: number, length: number) => {
    const last = Math.min(offset + length, sizeBytes) - 1;
    return deps.store.getBytes({ bucket, key, range: { first: offset, last }, signal });
  };
  return { sizeBytes, read };
}

/** A strip that shows something says that the frame does; only where it shows nothing is all of it looked at. */
async function rangeOfMade(
  deps: Dependencies,
  stored: StoredFrame,
  scratch: string,
  signal: AbortSignal,
): Promise<PictureRange> {
  const strip = await rangeOfStrip(deps, stored, scratch, signal);
  return strip !== null && !isBlack(strip) ? strip : rangeOfWhole(deps, stored, scratch, signal);
}

async function rangeOfStrip(
  deps: Dependencies,
  stored: StoredFrame,
  scratch: string,
  signal: AbortSignal,
): Promise<PictureRange> {
  if (deps.engine.pictureRange === undefined || !stored.key.endsWith('.exr')) return null;
  const source = rangesOf(deps, stored, signal);
  const strip = await middleStrip(source, await readExrHeader(source, stored.key));
  if (strip === null) return null;
  const location = `${scratch}/strip-${stored.frame}.exr`;
  await writeFile(location, strip);
  return deps.engine.pictureRange({ location, isExr: true }, { signal });
}

async function rangeOfWhole(
  deps: Dependencies,
  { frame, key, sizeBytes, xxh128 }: StoredFrame,
  scratch: string,
  signal: AbortSignal,
): Promise<PictureRange> {
  if (deps.engine.pictureRange === undefined) return null;
  const bucket = deps.store.bucket('work');
  const place = await deps.store.locate({ site: deps.site, bucket, key, sizeBytes, xxh128 });
  const isExr = key.endsWith('.exr');
  const file = `${scratch}/made-${frame}${isExr ? '.exr' : '.dpx'}`;
  if (place.kind === 'url') await deps.store.fetchFile({ bucket, key, signal }, file);
  const location = place.kind === 'path' ? place.location : file;
  const range = await deps.engine.pictureRange({ location, isExr }, { signal });
  return isExr ? range : lightOfLog(range);
}

/** Black is no zero in log: a log picture shows nothing when all of it is alike. */
function lightOfLog(range: PictureRange): PictureRange {
  return range && { min: 0, max: range.max - range.min < LEAST_SPREAD ? 0 : range.max };
}

async function rangeOfSource(
  deps: Dependencies,
  job: SegmentJob,
  frame: number,
  scratch: string,
  { signal }: ActivityRun,
): Promise<PictureRange> {
  const [found] = await resolveSources(deps, job, [frame], scratch, signal);
  if (found === undefined || deps.engine.pictureRange === undefined) return null;
  const isExr = job.decode.codec === 'exr';
  const { frameTimes } = job.decode;
  const times = { frameRate: job.clip.frameRate, ...(frameTimes ? { frameTimes } : {}) };
  const movie = found.frame === undefined ? { movie: { frame, ...times } } : {};
  return deps.engine.pictureRange({ location: found.location, isExr, ...movie }, { signal });
}
