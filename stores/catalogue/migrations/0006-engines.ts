import { type Kysely, sql } from 'kysely';

/**
 * What engines there are at a site, what a production asks of them, and which passed its gate. Announcements are not
 * rebuilt from the object store: every worker says again what it has when it starts.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `CREATE TABLE site_engines (
    site text NOT NULL, engine text NOT NULL, host text NOT NULL, document jsonb NOT NULL, announced_at timestamptz NOT NULL,
    PRIMARY KEY (site, engine, host))`,
  `CREATE TABLE engine_settings (
    production text PRIMARY KEY, document jsonb NOT NULL, who text NOT NULL, decided_at timestamptz NOT NULL)`,
  `CREATE TABLE gate_verdicts (
    production text NOT NULL, engine text NOT NULL, camera_format text NOT NULL, judged_at timestamptz NOT NULL, passed boolean NOT NULL,
    document jsonb NOT NULL,
    PRIMARY KEY (production, engine, camera_format, judged_at))`,
];
