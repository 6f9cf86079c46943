import { z } from 'zod';
import { segmentsOf } from '../pipeline/delivery/segments.ts';
import { finding } from '../schemas/finding.ts';
import {
  type MadePlate,
  MovieManifest,
  type PreparedDeliverable,
  PreparedPlate,
  SegmentManifest,
} from '../schemas/plate-facts.ts';
import type { MadeTrim, PreparedTrim } from '../schemas/trim.ts';
import { TurnoverRequest, turnoverId } from '../schemas/turnover.ts';
import { madeKey, segmentManifestKey } from '../stores/objects/keys.ts';
import { defineActivity } from './define-activity.ts';
import type { Dependencies } from './dependencies.ts';
import { knownCut } from './trim-clip.ts';

/**
 * Collects what the segments and movies of a plate left in the store, and writes the plate down as made.
 * A retry is safe: it reads manifests, and writes one fact under its digest.
 */
export const finishPlate = defineActivity(
  'finishPlate',
  z.object({ request: TurnoverRequest, planKey: z.string(), plateId: z.string(), preparedKey: z.string() }),
  async (deps, { request, plateId, preparedKey }): Promise<{ madeKey: string }> => {
    const prepared = await deps.facts.get(preparedKey, PreparedPlate);
    const made: MadePlate = {
      version: 1,
      kind: 'made-plate',
      turnover: turnoverId(request),
      plateId,
      preparedKey,
      sequences: await Promise.all(
        prepared.deliverables.filter((one) => one.kind === 'sequence').map((one) => sequenceOf(deps, one)),
      ),
      movies: await Promise.all(
        prepared.deliverables.filter((one) => one.kind === 'movie').map((one) => movieOf(deps, one)),
      ),
      ...(prepared.trims === undefined
        ? {}
        : { trims: await Promise.all(prepared.trims.map((trim) => trimOf(deps, plateId, trim))) }),
    };
    const key = await deps.facts.put(
      request.production,
      'made-plates',
      `${request.name}/${request.revision}/${plateId}`,
      made,
    );
    await deps.catalogue.savePlateMade(turnoverId(request), plateId, key);
    return { madeKey: key };
  },
);

async function sequenceOf(
  deps: Dependencies,
  deliverable: PreparedDeliverable,
): Promise<MadePlate['sequences'][number]> {
  const bucket = deps.store.bucket('work');
  const { contentKey: pixelKey, job } = deliverable;
  const frames: MadePlate['sequences'][number]['frames'] = [];
  for (const { first, last } of segmentsOf(job.frames, job.geometry.source)) {
    const manifest = SegmentManifest.parse(
      await deps.store.getDocument(bucket, segmentManifestKey(pixelKey, first, last)),
    );
    frames.push(...manifest.frames);
  }
  return { name: deliverable.name, pixelKey, frames };
}

async function movieOf(
  deps: Dependencies,
  deliverable: PreparedDeliverable,
): Promise<MadePlate['movies'][number]> {
  const document = await deps.store.getDocument(
    deps.store.bucket('work'),
    madeKey(deliverable.contentKey, 'manifest.json'),
  );
  const { workKey, key, sizeBytes, xxh128, frameCount } = MovieManifest.parse(document);
  return { name: deliverable.name, workKey, key, sizeBytes, xxh128, frameCount };
}

async function trimOf(deps: Dependencies, plateId: string, trim: PreparedTrim): Promise<MadeTrim> {
  const cut = await knownCut(deps, trim);
  if (trim.job !== null && cut === null)
    throw new Error(`${plateId} is finished and its trim "${trim.name}" was never tried`);
  const reasons = cut?.why ?? (trim.why === null ? [] : [trim.why]);
  return {
    name: trim.name,
    made: cut?.made ?? null,
    findings: reasons.length === 0 ? [] : [goesWhole(plateId, trim, reasons)],
  };
}

function goesWhole(plateId: string, { pictures, frames, covers }: PreparedTrim, reasons: readonly string[]) {
  const name = pictures[0]?.path ?? 'the movie';
  const [first, ...rest] = reasons;
  const more = rest.length === 0 ? '' : ` (and ${rest.length} more)`;
  const sentence = `${plateId} gets ${name} whole, source frames ${covers.first} to ${covers.last} for ${frames.first} to ${frames.last}: ${first}${more}.`;
  return finding('trim-whole-file', { kind: 'plate', id: plateId }, sentence, { reasons });
}
