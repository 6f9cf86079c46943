import type { Kysely } from 'kysely';
import { Migrator } from 'kysely/migration';
import * as firstTables from './migrations/0001-first-tables.ts';
import * as search from './migrations/0002-search.ts';
import * as beginnings from './migrations/0003-beginnings-of-words.ts';
import * as roomForLexemes from './migrations/0004-room-for-lexemes.ts';
import * as copiesOfRolls from './migrations/0005-copies-of-rolls.ts';
import * as engines from './migrations/0006-engines.ts';
import * as shortRows from './migrations/0007-short-rows.ts';
import type { Tables } from './tables.ts';

/** Every migration by its number; a number is never used twice and a migration that ran anywhere never changes. */
const MIGRATIONS = {
  '0001-first-tables': firstTables,
  '0002-search': search,
  '0003-beginnings-of-words': beginnings,
  '0004-room-for-lexemes': roomForLexemes,
  '0005-copies-of-rolls': copiesOfRolls,
  '0006-engines': engines,
  '0007-short-rows': shortRows,
};

/**
 * Brings the database to the newest tables. Run by `up` and the control pool only; several at once wait for one another.
 * Returns the names of what ran now.
 */
export async function migrate(db: Kysely<Tables>): Promise<string[]> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => MIGRATIONS } });
  const { error, results } = await migrator.migrateToLatest();
  if (error) throw error;
  return (results ?? [])
    .filter((result) => result.status === 'Success')
    .map((result) => result.migrationName);
}
