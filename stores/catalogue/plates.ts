import { type Kysely, sql } from 'kysely';
import type { PlateState, TurnoverPlan } from '../../schemas/turnover.ts';
import { jsonb, storableText } from './jsonb.ts';
import type { Tables } from './tables.ts';

type Db = Kysely<Tables>;

/** How a segment of a plate came to be. `kind` tells frames of a sequence from the whole of a movie. */
export type SegmentRecord = {
  turnoverId: string;
  plateId: string;
  deliverable: string;
  /** @default 'sequence' */
  kind?: 'sequence' | 'movie';
  first: number;
  last: number;
  framesMade: number;
  framesReused: number;
  worker: string;
  attempt: number;
};

/**
 * Writes down who made a segment. A later attempt that finds everything made does not take the credit from the one that made
 * it, so telling twice, or in another order, ends the same.
 */
export async function recordSegment(db: Db, segment: SegmentRecord): Promise<void> {
  const changes = {
    kind: segment.kind ?? 'sequence',
    worker: segment.worker,
    attempt: segment.attempt,
    frames_made: segment.framesMade,
    frames_reused: segment.framesReused,
  };
  await db
    .insertInto('segments')
    .values({
      turnover_id: segment.turnoverId,
      plate_id: segment.plateId,
      deliverable: segment.deliverable,
      first_frame: segment.first,
      last_frame: segment.last,
      ...changes,
    })
    .onConflict((c) =>
      c
        .columns(['turnover_id', 'plate_id', 'deliverable', 'first_frame', 'last_frame'])
        .doUpdateSet(changes)
        .where('segments.frames_made', '<', segment.framesMade),
    )
    .execute();
}

/** Moves a plate to a state, with the reason when there is one; a plate that begins to render makes its turnover render. */
export async function setPlateState(
  db: Db,
  turnoverId: string,
  plateId: string,
  state: PlateState,
  reason?: string,
): Promise<void> {
  const storable = reason === undefined ? null : storableText(reason);
  await db
    .updateTable('plates')
    .set({ state, reason: storable })
    .where('turnover_id', '=', turnoverId)
    .where('plate_id', '=', plateId)
    .execute();
  if (state !== 'rendering') return;
  await db
    .updateTable('turnovers')
    .set({ state: 'rendering' })
    .where('turnover_id', '=', turnoverId)
    .where('state', '!=', 'cancelled')
    .execute();
}

/** Something made for a plate: `contentKey` is a pixel key or a work key. */
export type MadeDeliverable = { name: string; kind: 'sequence' | 'movie'; contentKey: string };

/** Writes a plate down as made; `madeKey` is the fact that tells what stands in the store. */
export async function savePlateMade(
  db: Db,
  turnoverId: string,
  plateId: string,
  madeKey: string,
  made: readonly MadeDeliverable[] = [],
): Promise<void> {
  await db
    .updateTable('plates')
    .set({ state: 'made', reason: null, made_key: madeKey })
    .where('turnover_id', '=', turnoverId)
    .where('plate_id', '=', plateId)
    .execute();
  for (const { name, kind, contentKey } of made) {
    await db
      .insertInto('deliverables')
      .values({ turnover_id: turnoverId, plate_id: plateId, name, kind, content_key: contentKey })
      .onConflict((c) =>
        c.columns(['turnover_id', 'plate_id', 'name']).doUpdateSet({ kind, content_key: contentKey }),
      )
      .execute();
  }
}

/** Clips of which a turnover of the production has, or had, a plate that is made or rendering. */
export async function clipsWithPlates(db: Db, production: string): Promise<Set<string>> {
  const rows = await db
    .selectFrom('plates')
    .innerJoin('turnovers', 'turnovers.turnover_id', 'plates.turnover_id')
    .select('plates.clip_id')
    .distinct()
    .where('turnovers.production', '=', production)
    .where('plates.state', 'in', ['made', 'rendering'])
    .execute();
  return new Set(rows.flatMap((row) => row.clip_id ?? []));
}

/** Key of the made-plate fact of every plate that is made, by plate. */
export async function madePlatesOf(db: Db, turnoverId: string): Promise<Map<string, string>> {
  const rows = await db
    .selectFrom('plates')
    .select(['plate_id', 'made_key'])
    .where('turnover_id', '=', turnoverId)
    .where('state', '=', 'made')
    .execute();
  return new Map(rows.filter((row) => row.made_key !== null).map((row) => [row.plate_id, row.made_key!]));
}

/** Key of the made-plate fact of a plate; null while it is not made. */
export async function madePlateOf(db: Db, turnoverId: string, plateId: string): Promise<string | null> {
  const row = await db
    .selectFrom('plates')
    .select('made_key')
    .where('turnover_id', '=', turnoverId)
    .where('plate_id', '=', plateId)
    .where('state', '=', 'made')
    .executeTakeFirst();
  return row?.made_key ?? null;
}

/**
 * Makes the plates of a turnover those of its plan, within the caller's transaction. A plate whose source frames are the same
 * keeps its state; events without a clip stand as plates that wait or are ambiguous.
 */
export async function replacePlates(tx: Db, turnoverId: string, plan: TurnoverPlan): Promise<void> {
  const rows = [...plannedRows(turnoverId, plan), ...waitingRows(turnoverId, plan)];
  const kept = rows.map((row) => row.plate_id);
  await tx
    .deleteFrom('plates')
    .where('turnover_id', '=', turnoverId)
    .where(sql<boolean>`plate_id <> all(${kept}::text[])`)
    .execute();
  for (const row of rows) {
    const { turnover_id: _, plate_id: __, ...changes } = row;
    const { state, ...placed } = changes;
    // A reason or a made fact belongs to the state it came with.
    const isSameWork = sql<boolean>`plates.clip_id IS NOT DISTINCT FROM excluded.clip_id
      AND plates.document->'sourceFrames' IS NOT DISTINCT FROM excluded.document->'sourceFrames' AND plates.state IN ('made', 'rendering')`;
    await tx
      .insertInto('plates')
      .values(row)
      .onConflict((c) =>
        c.columns(['turnover_id', 'plate_id']).doUpdateSet({
          ...placed,
          state: sql<string>`CASE WHEN ${isSameWork} THEN plates.state ELSE ${state} END`,
          made_key: sql<string | null>`CASE WHEN ${isSameWork} THEN plates.made_key END`,
          reason: null,
        }),
      )
      .execute();
  }
}

function plannedRows(turnoverId: string, plan: TurnoverPlan) {
  return plan.plates.map((plate, position) => ({
    turnover_id: turnoverId,
    plate_id: plate.plateId,
    position,
    shot: plate.shot,
    plate: plate.plate,
    clip_id: plate.clipId as string | null,
    state: 'planned',
    document: jsonb(plate),
  }));
}

/** An event that no clip answers is shown where its plate would be. */
function waitingRows(turnoverId: string, plan: TurnoverPlan) {
  const unanswered = plan.matches.filter(
    (match) => match.verdict === 'ambiguous' || match.verdict === 'not-found',
  );
  return unanswered.map((match) => {
    const event = plan.events.find((one) => one.index === match.eventIndex);
    return {
      turnover_id: turnoverId,
      plate_id: `event-${match.eventIndex}`,
      position: plan.plates.length + match.eventIndex,
      shot: storableText(event?.shotName ?? `event ${event?.number ?? match.eventIndex}`),
      plate: 'PL01',
      clip_id: null,
      state: match.verdict === 'ambiguous' ? 'ambiguous' : 'waiting',
      document: jsonb(null),
    };
  });
}
