import { type Kysely, type SqlBool, sql } from 'kysely';
import type { ClipHit, ClipQuery, ClipSearchResult } from '../../../schemas/clip-query.ts';
import { PipelineError } from '../../../schemas/failure.ts';
import type { Tables } from '../tables.ts';
import { conditionsOf } from './conditions.ts';
import { findPage } from './find-page.ts';
import { type ReasonRow, reasonsOf } from './match-reasons.ts';
import { parseQuery } from './parse-query.ts';

type Db = Kysely<Tables>;

const SHOWN = [
  'clip_id',
  'production',
  'shoot_day',
  'roll_id',
  'clip_name',
  'reel_name',
  'camera_label',
  'camera_make',
  'camera_model',
  'lens',
  'codec',
  'width_px',
  'height_px',
  'rate_num',
  'rate_den',
  'start_timecode',
  'frame_count',
  'recorded_on',
  'scene',
  'shot',
  'take',
  'is_proxy',
  'camera_format_id',
  'file_names',
  'missing',
] as const;

/** How a search is paged and narrowed. */
export type SearchOptions = {
  production?: string;
  /** @default 50, at most 500 */
  limit?: number;
  /** `next` of the page before. */
  after?: string;
};

/**
 * Finds clips by a query (see QUERY_KEYS) and says of each why it is there. An empty query lists everything.
 * @throws PipelineError input-invalid with a sentence for a query that is not understood
 */
export async function searchClips(
  db: Db,
  text: string,
  options: SearchOptions = {},
): Promise<ClipSearchResult> {
  const query = parseQuery(text);
  const limit = Math.max(1, Math.min(options.limit ?? 50, 500));
  const rows = await find(db, query, { ...options, limit: limit + 1 });
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    version: 1,
    kind: 'clip-search',
    query,
    clips: page.map((row) => hitOf(row, query)),
    next: rows.length > limit && last ? cursorOf(last) : null,
  };
}

async function find(
  db: Db,
  query: ClipQuery,
  options: SearchOptions & { limit: number },
): Promise<(ReasonRow & ShownRow)[]> {
  const { production, after, limit } = options;
  const { within, conditions } = conditionsOf(query, production);
  if (after !== undefined) {
    const [inProduction, day, name, id] = placeOf(after);
    within.push(
      sql<SqlBool>`(production, shoot_day, clip_name, clip_id) > (${inProduction}, ${day}, ${name}, ${id})`,
    );
  }
  const ids = await findPage(db, { within, conditions, limit });
  return ids.length === 0 ? [] : shown(db, ids, query);
}

/** The rows of a page, in its order. */
async function shown(db: Db, ids: string[], query: ClipQuery): Promise<(ReasonRow & ShownRow)[]> {
  // The whole record is read only where free words may have met any field of it.
  const withFields = query.terms.some(({ wanted }) => wanted.kind === 'words' && wanted.key === 'text');
  const fields = withFields ? sql<unknown>`document->'fields'` : sql<unknown>`null::jsonb`;
  const rows = await db
    .selectFrom('clips')
    .select(SHOWN)
    .select(fields.as('fields'))
    .where('clip_id', 'in', ids)
    .execute();
  const byId = new Map(rows.map((row) => [row.clip_id, row]));
  // A clip may have left between the two questions.
  return ids.flatMap((id) => byId.get(id) ?? []);
}

type ShownRow = {
  [Column in (typeof SHOWN)[number]]: Column extends 'missing' | 'file_names'
    ? string[]
    : Tables['clips'][Column];
};

function hitOf(row: ReasonRow & ShownRow, query: ClipQuery): ClipHit {
  return {
    clipId: row.clip_id,
    production: row.production,
    shootDay: row.shoot_day,
    rollId: row.roll_id,
    clipName: row.clip_name,
    reelName: row.reel_name,
    camera: [row.camera_make, row.camera_model].filter(Boolean).join(' ') || null,
    lens: row.lens,
    startTimecode: row.start_timecode,
    frameRate:
      row.rate_num === null || row.rate_den === null ? null : { num: row.rate_num, den: row.rate_den },
    frameCount: row.frame_count,
    size:
      row.width_px === null || row.height_px === null ? null : { width: row.width_px, height: row.height_px },
    codec: row.codec,
    scene: row.scene,
    take: row.take,
    isProxy: row.is_proxy,
    cameraFormatId: row.camera_format_id,
    missing: row.missing,
    why: reasonsOf(row, query),
  };
}

function cursorOf(row: ShownRow): string {
  return Buffer.from(JSON.stringify([row.production, row.shoot_day, row.clip_name, row.clip_id])).toString(
    'base64url',
  );
}

function placeOf(cursor: string): [string, string, string, string] {
  try {
    const place: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (Array.isArray(place) && place.length === 4 && place.every((part) => typeof part === 'string'))
      return place as [string, string, string, string];
  } catch {
    // Told below, like every other form that is not ours.
  }
  throw new PipelineError('input-invalid', `“${cursor}” is not the next page of a search`, { after: cursor });
}
