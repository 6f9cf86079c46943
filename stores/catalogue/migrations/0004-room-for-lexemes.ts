import { type Kysely, sql } from 'kysely';

/** Rows up to half a page stay whole, so that the lexemes of a clip are compared without being unpacked first; records move out. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`ALTER TABLE clips SET (toast_tuple_target = 4080)`.execute(db);
}
