import { type ByteCursor, decodeText, EndOfBytes } from '../byte-cursor.ts';
import { type Box, boxesIn } from './mov-boxes.ts';

/** A metadata value: its well-known type number and what it holds. Bytes of unknown types stand as hex. */
export type MovValue = { type: number; value: string | number | number[] };

/** Pictures and curves are not facts to carry around. */
const LONGEST_VALUE = 16 * 1024;
const MOST_KEYS = 4096;

/**
 * Keys and values of a `meta` box with an `mdta` handler: `com.arri.camera.SensorFps`, `reel_name`, spelled as in the file.
 * QuickTime writes `meta` as a plain atom, ISO files as a full box; both occur in camera files.
 * Source: QuickTime File Format, "Metadata"; well-known types table there.
 */
export function readKeys(cursor: ByteCursor, meta: Box): Record<string, MovValue> {
  const plain = boxesIn(cursor, meta.start, meta.end);
  const children = plain.some((b) => b.type === 'keys') ? plain : boxesIn(cursor, meta.start + 4, meta.end);
  const keys = children.find((b) => b.type === 'keys');
  const list = children.find((b) => b.type === 'ilst');
  if (!keys || !list) return {};
  const names = keyNames(cursor, keys);
  const values: Record<string, MovValue> = {};
  for (const item of boxesIn(cursor, list.start, list.end)) {
    const name = names[cursor.u32(item.start - 4) - 1];
    const data = boxesIn(cursor, item.start, item.end).find((b) => b.type === 'data');
    if (name !== undefined && data && data.end - data.start >= 8) values[name] ??= readValue(cursor, data);
  }
  return values;
}

function keyNames(cursor: ByteCursor, keys: Box): string[] {
  const count = Math.min(cursor.u32(keys.start + 4), MOST_KEYS);
  const names: string[] = [];
  for (let offset = keys.start + 8; names.length < count && offset + 8 <= keys.end; ) {
    const size = cursor.u32(offset);
    if (size < 8 || offset + size > keys.end) break;
    names.push(cursor.text(offset + 8, size - 8));
    offset += size;
  }
  return names;
}

function readValue(cursor: ByteCursor, data: Box): MovValue {
  const type = cursor.u32(data.start) & 0xffffff;
  const start = data.start + 8;
  const length = Math.min(data.end - start, LONGEST_VALUE);
  return { type, value: decodeValue(cursor, type, start, length) };
}

function decodeValue(cursor: ByteCursor, type: number, start: number, length: number): MovValue['value'] {
  try {
    if (type === 1) return decodeText(cursor.slice(start, length)).replace(/\0+$/, '');
    if (type === 2)
      return new TextDecoder('utf-16be').decode(cursor.slice(start, length)).replace(/\0+$/, '');
    if (type === 21 || type === 22) return integer(cursor, start, length, type === 21);
    const fixed = FIXED[type];
    if (fixed) return fixed(cursor, start);
  } catch (error) {
    if (!(error instanceof EndOfBytes)) throw error;
  }
  return cursor.hex(start, Math.min(length, 64));
}

const floats = (cursor: ByteCursor, start: number, count: number) =>
  Array.from({ length: count }, (_, i) => cursor.f32(start + i * 4));

const FIXED: Record<number, (cursor: ByteCursor, start: number) => number | number[]> = {
  23: (c, s) => c.f32(s),
  24: (c, s) => c.f64(s),
  65: (c, s) => (c.u8(s) << 24) >> 24,
  66: (c, s) => c.i16(s),
  67: (c, s) => c.i32(s),
  70: (c, s) => floats(c, s, 2),
  71: (c, s) => floats(c, s, 2),
  72: (c, s) => floats(c, s, 4),
  74: (c, s) => c.i64(s),
  75: (c, s) => c.u8(s),
  76: (c, s) => c.u16(s),
  77: (c, s) => c.u32(s),
  78: (c, s) => c.u64(s),
};

function integer(cursor: ByteCursor, start: number, length: number, signed: boolean): number {
  if (length === 8) return signed ? cursor.i64(start) : cursor.u64(start);
  let value = 0;
  for (let i = 0; i < Math.min(length, 4); i++) value = value * 256 + cursor.u8(start + i);
  const bits = Math.min(length, 4) * 8;
  return signed && value >= 2 ** (bits - 1) ? value - 2 ** bits : value;
}

/** Texts of a `udta` box: `©xyz`-style entries (length, language, text) and plain strings. */
export function readUserData(cursor: ByteCursor, udta: Box): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const box of boxesIn(cursor, udta.start, udta.end)) {
    const length = box.end - box.start;
    if (box.type === 'meta' || length < 1 || length > LONGEST_VALUE) continue;
    if (box.type.startsWith('\xa9') && length >= 4) {
      const textLength = Math.min(cursor.u16(box.start), length - 4);
      texts[box.type] ??= cursor.text(box.start + 4, textLength);
    } else {
      const text = cursor.text(box.start, length);
      if (/^[\x20-\x7e]+$/.test(text)) texts[box.type] ??= text;
    }
  }
  return texts;
}
