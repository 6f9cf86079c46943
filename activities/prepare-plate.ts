import { z } from 'zod';
import { plateColour, proxyColour } from '../pipeline/delivery/colour.ts';
import { fullSourceGeometry } from '../pipeline/delivery/geometry.ts';
import { pixelKey } from '../pipeline/delivery/pixel-key.ts';
import { findRecipe } from '../pipeline/delivery/recipes.ts';
import { plateJob, proxyJob } from '../pipeline/delivery/segment-job.ts';
import { segmentsOf } from '../pipeline/delivery/segments.ts';
import { workKey } from '../pipeline/delivery/work-key.ts';
import { type ClipSource, rationalField, textField } from '../pipeline/delivery/clip-source.ts';
import { PipelineError } from '../schemas/failure.ts';
import type { Finding } from '../schemas/finding.ts';
import type { PreparedDeliverable, PreparedPlate } from '../schemas/plate-facts.ts';
import type { DeliverableSpec } from '../schemas/recipe.ts';
import { type PlannedPlate, TurnoverPlan, TurnoverRequest, turnoverId } from '../schemas/turnover.ts';
import { advance, formatTimecode, parseTimecode } from '../standards/time/timecode.ts';
import { defineActivity } from './define-activity.ts';

export type PrepareOutcome = {
  preparedKey: string;
  clipName: string;
  segments: { deliverable: string; jobKey: string; first: number; last: number }[];
  movies: { deliverable: string; jobKey: string }[];
};

/**
 * Decides everything about a plate before a pixel is made: decode, framing, colour, keys, segments.
 * A retry is safe: it reads, and writes one fact under its digest.
 */
export const preparePlate = defineActivity(
  'preparePlate',
  z.object({ request: TurnoverRequest, planKey: z.string(), plateId: z.string() }),
  async (deps, { request, planKey, plateId }): Promise<PrepareOutcome> => {
    const plan = await deps.facts.get(planKey, TurnoverPlan);
    const plate = plan.plates.find((one) => one.plateId === plateId);
    if (plate === undefined) throw new PipelineError('not-found', `The plan ${planKey} has no plate ${plateId}.`, { planKey, plateId });
    const source = await deps.catalogue.clipSource(plate.clipId);
    const { versions } = await deps.engine.capabilities();
    const findings: Finding[] = [];
    const deliverables = findRecipe(request.recipe).deliverables.map((spec) => prepare(spec, source, plate, versions, findings));
    const prepared: PreparedPlate = { version: 1, kind: 'prepared-plate', turnover: turnoverId(request), plateId, deliverables, findings };
    const preparedKey = await deps.facts.put(request.production, 'prepared-plates', `${request.name}/${request.revision}/${plateId}`, prepared);
    await deps.catalogue.setPlateState(turnoverId(request), plateId, 'rendering');
    return {
      preparedKey,
      clipName: plate.clipName,
      segments: deliverables.filter((one) => one.kind === 'sequence').flatMap((one) =>
        segmentsOf(one.job.frames, one.job.geometry.source).map((span) => ({ deliverable: one.name, jobKey: preparedKey, ...span })),
      ),
      movies: deliverables.filter((one) => one.kind === 'movie').map((one) => ({ deliverable: one.name, jobKey: preparedKey })),
    };
  },
);

function prepare(spec: DeliverableSpec, source: ClipSource, plate: PlannedPlate, versions: Record<string, string>, findings: Finding[]): PreparedDeliverable {
  const framing = fullSourceGeometry(source);
  const chosen = spec.kind === 'plate' ? plateColour(source, spec.colour) : proxyColour(source, spec);
  for (const found of [...framing.findings, ...chosen.findings]) {
    if (!findings.some((known) => known.code === found.code && known.subject.id === found.subject.id)) findings.push(found);
  }
  if (chosen.colour === null) {
    const missing = chosen.findings.find((found) => found.severity === 'error') ?? chosen.findings[0];
    throw new PipelineError('unsupported', missing?.forPeople ?? `The colour of ${plate.clipName} is not known.`, { clipId: plate.clipId });
  }
  const framed = { source, plate, colour: chosen.colour, geometry: framing.geometry };
  if (spec.kind === 'plate') {
    const job = plateJob({ ...framed, spec });
    return { name: spec.name, kind: 'sequence', contentKey: pixelKey(job, versions), job };
  }
  const job = proxyJob({ ...framed, spec, startTimecode: startTimecodeOf(source, plate) });
  return { name: spec.name, kind: 'movie', contentKey: workKey(job, versions), job };
}

/** Timecode of the plate's first frame, handles included. */
function startTimecodeOf(source: ClipSource, plate: PlannedPlate): string | null {
  const start = textField(source.clip, 'startTimecode');
  const rate = rationalField(source.clip, 'timecodeRate') ?? rationalField(source.clip, 'frameRate');
  if (start === null || rate === null) return null;
  const reading = parseTimecode(start, rate, start.includes(';'));
  return 'timecode' in reading ? formatTimecode(advance(reading.timecode, plate.sourceFrames.first)) : null;
}
