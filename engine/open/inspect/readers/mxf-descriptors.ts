import { ByteCursor } from '../byte-cursor.ts';
import type { MxfSet } from './mxf-klv.ts';

type Fraction = { num: number; den: number };

/** A picture descriptor. Heights are of one field where `frameLayout` is 1 (separate fields) or 2. Source: ST 377-1 annex F.4. */
export type MxfPicture = {
  sampleRate: Fraction | null;
  containerDuration: number | null;
  storedWidth: number | null;
  storedHeight: number | null;
  sampledWidth: number | null;
  sampledHeight: number | null;
  displayWidth: number | null;
  displayHeight: number | null;
  displayX: number | null;
  displayY: number | null;
  aspectRatio: Fraction | null;
  frameLayout: number | null;
  fieldDominance: number | null;
  coding: string | null;
  transfer: string | null;
  primaries: string | null;
  equations: string | null;
  componentDepth: number | null;
  horizontalSubsampling: number | null;
  verticalSubsampling: number | null;
  blackLevel: number | null;
  whiteLevel: number | null;
};

/** A sound descriptor. */
export type MxfSound = { sampleRate: Fraction | null; channels: number | null; bitDepth: number | null };

/** Kinds of picture descriptors: generic, CDCI, RGBA, MPEG-2. */
const PICTURES = new Set([0x27, 0x28, 0x29, 0x51]);
/** Generic sound, AES3, wave. */
const SOUNDS = new Set([0x42, 0x47, 0x48]);

export function picturesOf(sets: readonly MxfSet[]): MxfPicture[] {
  return sets
    .filter((s) => PICTURES.has(s.kind))
    .map(({ items }) => ({
      sampleRate: fraction(items.get(0x3001)),
      containerDuration: signed64(items.get(0x3002)),
      storedWidth: unsigned32(items.get(0x3203)),
      storedHeight: unsigned32(items.get(0x3202)),
      sampledWidth: unsigned32(items.get(0x3205)),
      sampledHeight: unsigned32(items.get(0x3204)),
      displayWidth: unsigned32(items.get(0x3209)),
      displayHeight: unsigned32(items.get(0x3208)),
      displayX: unsigned32(items.get(0x320a)),
      displayY: unsigned32(items.get(0x320b)),
      aspectRatio: fraction(items.get(0x320e)),
      frameLayout: unsigned8(items.get(0x320c)),
      fieldDominance: unsigned8(items.get(0x3212)),
      coding: label(items.get(0x3201)),
      transfer: label(items.get(0x3210)),
      primaries: label(items.get(0x3219)),
      equations: label(items.get(0x321a)),
      componentDepth: unsigned32(items.get(0x3301)),
      horizontalSubsampling: unsigned32(items.get(0x3302)),
      verticalSubsampling: unsigned32(items.get(0x3308)),
      blackLevel: unsigned32(items.get(0x3304)),
      whiteLevel: unsigned32(items.get(0x3305)),
    }));
}

export function soundsOf(sets: readonly MxfSet[]): MxfSound[] {
  return sets
    .filter((s) => SOUNDS.has(s.kind))
    .map(({ items }) => ({
      sampleRate: fraction(items.get(0x3d03)),
      channels: unsigned32(items.get(0x3d07)),
      bitDepth: unsigned32(items.get(0x3d01)),
    }));
}

/** A rational of two 32-bit numbers; null when absent or not positive. */
export function fraction(bytes: Uint8Array | undefined): Fraction | null {
  if (!bytes || bytes.length < 8) return null;
  const c = new ByteCursor(bytes);
  const value = { num: c.i32(0), den: c.i32(4) };
  return value.num > 0 && value.den > 0 ? value : null;
}

/** A 64-bit length or position; null when absent or -1 ("not known yet"). */
export function signed64(bytes: Uint8Array | undefined): number | null {
  if (!bytes || bytes.length < 8) return null;
  const value = new ByteCursor(bytes).i64(0);
  return value < 0 || !Number.isSafeInteger(value) ? null : value;
}

export function unsigned32(bytes: Uint8Array | undefined): number | null {
  return bytes && bytes.length >= 4 ? new ByteCursor(bytes).u32(0) : null;
}

function unsigned8(bytes: Uint8Array | undefined): number | null {
  return bytes && bytes.length >= 1 ? bytes[0]! : null;
}

function label(bytes: Uint8Array | undefined): string | null {
  return bytes && bytes.length === 16 ? Buffer.from(bytes).toString('hex') : null;
}

/** UTF-16BE text without its terminator; null when absent or empty. */
export function utf16(bytes: Uint8Array | undefined): string | null {
  if (!bytes || bytes.length < 2) return null;
  return new TextDecoder('utf-16be').decode(bytes).replace(/\0.*$/s, '').trim() || null;
}
