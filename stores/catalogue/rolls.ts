import type { Kysely } from 'kysely';
import type { Finding } from '../../schemas/finding.ts';
import { type RollReport, type RollState, rollId } from '../../schemas/roll.ts';
import { jsonb, storableText } from './jsonb.ts';
import { type RollCopy, rollCopiesOf } from './roll-copies.ts';
import type { Tables } from './tables.ts';

type Db = Kysely<Tables>;

/** A roll as ingest tells of it. */
export type NewRoll = {
  production: string;
  shootDay: string;
  roll: string;
  site: string;
  state: RollState;
  source?: string;
};

/** A roll as the catalogue knows it; `report` is that of its last ingest. */
export type CatalogueRoll = {
  rollId: string;
  production: string;
  shootDay: string;
  roll: string;
  site: string;
  state: RollState;
  source: string | null;
  generation: number | null;
  counts: RollReport['counts'] | null;
  findings: Finding[];
  report: RollReport | null;
  /** Sites beside its home that it was sent to. */
  copies: RollCopy[];
};

/** Adds a roll or moves it to a new state. */
export async function upsertRoll(db: Db, roll: NewRoll): Promise<void> {
  await db
    .insertInto('productions')
    .values({ name: roll.production })
    .onConflict((c) => c.doNothing())
    .execute();
  await db
    .insertInto('sites')
    .values({ name: roll.site })
    .onConflict((c) => c.doNothing())
    .execute();
  const row = {
    roll_id: rollId(roll),
    production: roll.production,
    shoot_day: roll.shootDay,
    roll: roll.roll,
    site: roll.site,
    state: roll.state,
    source: roll.source === undefined ? null : storableText(roll.source),
  };
  const { roll_id: _, ...changes } = row;
  await db
    .insertInto('rolls')
    .values(row)
    .onConflict((c) => c.column('roll_id').doUpdateSet(changes))
    .execute();
}

/** Moves a roll to a state. A roll that nobody added stays unknown. */
export async function setRollState(db: Db, id: string, state: RollState): Promise<void> {
  await db.updateTable('rolls').set({ state }).where('roll_id', '=', id).execute();
}

/** Writes down how an ingest ended: state, counts, generation, findings. */
export async function saveRollReport(db: Db, report: RollReport): Promise<void> {
  await db
    .updateTable('rolls')
    .set({
      state: report.state,
      counts: jsonb(report.counts),
      generation: report.generation,
      findings: jsonb(report.findings),
      report: jsonb(report),
    })
    .where('roll_id', '=', report.rollId)
    .execute();
}

/** The roll, or null when the catalogue does not know it. */
export async function getRoll(db: Db, id: string): Promise<CatalogueRoll | null> {
  const row = await db.selectFrom('rolls').selectAll().where('roll_id', '=', id).executeTakeFirst();
  return row ? rollOf(row, await rollCopiesOf(db, [id])) : null;
}

/** Rolls, by day and name. */
export async function listRolls(
  db: Db,
  filter: { production?: string; shootDay?: string } = {},
): Promise<CatalogueRoll[]> {
  let query = db.selectFrom('rolls').selectAll();
  if (filter.production !== undefined) query = query.where('production', '=', filter.production);
  if (filter.shootDay !== undefined) query = query.where('shoot_day', '=', filter.shootDay);
  const rows = await query.orderBy('production').orderBy('shoot_day').orderBy('roll').execute();
  const copies = await rollCopiesOf(
    db,
    rows.map((row) => row.roll_id),
  );
  return rows.map((row) => rollOf(row, copies));
}

/** Says which rolls a shoot day will have. Announcing again adds; nothing is taken back. */
export async function announceRolls(
  db: Db,
  announcement: { production: string; shootDay: string; rolls: string[]; who: string; at: string },
): Promise<void> {
  const { production, shootDay, who, at } = announcement;
  const rows = [...new Set(announcement.rolls)]
    .sort()
    .map((roll) => ({ production, shoot_day: shootDay, roll, who, announced_at: at }));
  if (rows.length > 0)
    await db
      .insertInto('announced_rolls')
      .values(rows)
      .onConflict((c) => c.doNothing())
      .execute();
}

/** Productions of which rolls were announced for a day, whether or not any came. */
export async function productionsAnnounced(db: Db, shootDay: string): Promise<string[]> {
  const rows = await db
    .selectFrom('announced_rolls')
    .select('production')
    .distinct()
    .where('shoot_day', '=', shootDay)
    .orderBy('production')
    .execute();
  return rows.map((row) => row.production);
}

/** How far a shoot day is: complete when at least one roll was announced and every announced roll is sealed. */
export type DayCompleteness = {
  production: string;
  shootDay: string;
  isComplete: boolean;
  rolls: { roll: string; isAnnounced: boolean; state: RollState | null }[];
  /** Announced and not sealed: what the day still lacks. */
  lacking: { roll: string; state: RollState | null }[];
};

/** What is announced and what is here; `state` null: announced and not arrived. */
export async function dayCompleteness(
  db: Db,
  production: string,
  shootDay: string,
): Promise<DayCompleteness> {
  const here = new Map(
    (await listRolls(db, { production, shootDay })).map((roll) => [roll.roll, roll.state]),
  );
  const announcedRows = await db
    .selectFrom('announced_rolls')
    .select('roll')
    .where('production', '=', production)
    .where('shoot_day', '=', shootDay)
    .execute();
  const announced = new Set(announcedRows.map((row) => row.roll));
  const names = [...new Set([...announced, ...here.keys()])].sort();
  const rolls = names.map((roll) => ({
    roll,
    isAnnounced: announced.has(roll),
    state: here.get(roll) ?? null,
  }));
  const lacking = rolls
    .filter((roll) => roll.isAnnounced && roll.state !== 'sealed')
    .map(({ roll, state }) => ({ roll, state }));
  return { production, shootDay, isComplete: announced.size > 0 && lacking.length === 0, rolls, lacking };
}

function rollOf(row: Record<string, unknown>, copies: ReadonlyMap<string, RollCopy[]>): CatalogueRoll {
  return {
    rollId: row.roll_id as string,
    production: row.production as string,
    shootDay: row.shoot_day as string,
    roll: row.roll as string,
    site: row.site as string,
    state: row.state as RollState,
    source: row.source as string | null,
    generation: row.generation as number | null,
    counts: row.counts as CatalogueRoll['counts'],
    findings: row.findings as Finding[],
    report: row.report as RollReport | null,
    copies: copies.get(row.roll_id as string) ?? [],
  };
}
