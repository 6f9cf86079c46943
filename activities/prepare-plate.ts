import { z } from 'zod';
import type { ClipSource } from '../pipeline/delivery/clip-source.ts';
import { decodeGroup } from '../pipeline/delivery/decode-groups.ts';
import { preparePlate as prepare } from '../pipeline/delivery/prepare-plate.ts';
import { segmentsOf } from '../pipeline/delivery/segments.ts';
import { PipelineError } from '../schemas/failure.ts';
import type { PreparedPlate } from '../schemas/plate-facts.ts';
import type { SegmentJob } from '../schemas/segment-job.ts';
import { type PlannedPlate, TurnoverPlan, TurnoverRequest, turnoverId } from '../schemas/turnover.ts';
import { amfsOf } from './amfs-of.ts';
import { defineActivity } from './define-activity.ts';
import type { Dependencies } from './dependencies.ts';
import { engineChooser, enginesAtHand } from './engine-choice.ts';
import { fdlOf } from './fdl-of.ts';
import { recipeOf } from './recipe-of.ts';

/** The work of a plate, or why it waits for a person. */
export type PrepareOutcome = PlateWork | { waiting: string };

export type PlateWork = {
  preparedKey: string;
  clipName: string;
  /** `engine`: whose queue it goes to; the open engine has none of its own. */
  segments: { deliverable: string; jobKey: string; first: number; last: number; engine?: string }[];
  movies: { deliverable: string; jobKey: string; engine?: string }[];
  trims: { deliverable: string; jobKey: string }[];
  /** Renders at once at the whole site, by engine; what is not named has no limit. */
  licences?: Record<string, number>;
  /** Deliverables that one decode makes; they are not among the segments and movies. */
  together?: { deliverables: string[]; jobKey: string }[];
};

/**
 * Decides everything about a plate before a pixel is made: decode, framing, colour, keys, segments.
 * A retry is safe: it reads, and writes one fact under its digest.
 */
export const preparePlate = defineActivity(
  'preparePlate',
  z.object({ request: TurnoverRequest, planKey: z.string(), plateId: z.string() }),
  async (deps, { request, planKey, plateId }): Promise<PrepareOutcome> => {
    const decided = await decidePlate(deps, request, planKey, plateId);
    if ('away' in decided) {
      await deps.catalogue.setPlateState(turnoverId(request), plateId, 'waiting', decided.away);
      return { waiting: decided.away };
    }
    const { prepared, plate, licences } = decided;
    const waiting = whyNothing(prepared);
    if (waiting !== null) {
      await deps.catalogue.setPlateState(turnoverId(request), plateId, 'waiting', waiting);
      return { waiting };
    }
    const preparedKey = await deps.facts.put(
      request.production,
      'prepared-plates',
      `${request.name}/${request.revision}/${plateId}`,
      prepared,
    );
    await deps.catalogue.setPlateState(turnoverId(request), plateId, 'rendering');
    return { preparedKey, clipName: plate.clipName, ...workOf(prepared, preparedKey, deps), licences };
  },
);

/**
 * What is decided about a plate, written nowhere; or why its clip cannot be reached.
 * @throws PipelineError not-found, unreadable, unsupported
 */
export async function decidePlate(
  deps: Dependencies,
  request: TurnoverRequest,
  planKey: string,
  plateId: string,
): Promise<
  { prepared: PreparedPlate; plate: PlannedPlate; licences: Record<string, number> } | { away: string }
> {
  const plan = await deps.facts.get(planKey, TurnoverPlan);
  const plate = plan.plates.find((one) => one.plateId === plateId);
  if (plate === undefined)
    throw new PipelineError('not-found', `The plan ${planKey} has no plate ${plateId}.`, {
      planKey,
      plateId,
    });
  const source = await deps.catalogue.clipSource(plate.clipId, request.site);
  const away = whyAway(source, request.site);
  if (away !== null) return { away };
  const engines = await enginesAtHand(deps, request);
  const prepared = prepare({
    turnover: turnoverId(request),
    plate,
    source,
    recipe: await recipeOf(deps, request),
    engineFor: engineChooser(engines, request, source),
    amfs: await amfsOf(deps, request),
    fdl: await fdlOf(deps, request),
    fingerprint: (await deps.engine.capabilities()).versions,
  });
  return { prepared, plate, licences: engines.licences };
}

function workOf(
  prepared: PreparedPlate,
  jobKey: string,
  { engine }: Pick<Dependencies, 'engine'>,
): Omit<PlateWork, 'preparedKey' | 'clipName' | 'licences'> {
  const group = decodeGroup(
    prepared.deliverables,
    (jobs) => jobs.every((job) => job.engine === 'open') && engine.sharesDecode?.(jobs) === true,
  );
  const of = (kind: 'sequence' | 'movie') =>
    prepared.deliverables.filter((one) => one.kind === kind && !group.includes(one.name));
  return {
    segments: of('sequence').flatMap(({ name: deliverable, job }) =>
      segmentsOf(job.frames, job.geometry.source).map((span) => ({
        deliverable,
        jobKey,
        ...span,
        ...makers(job),
      })),
    ),
    movies: of('movie').map(({ name: deliverable, job }) => ({ deliverable, jobKey, ...makers(job) })),
    ...(group.length === 0 ? {} : { together: [{ deliverables: group, jobKey }] }),
    trims: (prepared.trims ?? []).map(({ name: deliverable }) => ({ deliverable, jobKey })),
  };
}

function makers({ engine }: SegmentJob): { engine?: string } {
  return engine === 'open' ? {} : { engine };
}

/** Work goes where originals are; a clip of which nothing lies at the turnover's site waits for a transfer of its roll. */
function whyAway({ clip, objects }: ClipSource, site: string): string | null {
  if (objects.length > 0 || clip.files.length === 0) return null;
  return `No file of ${clip.clipName} is among the originals at ${site}: send its roll there (\`rushes transfer\`), or submit the turnover at the roll's home (\`--site\`).`;
}

/** A plate of which nothing can be made waits: what it lacks is for a person to say, and only this plate stops for it. */
function whyNothing(prepared: PreparedPlate): string | null {
  if (prepared.deliverables.length > 0) return null;
  const hasPictures = (prepared.trims ?? []).some(({ pictures }) => pictures.length > 0);
  if (hasPictures) return null;
  return (
    prepared.findings.find((found) => found.severity === 'error')?.forPeople ?? 'nothing can be made of it'
  );
}
