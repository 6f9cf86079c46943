import { type Kysely, sql } from 'kysely';

/** Rolls at sites beside their home: each with its files, its state and its own chain. An empty site is the home. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `CREATE TABLE roll_copies (
    roll_id text NOT NULL, site text NOT NULL, state text NOT NULL, generation integer, report jsonb NOT NULL,
    PRIMARY KEY (roll_id, site))`,
  `CREATE TABLE copied_files (
    roll_id text NOT NULL, site text NOT NULL, path text COLLATE "C" NOT NULL, document jsonb NOT NULL,
    PRIMARY KEY (roll_id, site, path))`,
  `ALTER TABLE chain_digests ADD COLUMN site text NOT NULL DEFAULT ''`,
  `ALTER TABLE chain_digests DROP CONSTRAINT chain_digests_pkey, ADD PRIMARY KEY (roll_id, site, history, sequence)`,
];
