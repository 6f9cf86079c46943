import { type Kysely, sql } from 'kysely';
import { PipelineError } from '../../schemas/failure.ts';
import { CopyRecord } from '../../schemas/ingest-facts.ts';
import type { ObjectStore } from '../objects/object-store.ts';
import { NOUNS } from './catalogue.ts';
import { catalogueFailure } from './catalogue-failure.ts';
import { upsertFiles } from './files.ts';
import { JournalEntry } from './journal.ts';
import { upsertSentFiles } from './roll-copies.ts';
import type { Tables } from './tables.ts';

type Db = Kysely<Tables>;

/** What a rebuild read. */
export type Rebuilt = { productions: number; writes: number; files: number };

/** Objects read ahead of the one that is being applied. */
const READ_AHEAD = 16;

/**
 * Empties the catalogue and fills it again from the facts in the object store. One transaction: until it ends others wait, and
 * a crash leaves everything as it was.
 * @param progress gets the facts applied so far and how many there are
 * @throws PipelineError service-away, unreadable for a fact that is not of its form
 */
export async function rebuildCatalogue(
  db: Db,
  store: ObjectStore,
  options: { signal?: AbortSignal; progress?: (done: number, all: number) => void } = {},
): Promise<Rebuilt> {
  try {
    return await db.transaction().execute(async (tx) => {
      // The lock comes before the listing: whoever writes to the journal after it waits here with the write itself.
      await sql`TRUNCATE ${sql.raw(TABLES.join(', '))}`.execute(tx);
      return await fill(tx as Db, store, options);
    });
  } catch (error) {
    throw catalogueFailure(error);
  }
}

const TABLES: (keyof Tables)[] = [
  'productions',
  'sites',
  'rolls',
  'announced_rolls',
  'files',
  'roll_copies',
  'copied_files',
  'chain_digests',
  'clips',
  'camera_formats',
  'learned_rules',
  'decisions',
  'engine_settings',
  'gate_verdicts',
  'turnovers',
  'events',
  'plates',
  'segments',
  'deliverables',
  'packages',
];

async function fill(
  tx: Db,
  store: ObjectStore,
  { signal, progress }: { signal?: AbortSignal; progress?: (done: number, all: number) => void },
): Promise<Rebuilt> {
  const { copies, journal, productions } = await factsOf(store);
  let files = 0;
  let done = 0;
  for await (const document of inOrder(store, [...copies, ...journal])) {
    signal?.throwIfAborted();
    if (done < copies.length) files += await applyCopy(tx, document);
    else await applyEntry(tx, document);
    done += 1;
    progress?.(done, copies.length + journal.length);
  }
  return { productions, writes: journal.length, files };
}

/** Keys of what is applied, in the order in which it happened. */
async function factsOf(
  store: ObjectStore,
): Promise<{ copies: string[]; journal: string[]; productions: number }> {
  const copies: { key: string; modifiedAt: string }[] = [];
  const journal: { key: string; when: string }[] = [];
  const productions = new Set<string>();
  for await (const { key, modifiedAt } of store.list(store.bucket('work'), 'facts/')) {
    const [, production = '', kind, ...rest] = key.split('/');
    if (kind === 'copies') copies.push({ key, modifiedAt });
    if (kind === 'catalogue') journal.push({ key, when: rest.join('/') });
    productions.add(production);
  }
  return {
    copies: copies
      .sort((a, b) => compare(a.modifiedAt, b.modifiedAt) || compare(a.key, b.key))
      .map(({ key }) => key),
    journal: journal.sort((a, b) => compare(a.when, b.when)).map(({ key }) => key),
    productions: productions.size,
  };
}

async function applyCopy(tx: Db, { key, document }: Read): Promise<number> {
  const record = CopyRecord.safeParse(document);
  if (!record.success) throw unreadable(key, record.error.message);
  const { rollId, sentTo, files } = record.data;
  if (sentTo === undefined) await upsertFiles(tx, rollId, files);
  else await upsertSentFiles(tx, rollId, sentTo, files);
  return record.data.files.length;
}

async function applyEntry(tx: Db, { key, document }: Read): Promise<void> {
  const entry = JournalEntry.safeParse(document);
  if (!entry.success) throw unreadable(key, entry.error.message);
  const call = NOUNS[entry.data.call] as (db: Db, ...args: unknown[]) => Promise<unknown>;
  await call(tx, ...entry.data.args);
}

type Read = { key: string; document: unknown };

/** Reads some ahead and gives them in order, so that memory stays bounded. */
async function* inOrder(store: ObjectStore, keys: string[]): AsyncGenerator<Read> {
  const bucket = store.bucket('work');
  const ahead: Promise<Read>[] = [];
  let next = 0;
  for (let i = 0; i < keys.length; i++) {
    while (next < keys.length && ahead.length < READ_AHEAD) {
      const key = keys[next]!;
      const read = store.getDocument(bucket, key).then((document) => ({ key, document }));
      // Looked at in its turn; until then a failure must not count as unhandled.
      read.catch(() => undefined);
      ahead.push(read);
      next += 1;
    }
    yield await ahead.shift()!;
  }
}

function unreadable(key: string, why: string): PipelineError {
  return new PipelineError('unreadable', `the fact ${key} is not of its form: ${why}`, { key });
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
