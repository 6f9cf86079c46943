import type { Kysely } from 'kysely';
import type { CameraFormatChoices } from '../../pipeline/delivery/clip-source.ts';
import { CameraFormat, CameraFormatAttributes, type LearnedRule } from '../../schemas/camera-format.ts';
import { PipelineError } from '../../schemas/failure.ts';
import { jsonb } from './jsonb.ts';
import type { Tables } from './tables.ts';

type Db = Kysely<Tables>;

/** Adds a camera format, or gives it what inspection says now; people's rules stay as they are. */
export async function upsertCameraFormat(db: Db, format: CameraFormat): Promise<void> {
  const changes = { production: format.production, label: format.label, document: jsonb(format) };
  await db
    .insertInto('camera_formats')
    .values({ format_id: format.formatId, ...changes })
    .onConflict((c) => c.column('format_id').doUpdateSet(changes))
    .execute();
}

/** Keeps a person's answer, one row a field; the same answer again is no change. @throws PipelineError not-found for an unknown format */
export async function learnRule(db: Db, rule: LearnedRule): Promise<void> {
  const known = await db
    .selectFrom('camera_formats')
    .select('format_id')
    .where('format_id', '=', rule.formatId)
    .executeTakeFirst();
  if (!known)
    throw new PipelineError('not-found', `the catalogue knows no camera format ${rule.formatId}`, {
      formatId: rule.formatId,
    });
  const rows = Object.entries(rule.attributes).map(([field, value]) => ({
    production: rule.production,
    format_id: rule.formatId,
    field,
    value: jsonb(value),
    who: rule.who,
    learned_at: rule.at,
  }));
  if (rows.length > 0)
    await db
      .insertInto('learned_rules')
      .values(rows)
      .onConflict((c) => c.doNothing())
      .execute();
}

/** A learned value with its history: who said it, and when. */
export type LearnedValue = { field: string; value: unknown; who: string; at: string };

/** A camera format with what holds now: the newest answer of a person, else what was detected. */
export type KnownCameraFormat = CameraFormat & {
  clipCount: number;
  attributes: CameraFormatAttributes;
  /** Attributes without which its clips cannot be rendered. */
  missing: string[];
  learned: LearnedValue[];
};

/** The camera formats of a production, by label, with their clip counts. */
export async function listCameraFormats(db: Db, production: string): Promise<KnownCameraFormat[]> {
  const rows = await db
    .selectFrom('camera_formats')
    .select('document')
    .where('production', '=', production)
    .orderBy('label')
    .orderBy('format_id')
    .execute();
  const formats = rows.map((row) => CameraFormat.parse(row.document));
  const counts = await db
    .selectFrom('clips')
    .select(['camera_format_id', db.fn.countAll<number>().as('count')])
    .where('production', '=', production)
    .where('camera_format_id', 'is not', null)
    .groupBy('camera_format_id')
    .execute();
  const countOf = new Map(counts.map((row) => [row.camera_format_id, row.count]));
  const learned = await learnedValues(
    db,
    formats.map((format) => format.formatId),
  );
  return formats.map((format) =>
    withRules(format, countOf.get(format.formatId) ?? 0, learned.get(format.formatId) ?? []),
  );
}

/** One camera format, or null. */
export async function getCameraFormat(db: Db, formatId: string): Promise<KnownCameraFormat | null> {
  const row = await db
    .selectFrom('camera_formats')
    .select('document')
    .where('format_id', '=', formatId)
    .executeTakeFirst();
  if (!row) return null;
  const { count } = await db
    .selectFrom('clips')
    .select(db.fn.countAll<number>().as('count'))
    .where('camera_format_id', '=', formatId)
    .executeTakeFirstOrThrow();
  const learned = await learnedValues(db, [formatId]);
  return withRules(CameraFormat.parse(row.document), count, learned.get(formatId) ?? []);
}

/** What a camera format fixes for the render of its clips; null when it is unknown. */
export async function cameraFormatChoices(db: Db, formatId: string): Promise<CameraFormatChoices | null> {
  const format = await getCameraFormat(db, formatId);
  if (!format) return null;
  const { inputColorSpace, decode, lensSqueeze } = format.attributes;
  return {
    inputColorSpace,
    decode: decode as NonNullable<CameraFormatChoices['decode']>,
    ...(lensSqueeze === null ? {} : { lensSqueeze }),
  };
}

/** Turnovers with a plate of this camera format that is not made yet: who waits for its missing attributes. */
export async function turnoversWaitingForFormat(db: Db, formatId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('plates')
    .innerJoin('clips', 'clips.clip_id', 'plates.clip_id')
    .select('plates.turnover_id')
    .distinct()
    .where('clips.camera_format_id', '=', formatId)
    .where('plates.state', 'not in', ['made', 'cancelled'])
    .orderBy('plates.turnover_id')
    .execute();
  return rows.map((row) => row.turnover_id);
}

async function learnedValues(db: Db, formatIds: string[]): Promise<Map<string, LearnedValue[]>> {
  if (formatIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('learned_rules')
    .selectAll()
    .where('format_id', 'in', formatIds)
    .orderBy('learned_at')
    .orderBy('who')
    .orderBy('field')
    .execute();
  const byFormat = Map.groupBy(rows, (row) => row.format_id);
  return new Map(
    [...byFormat].map(([formatId, learned]) => [
      formatId,
      learned.map(({ field, value, who, learned_at }) => ({
        field,
        value,
        who,
        at: learned_at.toISOString(),
      })),
    ]),
  );
}

/** Later answers overwrite earlier ones; decode values are answered one by one, so they are merged. */
function withRules(format: CameraFormat, clipCount: number, learned: LearnedValue[]): KnownCameraFormat {
  const attributes: Record<string, unknown> = structuredClone(format.detected);
  for (const { field, value } of learned) {
    attributes[field] =
      field === 'decode' ? { ...(attributes.decode as object), ...(value as object) } : value;
  }
  const parsed = CameraFormatAttributes.parse(attributes);
  return {
    ...format,
    clipCount,
    attributes: parsed,
    missing: parsed.inputColorSpace === null ? ['inputColorSpace'] : [],
    learned,
  };
}
