import { type Kysely, sql } from 'kysely';
import { InspectedClip } from '../../schemas/clip.ts';
import { type CatalogueClip, type ClipPlace, rowOfClip } from './clip-columns.ts';
import type { Tables } from './tables.ts';

type Db = Kysely<Tables>;

const ROWS_AT_ONCE = 500;

/** Writes down the clips of a roll; a clip that is there already gets its new facts. */
export async function upsertClips(db: Db, place: ClipPlace, clips: readonly CatalogueClip[]): Promise<void> {
  const byId = new Map(clips.map((clip) => [clip.clipId, clip]));
  const rows = [...byId.values()]
    .sort((a, b) => (a.clipId < b.clipId ? -1 : 1))
    .map((clip) => rowOfClip(place, clip));
  for (let i = 0; i < rows.length; i += ROWS_AT_ONCE) {
    const batch = rows.slice(i, i + ROWS_AT_ONCE);
    const changed = Object.keys(batch[0]!).filter((column) => column !== 'clip_id') as Exclude<
      keyof (typeof batch)[number],
      'clip_id'
    >[];
    await db
      .insertInto('clips')
      .values(batch)
      .onConflict((c) =>
        c
          .column('clip_id')
          .doUpdateSet((eb) =>
            Object.fromEntries(changed.map((column) => [column, eb.ref(`excluded.${column}`)])),
          ),
      )
      .execute();
  }
}

/** A clip as the catalogue knows it: the inspected record, and where it belongs. */
export type KnownClip = InspectedClip & {
  clipId: string;
  production: string;
  shootDay: string;
  rollId: string;
  cameraFormatId: string | null;
};

/** The clip, or null when the catalogue does not know it. */
export async function getClip(db: Db, clipId: string): Promise<KnownClip | null> {
  const row = await db.selectFrom('clips').select(COLUMNS).where('clip_id', '=', clipId).executeTakeFirst();
  return row ? knownClip(row) : null;
}

/** The clips of a roll, by name. */
export async function clipsOfRoll(db: Db, rollId: string): Promise<KnownClip[]> {
  const rows = await db
    .selectFrom('clips')
    .select(COLUMNS)
    .where('roll_id', '=', rollId)
    .orderBy('clip_name')
    .orderBy('clip_id')
    .execute();
  return rows.map(knownClip);
}

/** The sound recordings of a shoot day, by name. */
export async function soundOfDay(db: Db, production: string, shootDay: string): Promise<KnownClip[]> {
  const rows = await db
    .selectFrom('clips')
    .select(COLUMNS)
    .where('production', '=', production)
    .where('shoot_day', '=', shootDay)
    .where(sql<string>`document #>> '{fields,container,value}'`, 'in', ['wav', 'aiff'])
    .orderBy('clip_name')
    .orderBy('clip_id')
    .execute();
  return rows.map(knownClip);
}

/** What `knownClip` reads. */
export const COLUMNS = [
  'clip_id',
  'production',
  'shoot_day',
  'roll_id',
  'camera_format_id',
  'document',
  'clip_files',
] as const;

/** A row as a clip. */
export function knownClip(
  row: Pick<Tables['clips'], 'clip_id' | 'production' | 'shoot_day' | 'roll_id' | 'camera_format_id'> & {
    document: unknown;
    clip_files: unknown;
  },
): KnownClip {
  return {
    ...InspectedClip.parse({ ...(row.document as object), files: row.clip_files }),
    clipId: row.clip_id,
    production: row.production,
    shootDay: row.shoot_day,
    rollId: row.roll_id,
    cameraFormatId: row.camera_format_id,
  };
}
