import { type Kysely, sql } from 'kysely';

/**
 * Search at a million clips: one inverted index over lexemes under the keys of the query language, one over the stretch of the
 * day that a clip's timecode covers. A clip's files leave its document, so that reading fields does not read ten thousand names.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `ALTER TABLE clips DROP COLUMN search, DROP COLUMN search_text`,
  `ALTER TABLE clips ADD COLUMN clip_files jsonb, ADD COLUMN lexemes text[] NOT NULL DEFAULT '{}'`,
  `UPDATE clips SET clip_files = document->'files', document = document - 'files'`,
  `ALTER TABLE clips ALTER COLUMN clip_files SET NOT NULL, ALTER COLUMN lexemes DROP DEFAULT`,
  `ALTER TABLE clips ADD COLUMN search tsvector GENERATED ALWAYS AS (array_to_tsvector(lexemes)) STORED`,
  // No pending list: a search must not pay for the ingest that runs beside it.
  `CREATE INDEX clips_by_lexeme ON clips USING gin (search) WITH (fastupdate = off)`,
  `CREATE INDEX clips_by_timecode ON clips USING gist (timecode_span)`,
  `CREATE INDEX clips_by_date ON clips (recorded_on)`,
  `ALTER TABLE clips ALTER COLUMN search SET STATISTICS 1000`,
  // Nobody asked for these, and a rebuilt catalogue could not be equal to the one that was lost.
  ...['productions', 'sites', 'chain_digests', 'camera_formats'].map(
    (table) => `ALTER TABLE ${table} DROP COLUMN first_seen_at`,
  ),
  ...['rolls', 'turnovers'].map((table) => `ALTER TABLE ${table} DROP COLUMN updated_at`),
];
