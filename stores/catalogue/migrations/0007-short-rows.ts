import { type Kysely, sql } from 'kysely';

/**
 * A search in the order of results goes through rows, and what it costs is pages: the record moves out of the row, the lexemes that are
 * compared stay in it, and stay as they are.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`ALTER TABLE clips RESET (toast_tuple_target)`.execute(db);
  await sql`ALTER TABLE clips ALTER COLUMN search SET STORAGE MAIN`.execute(db);
}
