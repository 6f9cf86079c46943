import { type Kysely, sql } from 'kysely';
import type { MatchClip } from '../../pipeline/conform/match-clip.ts';
import type { ClipSource } from '../../pipeline/delivery/clip-source.ts';
import { PipelineError } from '../../schemas/failure.ts';
import { CopiedFile } from '../../schemas/ingest-facts.ts';
import type { Rational } from '../../schemas/rational.ts';
import { nominalBase } from '../../standards/time/frame-rate.ts';
import { rational } from '../../standards/time/rational.ts';
import { cameraFormatChoices } from './camera-formats.ts';
import { getClip } from './clips.ts';
import { sentFilesOf } from './roll-copies.ts';
import type { Tables } from './tables.ts';

type Db = Kysely<Tables>;

/** Every clip of a production as matching needs it. A clip without a rate or a length cannot be matched and is left out. */
export async function clipsForMatching(db: Db, production: string): Promise<MatchClip[]> {
  const rows = await db
    .selectFrom('clips')
    .select([
      'clip_id',
      'clip_name',
      'roll_id',
      'reel_name',
      'file_names',
      'start_timecode',
      'rate_num',
      'rate_den',
      'timecode_base',
      'frame_count',
      'drop_frame',
      'is_proxy',
    ])
    .where('production', '=', production)
    .where('rate_num', 'is not', null)
    .where('frame_count', 'is not', null)
    .orderBy('clip_name')
    .orderBy('clip_id')
    .execute();
  return rows.map((row) => ({
    clipId: row.clip_id,
    clipName: row.clip_name,
    rollId: row.roll_id,
    reelName: row.reel_name ?? '',
    originalFileNames: row.file_names,
    startTimecode: row.start_timecode ?? '',
    frameRate: { num: row.rate_num!, den: row.rate_den! },
    ...timecodeRateOf({ num: row.rate_num!, den: row.rate_den! }, row.timecode_base),
    frameCount: row.frame_count!,
    dropFrame: row.drop_frame,
    isProxy: row.is_proxy,
  }));
}

/** The rate of a timecode that counts otherwise than the frames: 60p on a count of 30. It keeps time with them. */
function timecodeRateOf(frameRate: Rational, base: number | null): { timecodeRate?: Rational } {
  if (base === null || base === nominalBase(frameRate)) return {};
  return { timecodeRate: rational(frameRate.num * base, frameRate.den * nominalBase(frameRate)) };
}

/**
 * A clip with the stored objects of its files and what its camera format fixes: what rendering starts from.
 * @param at where the work will be: files that a transfer brought there are named there. @default the roll's home
 * @throws PipelineError not-found
 */
export async function clipSource(db: Db, clipId: string, at?: string): Promise<ClipSource> {
  const known = await getClip(db, clipId);
  if (!known) throw new PipelineError('not-found', `the catalogue knows no clip ${clipId}`, { clipId });
  const roll = await db
    .selectFrom('rolls')
    .select('site')
    .where('roll_id', '=', known.rollId)
    .executeTakeFirst();
  if (!roll)
    throw new PipelineError(
      'not-found',
      `the catalogue knows no roll ${known.rollId}, where clip ${known.clipName} should lie`,
      { clipId, rollId: known.rollId },
    );
  const { clipId: _id, production: _production, shootDay: _day, rollId, cameraFormatId, ...clip } = known;
  const paths = new Set(clip.files.map((file) => file.path));
  const isAway = at !== undefined && at !== roll.site;
  const files = isAway
    ? (await sentFilesOf(db, rollId, at, [...paths])).filter((file) => !NO_SOURCE.includes(file.outcome))
    : await storedFiles(db, rollId, paths);
  return {
    clipId,
    clip,
    objects: files.map((file) => ({
      path: file.path,
      object: {
        site: isAway ? at : roll.site,
        bucket: file.bucket,
        key: file.key,
        sizeBytes: file.sizeBytes,
        xxh128: file.digests.xxh128!,
        ...(file.versionId === undefined ? {} : { versionId: file.versionId }),
      },
    })),
    cameraFormat: cameraFormatId === null ? null : await cameraFormatChoices(db, cameraFormatId),
    cameraFormatId,
  };
}

/** What stands in quarantine is no original; a damaged one shows what the camera never saw. Neither is ever a source. */
const NO_SOURCE: readonly string[] = ['quarantined', 'damaged'];

async function storedFiles(db: Db, rollId: string, paths: ReadonlySet<string>): Promise<CopiedFile[]> {
  const rows = await db
    .selectFrom('files')
    .select('document')
    .where('roll_id', '=', rollId)
    .where(sql<boolean>`path = any(${[...paths]}::text[])`)
    .where('outcome', 'not in', [...NO_SOURCE])
    .where('xxh128', 'is not', null)
    .orderBy('path')
    .execute();
  return rows.map((row) => CopiedFile.parse(row.document));
}
