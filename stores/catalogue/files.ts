import { type Kysely, sql } from 'kysely';
import { CopiedFile } from '../../schemas/ingest-facts.ts';
import { jsonb } from './jsonb.ts';
import type { Tables } from './tables.ts';

type Db = Kysely<Tables>;

/** Rows of one statement: PostgreSQL takes 65535 values at once. */
const ROWS_AT_ONCE = 1000;

/** Writes down one file of a roll; again with other facts replaces them. */
export async function upsertFile(db: Db, rollId: string, file: CopiedFile): Promise<void> {
  await upsertFiles(db, rollId, [file]);
}

/** Writes down files of a roll, in the order of their paths so that two writers never wait for one another crosswise. */
export async function upsertFiles(db: Db, rollId: string, files: readonly CopiedFile[]): Promise<void> {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const rows = [...byPath.values()]
    .sort((a, b) => (a.path < b.path ? -1 : 1))
    .map((file) => rowOf(rollId, file));
  for (let i = 0; i < rows.length; i += ROWS_AT_ONCE) {
    await db
      .insertInto('files')
      .values(rows.slice(i, i + ROWS_AT_ONCE))
      .onConflict((c) =>
        c.columns(['roll_id', 'path']).doUpdateSet((eb) => ({
          size_bytes: eb.ref('excluded.size_bytes'),
          xxh128: eb.ref('excluded.xxh128'),
          outcome: eb.ref('excluded.outcome'),
          bucket: eb.ref('excluded.bucket'),
          key: eb.ref('excluded.key'),
          version_id: eb.ref('excluded.version_id'),
          document: eb.ref('excluded.document'),
        })),
      )
      .execute();
  }
}

/** Those of these files of a roll that were written down, by path. */
export async function filesNamed(db: Db, rollId: string, paths: readonly string[]): Promise<CopiedFile[]> {
  const rows = await db
    .selectFrom('files')
    .select('document')
    .where('roll_id', '=', rollId)
    .where(sql<boolean>`path = any(${[...paths]}::text[])`)
    .orderBy('path')
    .execute();
  return rows.map((row) => CopiedFile.parse(row.document));
}

/** Every file of a roll that was written down, by path; `under` narrows to a folder (no slash at its end). */
export async function filesOf(db: Db, rollId: string, under?: string): Promise<CopiedFile[]> {
  let query = db.selectFrom('files').select('document').where('roll_id', '=', rollId);
  if (under !== undefined) query = query.where('path', '>=', `${under}/`).where('path', '<', `${under}0`);
  const rows = await query.orderBy('path').execute();
  return rows.map((row) => CopiedFile.parse(row.document));
}

function rowOf(rollId: string, file: CopiedFile) {
  return {
    roll_id: rollId,
    path: file.path,
    size_bytes: file.sizeBytes,
    xxh128: file.digests.xxh128 ?? null,
    outcome: file.outcome,
    bucket: file.bucket,
    key: file.key,
    version_id: file.versionId ?? null,
    document: jsonb(file),
  };
}
