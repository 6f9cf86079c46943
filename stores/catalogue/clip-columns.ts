import type { InspectedClip } from '../../schemas/clip.ts';
import { Rational } from '../../schemas/rational.ts';
import { EXPECTED_FIELDS } from './expected-fields.ts';
import { jsonb, storableText } from './jsonb.ts';
import { lexemesOf, type Searchable } from './search/lexemes.ts';
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
    lexemes: lexemesOf(searchable(place, clip, cameraFormatId)),
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

function fieldOf(clip: InspectedClip, field: string): unknown {
  return clip.fields[field]?.value ?? null;
}

function textOf(clip: InspectedClip, field: string): string | null {
  return plainText(fieldOf(clip, field));
}

function plainText(value: unknown): string | null {
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'string') return null;
  const text = storableText(value).trim();
  return text === '' ? null : text;
}

function rationalOf(clip: InspectedClip, field: string): Rational | null {
  const parsed = Rational.safeParse(fieldOf(clip, field));
  return parsed.success && parsed.data.num > 0 ? parsed.data : null;
}

/** A count that fits the column; a sentinel like 2^32 does not. */
function wholeOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 && value < 2 ** 31 ? value : null;
}

/** Family, profile and the rest in one line, so that `codec:prores` and `codec:4444` both find it. */
function codecText(codec: unknown): string | null {
  if (typeof codec !== 'object' || codec === null) return plainText(codec);
  return joined(Object.values(codec).map(plainText));
}

function joined(parts: (string | null)[]): string | null {
  const text = parts.filter((part) => part !== null).join(' ');
  return text === '' ? null : text;
}

/** `YYYYMMDD` in the camera's own local time, as people on the set mean it. */
function dayOf(recordedAt: unknown): string | null {
  const match = typeof recordedAt === 'string' ? /^(\d{4})-(\d\d)-(\d\d)/.exec(recordedAt) : null;
  return match ? `${match[1]}${match[2]}${match[3]}` : null;
}

function isProxy(clip: InspectedClip): boolean {
  const roles = new Set(clip.files.map((file) => file.role));
  return roles.has('proxy') && !roles.has('essence') && !roles.has('segment') && !roles.has('frame');
}

/** Names of the media files; of a numbered sequence the first and the last, for ten thousand names would say no more. */
function fileNames(clip: InspectedClip): string[] {
  const movies = clip.files.filter((file) => ['essence', 'segment', 'proxy', 'audio'].includes(file.role));
  const frames = clip.files.filter((file) => file.role === 'frame');
  const ends = frames.length > 2 ? [frames[0]!, frames.at(-1)!] : frames;
  const named = fieldOf(clip, 'originalFileNames');
  const own =
    Array.isArray(named) && frames.length <= 2 ? named.filter((name) => typeof name === 'string') : [];
  return [
    ...new Set(
      [...own, ...[...movies, ...ends].map((file) => file.path)].map((path) =>
        storableText(path.slice(path.lastIndexOf('/') + 1)),
      ),
    ),
  ];
}

function missingFields(clip: InspectedClip): string[] {
  const slate = (fieldOf(clip, 'slate') ?? {}) as Record<string, unknown>;
  const values: Record<string, unknown> = { scene: slate.scene, take: slate.take };
  return EXPECTED_FIELDS.filter((name) => {
    if (clip.fields[name]?.reason === 'notApplicable') return false;
    return (name in values ? plainText(values[name]) : fieldOf(clip, name)) === null;
  });
}

function searchable(
  { production, shootDay, rollId }: ClipPlace,
  clip: InspectedClip,
  cameraFormatId: string | undefined,
): Searchable {
  const text = (field: string): string | null => textOf(clip, field);
  const rate = rationalOf(clip, 'frameRate');
  const size = fieldOf(clip, 'imageSize') as { width?: number; height?: number } | null;
  const slate = (fieldOf(clip, 'slate') ?? {}) as Record<string, unknown>;
  const files = fileNames(clip);
  const roll = rollId.slice(rollId.lastIndexOf('/') + 1);
  return {
    names: [
      ...['reelName', 'tapeName'].map((field) => ({ key: 'reel', value: text(field) })),
      { key: 'clip', value: clip.clipName },
      ...files.map((value) => ({ key: 'file', value })),
      { key: 'roll', value: roll },
      { key: 'camera', value: text('cameraLabel') },
      { key: 'fps', value: rate && `${rate.num}/${rate.den}` },
      { key: 'size', value: size?.width && size.height ? `${size.width}x${size.height}` : null },
      ...['scene', 'shot', 'take'].map((key) => ({ key, value: plainText(slate[key]) })),
      ...missingFields(clip).map((value) => ({ key: 'missing', value })),
      { key: 'format', value: cameraFormatId ?? null },
      { key: 'is', value: isProxy(clip) ? 'proxy' : 'original' },
    ],
    words: [
      ...['cameraMake', 'cameraModel'].map((field) => ({ key: 'camera', value: text(field) })),
      ...['lensMake', 'lensModel'].map((field) => ({ key: 'lens', value: text(field) })),
      { key: 'codec', value: codecText(fieldOf(clip, 'codec')) },
      ...[clip.clipName, roll, shootDay, production, ...files, ...textsOf(clip)].map((value) => ({
        key: 'text',
        value,
      })),
    ],
  };
}

/** Every text of the record that a person may remember. */
function textsOf(clip: InspectedClip): string[] {
  const texts: string[] = [];
  for (const [name, field] of Object.entries(clip.fields)) {
    if (!NOT_TEXT.has(name)) collectTexts(field.value, texts);
  }
  return texts.slice(0, MOST_TEXTS);
}

/** Lists that repeat other fields, and what is no word of anybody. */
const NOT_TEXT = new Set([
  'files',
  'timecodes',
  'warnings',
  'umid',
  'uuid',
  'mediaUid',
  'clipId',
  'missingFrames',
]);

/** More texts than this in one clip are a dump, not a description. */
const MOST_TEXTS = 300;

function collectTexts(value: unknown, texts: string[]): void {
  if (typeof value === 'string') texts.push(storableText(value));
  else if (Array.isArray(value)) for (const inner of value) collectTexts(inner, texts);
  else if (typeof value === 'object' && value !== null)
    for (const inner of Object.values(value)) collectTexts(inner, texts);
}
