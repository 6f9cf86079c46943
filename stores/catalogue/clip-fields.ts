import type { InspectedClip } from '../../schemas/clip.ts';
import { Rational } from '../../schemas/rational.ts';
import { EXPECTED_FIELDS } from './expected-fields.ts';
import { storableText } from './jsonb.ts';

/** The value of a field, or null when the clip has none. */
export function fieldOf(clip: InspectedClip, field: string): unknown {
  return clip.fields[field]?.value ?? null;
}

/** A field as one line of text, or null. */
export function textOf(clip: InspectedClip, field: string): string | null {
  return plainText(fieldOf(clip, field));
}

/** Text or a number as text that a column can hold; null for anything else and for blanks. */
export function plainText(value: unknown): string | null {
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'string') return null;
  const text = storableText(value).trim();
  return text === '' ? null : text;
}

/** A rate or aspect above zero, or null. */
export function rationalOf(clip: InspectedClip, field: string): Rational | null {
  const parsed = Rational.safeParse(fieldOf(clip, field));
  return parsed.success && parsed.data.num > 0 ? parsed.data : null;
}

/** Family, profile and the rest in one line, so that `codec:prores` and `codec:4444` both find it. */
export function codecText(codec: unknown): string | null {
  if (typeof codec !== 'object' || codec === null) return plainText(codec);
  return joined(Object.values(codec).map(plainText));
}

/** The parts that are there, with spaces between; null when none is. */
export function joined(parts: (string | null)[]): string | null {
  const text = parts.filter((part) => part !== null).join(' ');
  return text === '' ? null : text;
}

/** Whether a clip has nothing but proxies. */
export function isProxy(clip: InspectedClip): boolean {
  const roles = new Set(clip.files.map((file) => file.role));
  return roles.has('proxy') && !roles.has('essence') && !roles.has('segment') && !roles.has('frame');
}

/** Names of the media files; of a numbered sequence the first and the last, for ten thousand names would say no more. */
export function fileNames(clip: InspectedClip): string[] {
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

/** Fields of `EXPECTED_FIELDS` that the clip should have and has not; one that cannot apply to it is not missing. */
export function missingFields(clip: InspectedClip): string[] {
  const slate = (fieldOf(clip, 'slate') ?? {}) as Record<string, unknown>;
  const values: Record<string, unknown> = { scene: slate.scene, take: slate.take };
  return EXPECTED_FIELDS.filter((name) => {
    if (clip.fields[name]?.reason === 'notApplicable') return false;
    return (name in values ? plainText(values[name]) : fieldOf(clip, name)) === null;
  });
}
