import { z } from 'zod';
import { decodeGroup } from '../pipeline/delivery/decode-groups.ts';
import { segmentsOf } from '../pipeline/delivery/segments.ts';
import { PipelineError } from '../schemas/failure.ts';
import { MadePlate, type PreparedPlate } from '../schemas/plate-facts.ts';
import type { SegmentJob } from '../schemas/segment-job.ts';
import { type PlannedPlate, TurnoverPlan, TurnoverRequest, turnoverId } from '../schemas/turnover.ts';
import { defineActivity } from './define-activity.ts';
import type { Dependencies } from './dependencies.ts';
import { resolvePlate } from './resolve-plate.ts';

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
  /** Deliverables that one decode makes, and the frames it goes over; they are not among the segments and movies. */
  together?: { deliverables: string[]; jobKey: string; first: number; last: number }[];
};

/**
 * Decides everything about a plate before a pixel is made: decode, framing, colour, keys, segments.
 * A retry is safe: it reads, and writes one fact under its digest.
 */
export const preparePlate = defineActivity(
  'preparePlate',
  z.object({ request: TurnoverRequest, planKey: z.string(), plateId: z.string() }),
  async (deps, { request, planKey, plateId }): Promise<PrepareOutcome> => {
    const turnover = turnoverId(request);
    const decide = () => decideOrWait(deps, request, planKey, plateId);
    let decided = await decide();
    if ('waiting' in decided) {
      await deps.catalogue.setPlateState(turnover, plateId, 'waiting', decided.waiting);
      // Who brings what a plate lacks tells those that wait: what was brought before this one was seen to wait is found now.
      decided = await decide();
    }
    if ('waiting' in decided) return decided;
    const { prepared, plate, licences } = decided;
    const preparedKey = await deps.facts.put(
      request.production,
      'prepared-plates',
      `${request.name}/${request.revision}/${plateId}`,
      prepared,
    );
    // A turnover that looks again asks for its made plates too: what is delivered does not read as rendering meanwhile.
    if (!(await standsMade(deps, turnover, plateId, preparedKey)))
      await deps.catalogue.setPlateState(turnover, plateId, 'rendering');
    return { preparedKey, clipName: plate.clipName, ...workOf(prepared, preparedKey, deps), licences };
  },
);

type Decided = { prepared: PreparedPlate; plate: PlannedPlate; licences: Record<string, number> };

/** What is decided about a plate of which something can be made; or what it waits for. */
async function decideOrWait(
  deps: Dependencies,
  request: TurnoverRequest,
  planKey: string,
  plateId: string,
): Promise<Decided | { waiting: string }> {
  const decided = await decidePlate(deps, request, planKey, plateId);
  if ('away' in decided) return { waiting: decided.away };
  const waiting = whyNothing(decided.prepared);
  return waiting === null ? decided : { waiting };
}

/**
 * What is decided about a plate, written nowhere; or why its clip cannot be reached.
 * @throws PipelineError not-found, unreadable, unsupported
 */
export async function decidePlate(
  deps: Dependencies,
  request: TurnoverRequest,
  planKey: string,
  plateId: string,
): Promise<Decided | { away: string }> {
  const plan = await deps.facts.get(planKey, TurnoverPlan);
  const plate = plan.plates.find((one) => one.plateId === plateId);
  if (plate === undefined)
    throw new PipelineError('not-found', `The plan ${planKey} has no plate ${plateId}.`, {
      planKey,
      plateId,
    });
  const resolved = await resolvePlate(deps, request, plate);
  return 'away' in resolved ? resolved : { ...resolved, plate };
}

/** Whether the plate is made, of exactly these decisions. */
async function standsMade(
  deps: Dependencies,
  turnover: string,
  plateId: string,
  preparedKey: string,
): Promise<boolean> {
  const key = await deps.catalogue.madePlateOf(turnover, plateId);
  return key !== null && (await deps.facts.get(key, MadePlate)).preparedKey === preparedKey;
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
    ...(group.length === 0
      ? {}
      : { together: [{ deliverables: group, jobKey, ...framesOf(group, prepared) }] }),
    trims: (prepared.trims ?? []).map(({ name: deliverable }) => ({ deliverable, jobKey })),
  };
}

/** The frames that hold those of all the named deliverables. */
function framesOf(group: string[], { deliverables }: PreparedPlate): { first: number; last: number } {
  const spans = deliverables.filter(({ name }) => group.includes(name)).map(({ job }) => job.frames);
  return {
    first: Math.min(...spans.map(({ first }) => first)),
    last: Math.max(...spans.map(({ last }) => last)),
  };
}

function makers({ engine }: SegmentJob): { engine?: string } {
  return engine === 'open' ? {} : { engine };
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
