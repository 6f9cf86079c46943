import type { InspectedClip } from '../../../schemas/clip.ts';
import type { ClipPlace } from '../clip-columns.ts';
import {
  codecText,
  fieldOf,
  fileNames,
  isProxy,
  missingFields,
  plainText,
  rationalOf,
  textOf,
} from '../clip-fields.ts';
import { storableText } from '../jsonb.ts';
import type { Searchable } from './lexemes.ts';

/** Every name and word under which a clip is found. */
export function searchable(
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
      { key: 'production', value: production },
      { key: 'day', value: shootDay },
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
