import { sql } from 'kysely';
import type { InspectedClip } from '../../schemas/clip.ts';
import {
  codecText,
  fieldOf,
  fileNames,
  isProxy,
  joined,
  missingFields,
  plainText,
  rationalOf,
  textOf,
} from './clip-fields.ts';
import { jsonb, storableText } from './jsonb.ts';
import { lexemesOf } from './search/lexemes.ts';
import { searchable } from './search/searchable.ts';
import { multirangeText, timecodeOfClip } from './timecode-span.ts';

/** A clip as it enters the catalogue. */
export type CatalogueClip = { clipId: string; clip: InspectedClip; cameraFormatId?: string | undefined };

/** Where the clip lies. */
export type ClipPlace = { production: string; shootDay: string; rollId: string };

/** The row of a clip: what is searched and matched in columns of its own, all else in the document. */
export function rowOfClip(place: ClipPlace, { clipId, clip, cameraFormatId }: CatalogueClip) {
  const size = fieldOf(clip, 'imageSize') as { width?: number; height?: number } | null;
  const { files, ...document } = clip;
  const slate = (fieldOf(clip, 'slate') ?? {}) as Record<string, unknown>;
  return {
    clip_id: clipId,
    production: place.production,
    shoot_day: place.shootDay,
    roll_id: place.rollId,
    clip_name: storableText(clip.clipName),
    reel_name: textOf(clip, 'reelName'),
    camera_label: textOf(clip, 'cameraLabel'),
    camera_make: textOf(clip, 'cameraMake'),
    camera_model: textOf(clip, 'cameraModel'),
    camera_serial: textOf(clip, 'cameraSerialNumber'),
    lens: joined([textOf(clip, 'lensMake'), textOf(clip, 'lensModel')]),
    codec: codecText(fieldOf(clip, 'codec')),
    width_px: wholeOf(size?.width),
    height_px: wholeOf(size?.height),
    ...timeColumns(clip),
    recorded_on: dayOf(fieldOf(clip, 'recordedAt')),
    scene: plainText(slate.scene),
    shot: plainText(slate.shot),
    take: plainText(slate.take),
    is_proxy: isProxy(clip),
    camera_format_id: cameraFormatId ?? null,
    file_names: fileNames(clip),
    missing: missingFields(clip),
    search: sql`array_to_tsvector(${lexemesOf(searchable(place, clip, cameraFormatId))}::text[])`,
    document: jsonb(document),
    clip_files: jsonb(files),
    file_count: clip.files.length,
  };
}

function timeColumns(clip: InspectedClip) {
  const rate = rationalOf(clip, 'frameRate');
  const frameCount = wholeOf(fieldOf(clip, 'frameCount'));
  const label = textOf(clip, 'startTimecode');
  const timecode =
    rate && label
      ? timecodeOfClip(
          label,
          { frameRate: rate, timecodeRate: rationalOf(clip, 'timecodeRate') ?? rate },
          frameCount ?? 1,
        )
      : null;
  return {
    rate_num: rate?.num ?? null,
    rate_den: rate?.den ?? null,
    frame_count: frameCount,
    start_timecode: label,
    timecode_base: timecode?.base ?? null,
    start_frame: timecode?.timecode.frames ?? null,
    drop_frame: timecode?.timecode.dropFrame ?? label?.includes(';') ?? false,
    timecode_span: timecode ? multirangeText(timecode.span) : null,
  };
}

/** A count that fits the column; a sentinel like 2^32 does not. */
function wholeOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 && value < 2 ** 31 ? value : null;
}

/** `YYYYMMDD` in the camera's own local time, as people on the set mean it. */
function dayOf(recordedAt: unknown): string | null {
  const match = typeof recordedAt === 'string' ? /^(\d{4})-(\d\d)-(\d\d)/.exec(recordedAt) : null;
  return match ? `${match[1]}${match[2]}${match[3]}` : null;
}
