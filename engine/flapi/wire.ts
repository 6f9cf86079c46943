import { z } from 'zod';

/** A reference to an object of the server, sent back as it came. Source: wire capture `_handle`/`_id`, whole numbers; the same id is the same object. */
export const Handle = z.object({ _handle: z.string(), _id: z.union([z.int(), z.string().min(1)]) });
export type Handle = z.infer<typeof Handle>;
export type HandleId = Handle['_id'];

/** Official clients take null for what is left out. */
function withDefault(value: number) {
  return z
    .int()
    .nullish()
    .transform((said) => said ?? value);
}

/** Timecode on the wire. `fps` below zero names a drop-frame or field-doubled rate. Source: FLAPI JSON page, "timecode". */
export const WireTimecode = z.looseObject({
  _type: z.literal('timecode').nullish(),
  h: z.int(),
  m: z.int(),
  s: z.int(),
  f: z.int(),
  phase: withDefault(0),
  fps: z.union([z.number(), z.string()]),
  wrap: withDefault(24),
});
export type WireTimecode = z.infer<typeof WireTimecode>;

/**
 * Any message of the server, as loosely as official clients take it: a reply when it has an id, else a signal. Only what we
 * read is looked at, and only when it is read. Source: FLAPI JSON page; captured replies.
 */
export const ServerMessage = z.looseObject({
  id: z.unknown().optional(),
  result: z.unknown().optional(),
  error: z.unknown().optional(),
  method: z.unknown().optional(),
  target: z.unknown().optional(),
  params: z.unknown().optional(),
});
export type ServerMessage = z.infer<typeof ServerMessage>;

/** How a set of strings is written. Source: wire capture `md_keys`. */
export function wireSet(keys: readonly string[]): Record<string, unknown> {
  return { _type: 'set', ...Object.fromEntries(keys.map((key) => [key, 1])) };
}

/** A value with a type name. Official clients always send it; servers accept it left out. */
export function typed(type: string, fields: Record<string, unknown>): Record<string, unknown> {
  return { _type: type, ...fields };
}

/** Drop-frame rates by their code on the wire. Left out: -33, which is undefined. */
const DROP_RATES: Readonly<Record<string, string>> = { '-30': '30 drop', '-31': '59.94 drop' };

/** `HH:MM:SS:FF` as our documents write it, `;` before the frames when drop-frame. */
export function timecodeText(timecode: WireTimecode): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const mark = String(timecode.fps) in DROP_RATES ? ';' : ':';
  return `${two(timecode.h)}:${two(timecode.m)}:${two(timecode.s)}${mark}${two(timecode.f)}`;
}
