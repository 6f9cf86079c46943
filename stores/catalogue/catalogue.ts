import { Kysely, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import * as cameraFormats from './camera-formats.ts';
import { catalogueFailure } from './catalogue-failure.ts';
import * as chainDigests from './chain-digests.ts';
import * as clips from './clips.ts';
import * as decisions from './decisions.ts';
import * as engines from './engines.ts';
import * as files from './files.ts';
import { isWrite, type Journal, productionOf } from './journal.ts';
import * as matching from './matching.ts';
import { migrate } from './migrate.ts';
import * as packages from './packages.ts';
import * as plates from './plates.ts';
import * as rollCopies from './roll-copies.ts';
import * as rolls from './rolls.ts';
import * as search from './search/search-clips.ts';
import * as status from './status.ts';
import type { Tables } from './tables.ts';
import * as turnovers from './turnovers.ts';

/** The functions of every noun, by name. */
export const NOUNS = {
  ...cameraFormats,
  ...chainDigests,
  ...clips,
  ...decisions,
  ...engines,
  ...files,
  ...matching,
  ...packages,
  ...plates,
  ...rollCopies,
  ...rolls,
  ...search,
  ...status,
  ...turnovers,
};

type Nouns = typeof NOUNS;
type Call = (db: Kysely<Tables>, ...rest: unknown[]) => Promise<unknown>;

/** The catalogue: every function of the nouns' files, on one pool of connections. */
export type Catalogue = {
  [Name in keyof Nouns]: Nouns[Name] extends (db: Kysely<Tables>, ...rest: infer Rest) => infer Result
    ? (...rest: Rest) => Result
    : never;
} & {
  /** Brings the tables up to date; `up` and the control pool only. */
  migrate(): Promise<string[]>;
  /** For the rebuild, which lives in a file of its own. */
  db: Kysely<Tables>;
  close(): Promise<void>;
};

const INT8 = 20;

/**
 * Opens the catalogue; connects on first use.
 * @param url postgres://…
 * @param options.journal where each write is kept before it is done; without one the catalogue cannot be rebuilt
 * @throws PipelineError service-away, conflict, from its calls
 */
export function createCatalogue(
  url: string,
  options: { connections?: number; journal?: Journal } = {},
): Catalogue {
  const pool = new pg.Pool({
    connectionString: url,
    max: options.connections ?? 10,
    application_name: 'rushes',
    // Counts and sizes stay below 2^53; as text they would be a trap in every sum.
    types: { getTypeParser: (oid, format) => (oid === INT8 ? Number : pg.types.getTypeParser(oid, format)) },
  });
  // A connection that breaks while idle is replaced on next use; without a listener it would end the process.
  pool.on('error', () => undefined);
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  const calls = Object.entries(NOUNS).map(([name, call]) => [
    name,
    bound(db, name, call as Call, options.journal),
  ]);
  return {
    ...(Object.fromEntries(calls) as Omit<Catalogue, 'migrate' | 'db' | 'close'>),
    migrate: () => calling(() => migrate(db)),
    db,
    close: () => db.destroy(),
  };
}

/** The object store is the truth: a write is kept there first, so that a crash in between loses nothing of it. */
function bound(
  db: Kysely<Tables>,
  name: string,
  call: Call,
  journal: Journal | undefined,
): (...args: unknown[]) => Promise<unknown> {
  if (!journal || !isWrite(name)) return (...args) => calling(() => call(db, ...args));
  return (...args) =>
    calling(async () => {
      const given = args.slice(0, args.findLastIndex((arg) => arg !== undefined) + 1);
      await journal.write(productionOf(name, given), {
        version: 1,
        kind: 'catalogue-entry',
        at: await databaseTime(db),
        call: name,
        args: given,
      });
      return call(db, ...args);
    });
}

/** One clock for all workers, to the microsecond, so that writes replay in the order in which they were made. */
async function databaseTime(db: Kysely<Tables>): Promise<string> {
  const { rows } = await sql<{
    at: string;
  }>`SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS at`.execute(db);
  return rows[0]!.at;
}

async function calling<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw catalogueFailure(error);
  }
}
