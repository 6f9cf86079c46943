import type { Kysely } from 'kysely';
import type { Tables } from './tables.ts';

type Db = Kysely<Tables>;

/** A person's answer to an ambiguous event. `eventKey` identifies the use across lists; `at` is ISO 8601. */
export type Decision = { eventIndex: number; eventKey: string; clipId: string; who: string; at: string };

/** Keeps an answer as a rule of the production; a later answer to the same use replaces it, an earlier one that arrives late does not. */
export async function saveDecision(db: Db, turnoverId: string, decision: Decision): Promise<void> {
  const row = {
    production: turnoverId.split('/')[0] ?? turnoverId,
    event_key: decision.eventKey,
    clip_id: decision.clipId,
    turnover_id: turnoverId,
    event_index: decision.eventIndex,
    who: decision.who,
    decided_at: decision.at,
  };
  const { production: _, event_key: __, ...changes } = row;
  await db
    .insertInto('decisions')
    .values(row)
    .onConflict((c) =>
      c
        .columns(['production', 'event_key'])
        .doUpdateSet(changes)
        .where('decisions.decided_at', '<=', new Date(decision.at)),
    )
    .execute();
}

/** People's answers of a production: clip id by event key. */
export async function decisionsOf(db: Db, production: string): Promise<Record<string, string>> {
  const rows = await db
    .selectFrom('decisions')
    .select(['event_key', 'clip_id'])
    .where('production', '=', production)
    .orderBy('event_key')
    .execute();
  return Object.fromEntries(rows.map((row) => [row.event_key, row.clip_id]));
}

/** The same with who answered, where and when, for reports. */
export async function decisionHistory(
  db: Db,
  production: string,
): Promise<(Decision & { turnoverId: string })[]> {
  const rows = await db
    .selectFrom('decisions')
    .selectAll()
    .where('production', '=', production)
    .orderBy('decided_at')
    .orderBy('event_key')
    .execute();
  return rows.map((row) => ({
    turnoverId: row.turnover_id,
    eventIndex: row.event_index,
    eventKey: row.event_key,
    clipId: row.clip_id,
    who: row.who,
    at: row.decided_at.toISOString(),
  }));
}
