import type { Kysely } from 'kysely';
import type { Finding } from '../../schemas/finding.ts';
import type { TurnoverState } from '../../schemas/turnover.ts';
import { jsonb } from './jsonb.ts';
import { statusOf } from './status.ts';
import type { Tables } from './tables.ts';

type Db = Kysely<Tables>;

/** A publication of a turnover's package; `package` null: nothing was made. `at` is ISO 8601. */
export type Publication = {
  state: TurnoverState;
  package: string | null;
  publication: string;
  findings: readonly Finding[];
  at: string;
};

/** Writes a publication down, and answers with the frames of the whole turnover. The same publication again is no change. */
export async function savePublication(
  db: Db,
  turnoverId: string,
  made: Publication,
): Promise<{ wanted: number; made: number; reused: number }> {
  const { state, publication, findings, at } = made;
  await db
    .insertInto('packages')
    .values({
      turnover_id: turnoverId,
      publication,
      production: turnoverId.split('/')[0]!,
      state,
      findings: jsonb(findings),
      published_at: at,
    })
    .onConflict((c) =>
      c
        .columns(['turnover_id', 'publication'])
        .doUpdateSet({ state, findings: jsonb(findings), published_at: at }),
    )
    .execute();
  await db
    .updateTable('turnovers')
    .set({
      state,
      package: made.package,
      publication,
      findings: jsonb(findings),
    })
    .where('turnover_id', '=', turnoverId)
    .execute();
  const plates = (await statusOf(db, turnoverId))?.shots.flatMap((shot) => shot.plates) ?? [];
  return {
    wanted: sum(plates.map((plate) => plate.framesWanted)),
    made: sum(plates.map((plate) => plate.framesMade)),
    reused: sum(plates.map((plate) => plate.framesReused)),
  };
}

/** Publications of a production, newest first. */
export async function listPublications(
  db: Db,
  production: string,
): Promise<{ turnoverId: string; publication: string; state: TurnoverState; publishedAt: string }[]> {
  const rows = await db
    .selectFrom('packages')
    .select(['turnover_id', 'publication', 'state', 'published_at'])
    .where('production', '=', production)
    .orderBy('published_at', 'desc')
    .orderBy('publication', 'desc')
    .execute();
  return rows.map((row) => ({
    turnoverId: row.turnover_id,
    publication: row.publication,
    state: row.state as TurnoverState,
    publishedAt: row.published_at.toISOString(),
  }));
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
