import type { Kysely } from 'kysely';
import type { HashFormat } from '../../schemas/hash.ts';
import type { Tables } from './tables.ts';

type Db = Kysely<Tables>;

/** A generation as it was first seen. `history` is the folder of the ascmhl folder, relative to the roll; empty: the roll itself. */
export type ChainDigest = {
  history: string;
  sequence: number;
  path: string;
  format: HashFormat;
  digest: string;
};

/** The site that stands for a roll's home, wherever that is. */
const HOME = '';

/**
 * Remembers generations at first sight; what was seen first is never replaced, so a forged or deleted one is noticed.
 * @param site where the roll was sent to. @default its home
 */
export async function rememberChainDigests(
  db: Db,
  rollId: string,
  digests: readonly ChainDigest[],
  site = HOME,
): Promise<void> {
  const rows = [...digests]
    .sort((a, b) => a.history.localeCompare(b.history) || a.sequence - b.sequence)
    .map((digest) => ({ roll_id: rollId, site, ...digest }));
  if (rows.length > 0)
    await db
      .insertInto('chain_digests')
      .values(rows)
      .onConflict((c) => c.doNothing())
      .execute();
}

/** Every generation of a roll as first seen at a site, by history and number. @param site @default the roll's home */
export async function chainDigestsOf(db: Db, rollId: string, site = HOME): Promise<ChainDigest[]> {
  const rows = await db
    .selectFrom('chain_digests')
    .select(['history', 'sequence', 'path', 'format', 'digest'])
    .where('roll_id', '=', rollId)
    .where('site', '=', site)
    .orderBy('history')
    .orderBy('sequence')
    .execute();
  return rows.map((row) => ({ ...row, format: row.format as HashFormat }));
}
