import type { Kysely } from 'kysely';
import {
  type TurnoverPlan,
  TurnoverRequest,
  type TurnoverState,
  turnoverId,
} from '../../schemas/turnover.ts';
import { jsonb, storableText } from './jsonb.ts';
import { replacePlates } from './plates.ts';
import type { Tables } from './tables.ts';

type Db = Kysely<Tables>;

/** A turnover as the catalogue knows it. */
export type KnownTurnover = {
  turnoverId: string;
  state: TurnoverState;
  request: TurnoverRequest;
  planKey: string | null;
  package: string | null;
  publication: string | null;
};

/** Adds a turnover; one that is there keeps its state and gets the newest request. */
export async function upsertTurnover(db: Db, request: TurnoverRequest): Promise<void> {
  await db
    .insertInto('productions')
    .values({ name: request.production })
    .onConflict((c) => c.doNothing())
    .execute();
  await db
    .insertInto('turnovers')
    .values({
      turnover_id: turnoverId(request),
      production: request.production,
      name: request.name,
      revision: request.revision,
      state: 'waiting',
      request: jsonb(request),
    })
    .onConflict((c) => c.column('turnover_id').doUpdateSet({ request: jsonb(request) }))
    .execute();
}

/**
 * Writes down what is planned: events, their matches, plates, findings. Planning again replaces it; what was made stays made.
 * One transaction, serialized per turnover, so that nobody sees half a plan.
 */
export async function savePlan(
  db: Db,
  request: TurnoverRequest,
  plan: TurnoverPlan,
  planKey: string,
): Promise<void> {
  const id = turnoverId(request);
  await inTransaction(db, async (tx) => {
    await upsertTurnover(tx, request);
    await tx
      .selectFrom('turnovers')
      .select('turnover_id')
      .where('turnover_id', '=', id)
      .forUpdate()
      .execute();
    await tx
      .updateTable('turnovers')
      .set({ plan_key: planKey, findings: jsonb(plan.findings) })
      .where('turnover_id', '=', id)
      .execute();
    await replaceEvents(tx, id, plan);
    await replacePlates(tx, id, plan);
  });
}

/** Moves a turnover to a state. */
export async function setTurnoverState(db: Db, id: string, state: TurnoverState): Promise<void> {
  await db.updateTable('turnovers').set({ state }).where('turnover_id', '=', id).execute();
}

/** The turnover, or null when the catalogue does not know it. */
export async function getTurnover(db: Db, id: string): Promise<KnownTurnover | null> {
  const row = await db.selectFrom('turnovers').selectAll().where('turnover_id', '=', id).executeTakeFirst();
  return row ? turnoverOf(row) : null;
}

/** Turnovers of a production, by name and revision. */
export async function listTurnovers(db: Db, production: string): Promise<KnownTurnover[]> {
  const rows = await db
    .selectFrom('turnovers')
    .selectAll()
    .where('production', '=', production)
    .orderBy('name')
    .orderBy('revision')
    .execute();
  return rows.map(turnoverOf);
}

/** Turnovers of a production in which something waits: an event without a clip, or a plate not made. Who is told when a roll arrives. */
export async function waitingTurnovers(db: Db, production: string): Promise<string[]> {
  const rows = await db
    .selectFrom('turnovers')
    .select('turnover_id')
    .where('production', '=', production)
    .where('state', 'not in', ['published', 'cancelled', 'failed'])
    .where((eb) =>
      eb.or([
        eb('plan_key', 'is', null),
        eb.exists(
          eb
            .selectFrom('plates')
            .select('plate_id')
            .whereRef('plates.turnover_id', '=', 'turnovers.turnover_id')
            .where('plates.state', 'in', ['waiting', 'ambiguous']),
        ),
      ]),
    )
    .orderBy('turnover_id')
    .execute();
  return rows.map((row) => row.turnover_id);
}

/** A rebuild runs everything in a transaction of its own. */
function inTransaction(db: Db, work: (tx: Db) => Promise<void>): Promise<void> {
  return db.isTransaction ? work(db) : db.transaction().execute(work);
}

async function replaceEvents(tx: Db, id: string, plan: TurnoverPlan): Promise<void> {
  await tx.deleteFrom('events').where('turnover_id', '=', id).execute();
  const matches = new Map(plan.matches.map((match) => [match.eventIndex, match]));
  const rows = plan.events.map((event) => {
    const match = matches.get(event.index);
    return {
      turnover_id: id,
      event_index: event.index,
      reel: storableText(event.reel),
      verdict: match?.verdict ?? 'nothing-to-match',
      clip_id: match?.clipId ?? null,
      document: jsonb({ event, match: match ?? null }),
    };
  });
  for (let i = 0; i < rows.length; i += 1000)
    await tx
      .insertInto('events')
      .values(rows.slice(i, i + 1000))
      .execute();
}

function turnoverOf(row: {
  turnover_id: string;
  state: string;
  request: unknown;
  plan_key: string | null;
  package: string | null;
  publication: string | null;
}): KnownTurnover {
  return {
    turnoverId: row.turnover_id,
    state: row.state as TurnoverState,
    request: TurnoverRequest.parse(row.request),
    planKey: row.plan_key,
    package: row.package,
    publication: row.publication,
  };
}
