import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import * as cameraFormats from './camera-formats.ts';
import { catalogueFailure } from './catalogue-failure.ts';
import * as chainDigests from './chain-digests.ts';
import * as clips from './clips.ts';
import * as decisions from './decisions.ts';
import * as files from './files.ts';
import * as matching from './matching.ts';
import { migrate } from './migrate.ts';
import * as packages from './packages.ts';
import * as plates from './plates.ts';
import * as rolls from './rolls.ts';
import * as search from './search/search-clips.ts';
import * as status from './status.ts';
import type { Tables } from './tables.ts';
import * as turnovers from './turnovers.ts';

const NOUNS = {
  ...cameraFormats,
  ...chainDigests,
  ...clips,
  ...decisions,
  ...files,
  ...matching,
  ...packages,
  ...plates,
  ...rolls,
  ...search,
  ...status,
  ...turnovers,
};

type Nouns = typeof NOUNS;

/** The catalogue: every function of the nouns' files, on one pool of connections. */
export type Catalogue = {
  [Name in keyof Nouns]: Nouns[Name] extends (db: Kysely<Tables>, ...rest: infer Rest) => infer Result
    ? (...rest: Rest) => Result
    : never;
} & {
  /** Brings the tables up to date; `up` and the control pool only. */
  migrate(): Promise<string[]>;
  /** For search and rebuild, which live in files of their own. */
  db: Kysely<Tables>;
  close(): Promise<void>;
};

const INT8 = 20;

/** Opens the catalogue; connects on first use. @param url postgres://… @throws PipelineError service-away, conflict, from its calls */
export function createCatalogue(url: string, options: { connections?: number } = {}): Catalogue {
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
  return {
    ...bound(db),
    migrate: () => calling(() => migrate(db)),
    db,
    close: () => db.destroy(),
  };
}

function bound(db: Kysely<Tables>): Omit<Catalogue, 'migrate' | 'db' | 'close'> {
  const entries = Object.entries(NOUNS).map(([name, call]) => [
    name,
    (...rest: unknown[]) =>
      calling(() => (call as (db: Kysely<Tables>, ...rest: unknown[]) => Promise<unknown>)(db, ...rest)),
  ]);
  return Object.fromEntries(entries) as Omit<Catalogue, 'migrate' | 'db' | 'close'>;
}

async function calling<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw catalogueFailure(error);
  }
}
