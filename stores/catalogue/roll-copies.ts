import { type Kysely, sql } from 'kysely';
import { CopiedFile } from '../../schemas/ingest-facts.ts';
import type { RollReport, RollState } from '../../schemas/roll.ts';
import { jsonb } from './jsonb.ts';
import type { Tables } from './tables.ts';

type Db = Kysely<Tables>;

/** Rows of one statement: PostgreSQL takes 65535 values at once. */
const ROWS_AT_ONCE = 1000;

/** A roll at a site beside its home, as its last transfer or verification there left it. */
export type RollCopy = { site: string; state: RollState; generation: number | null; report: RollReport };

/** Writes down how a transfer or a verification at another site ended. */
export async function saveRollCopy(db: Db, site: string, report: RollReport): Promise<void> {
  const changes = { state: report.state, generation: report.generation, report: jsonb(report) };
  await db
    .insertInto('roll_copies')
    .values({ roll_id: report.rollId, site, ...changes })
    .onConflict((c) => c.columns(['roll_id', 'site']).doUpdateSet(changes))
    .execute();
}

/** Where else rolls lie, by roll and site. */
export async function rollCopiesOf(db: Db, rollIds: readonly string[]): Promise<Map<string, RollCopy[]>> {
  const rows = await db
    .selectFrom('roll_copies')
    .select(['roll_id', 'site', 'state', 'generation', 'report'])
    .where(sql<boolean>`roll_id = any(${[...rollIds]}::text[])`)
    .orderBy('site')
    .execute();
  const copies = rows.map(({ roll_id, site, state, generation, report }) => ({
    rollId: roll_id,
    copy: { site, state: state as RollState, generation, report: report as RollReport },
  }));
  return new Map(
    [...Map.groupBy(copies, ({ rollId }) => rollId)].map(([id, found]) => [
      id,
      found.map(({ copy }) => copy),
    ]),
  );
}

/** Writes down files of a roll at another site, in the order of their paths; again with other facts replaces them. */
export async function upsertSentFiles(
  db: Db,
  rollId: string,
  site: string,
  files: readonly CopiedFile[],
): Promise<void> {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const rows = [...byPath.values()]
    .sort((a, b) => (a.path < b.path ? -1 : 1))
    .map((file) => ({ roll_id: rollId, site, path: file.path, document: jsonb(file) }));
  for (let i = 0; i < rows.length; i += ROWS_AT_ONCE) {
    await db
      .insertInto('copied_files')
      .values(rows.slice(i, i + ROWS_AT_ONCE))
      .onConflict((c) =>
        c
          .columns(['roll_id', 'site', 'path'])
          .doUpdateSet((eb) => ({ document: eb.ref('excluded.document') })),
      )
      .execute();
  }
}

/** Files of a roll that were written down at another site, by path. @param paths only those of these; @default every one */
export async function sentFilesOf(
  db: Db,
  rollId: string,
  site: string,
  paths?: readonly string[],
): Promise<CopiedFile[]> {
  let query = db
    .selectFrom('copied_files')
    .select('document')
    .where('roll_id', '=', rollId)
    .where('site', '=', site);
  if (paths !== undefined) query = query.where(sql<boolean>`path = any(${[...paths]}::text[])`);
  const rows = await query.orderBy('path').execute();
  return rows.map((row) => CopiedFile.parse(row.document));
}
