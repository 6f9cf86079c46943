import { type Expression, type Kysely, type SqlBool, sql } from 'kysely';
import type { Tables } from '../tables.ts';

type Db = Kysely<Tables>;
type Condition = Expression<SqlBool>;

/** What bounds a page: everything in `within` is answered by the index that keeps the order of results. */
export type PageBounds = { within: Condition[]; conditions: Condition[]; limit: number };

/** How much is looked at before another way is taken. */
export type SearchEffort = { shortWalk: number; promising: number; longWalk: number; fewHits: number };

/**
 * The short walk answers what fits one clip in ten; from four hits in it on it is told how far a walk must go for a page; hits
 * that are few are fetched from the indexes and sorted. Measured over a million clips: `npm run bench -- search`.
 */
const EFFORT: SearchEffort = { shortWalk: 500, promising: 4, longWalk: 20_000, fewHits: 8_000 };

/**
 * Ids of the next clips in the order of results. The planner cannot know how conditions hang together (no VENICE records
 * ARRIRAW), and one wrong guess walks a million rows, so the way is chosen by what is found: in order where hits lie close,
 * by the indexes where they are few, and only for many hits that lie far away by a sort of all of them.
 */
export async function findPage(db: Db, bounds: PageBounds, effort = EFFORT): Promise<string[]> {
  const isPage = (ids: string[]): boolean => ids.length === bounds.limit;
  const short = await walk(db, bounds, effort.shortWalk);
  if (isPage(short) || bounds.conditions.length === 0) return short;
  const lieClose = short.length >= effort.promising;
  if (lieClose) {
    const expected = Math.ceil((1.5 * effort.shortWalk * bounds.limit) / short.length);
    const long = await walk(db, bounds, Math.min(expected, effort.longWalk));
    if (isPage(long)) return long;
  }
  const few = await fromIndexes(db, bounds, effort.fewHits);
  if (few !== null) return few;
  const long = lieClose ? [] : await walk(db, bounds, effort.longWalk);
  return isPage(long) ? long : ((await fromIndexes(db, bounds, null)) ?? []);
}

/** Goes through clips in order and keeps those that fit. Conditions stay outside the inner limit, so that no more rows are read. */
async function walk(db: Db, { within, conditions, limit }: PageBounds, rows: number): Promise<string[]> {
  const isUnbounded = conditions.length === 0;
  const { rows: found } = await sql<{ clip_id: string }>`
    SELECT clip_id FROM (SELECT * FROM clips WHERE ${all(within)} ${ORDER} LIMIT ${isUnbounded ? limit : rows}) AS clips
    WHERE ${all(conditions)} ${ORDER} LIMIT ${limit}`.execute(db);
  return found.map((row) => row.clip_id);
}

/** Asks the indexes for hits and sorts them; null when there are more than `most`. */
async function fromIndexes(
  db: Db,
  { within, conditions, limit }: PageBounds,
  most: number | null,
): Promise<string[] | null> {
  return db.transaction().execute(async (tx) => {
    // Only bitmaps: every other way begins with the guess that this one is there to avoid. Compiling takes longer than answering.
    await sql`SELECT set_config('enable_seqscan', 'off', true), set_config('enable_indexscan', 'off', true),
      set_config('enable_indexonlyscan', 'off', true), set_config('work_mem', '32MB', true), set_config('jit', 'off', true)`.execute(
      tx,
    );
    const { rows } = await sql<{ clip_id: string; hits: number }>`
      WITH hits AS MATERIALIZED (
        SELECT clip_id, production, shoot_day, clip_name FROM clips WHERE ${all([...within, ...conditions])} ${most === null ? sql`` : sql`LIMIT ${most + 1}`})
      SELECT clip_id, (SELECT count(*) FROM hits) AS hits FROM hits ${ORDER} LIMIT ${limit}`.execute(tx);
    return most !== null && (rows[0]?.hits ?? 0) > most ? null : rows.map((row) => row.clip_id);
  });
}

const ORDER = sql`ORDER BY production, shoot_day, clip_name, clip_id`;

function all(conditions: Condition[]): Expression<unknown> {
  return conditions.length === 0 ? sql`true` : sql.join(conditions, sql` AND `);
}
