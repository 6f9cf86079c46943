import { ByteCursor } from '../byte-cursor.ts';
import { fraction, signed64, unsigned32, utf16 } from './mxf-descriptors.ts';
import type { MxfSet } from './mxf-klv.ts';

type Fraction = { num: number; den: number };

/** What a track's sequence holds: a timecode, or a reference into another package. */
export type MxfComponent =
  | { kind: 'timecode'; start: number; base: number; dropFrame: boolean; duration: number | null }
  | { kind: 'clip'; start: number; duration: number | null; sourcePackage: string; sourceTrack: number };

export type MxfTrack = { id: number; editRate: Fraction | null; origin: number; components: MxfComponent[] };

/**
 * A package. `file`: a source package with essence in this file; `physical`: the tape, import or mechanical source behind it.
 * `umid` is 64 hexadecimal digits.
 */
export type MxfPackage = {
  kind: 'material' | 'file' | 'physical';
  umid: string;
  name: string | null;
  createdAt: string | null;
  tracks: MxfTrack[];
};

/** Descriptors of what lies behind a file: tape, film, import, recording. Kind 0x2e is tape; Avid adds its own. */
const FILE_DESCRIPTORS = new Set([0x25, 0x27, 0x28, 0x29, 0x42, 0x43, 0x44, 0x47, 0x48, 0x51, 0x5b, 0x5c]);

/** Packages of the header metadata with their tracks resolved. */
export function readPackages(sets: readonly MxfSet[]): MxfPackage[] {
  const byUid = new Map(sets.map((s) => [s.uid, s]));
  return sets
    .filter((s) => s.kind === 0x36 || s.kind === 0x37)
    .map((set) => ({
      kind: packageKind(set, byUid),
      umid: hex(set.items.get(0x4401)),
      name: utf16(set.items.get(0x4402)),
      createdAt: timestamp(set.items.get(0x4405)),
      tracks: references(set.items.get(0x4403)).flatMap((uid) => trackOf(byUid.get(uid), byUid)),
    }));
}

function packageKind(set: MxfSet, byUid: Map<string, MxfSet>): MxfPackage['kind'] {
  if (set.kind === 0x36) return 'material';
  const descriptor = byUid.get(hex(set.items.get(0x4701)));
  if (!descriptor) return 'file';
  return FILE_DESCRIPTORS.has(descriptor.kind) || descriptor.items.has(0x3006) || descriptor.items.has(0x3004)
    ? 'file'
    : 'physical';
}

function trackOf(set: MxfSet | undefined, byUid: Map<string, MxfSet>): MxfTrack[] {
  if (!set) return [];
  const sequence = byUid.get(hex(set.items.get(0x4803)));
  const children =
    sequence?.kind === 0x0f
      ? references(sequence.items.get(0x1001)).map((uid) => byUid.get(uid))
      : [sequence];
  return [
    {
      id: unsigned32(set.items.get(0x4801)) ?? 0,
      editRate: fraction(set.items.get(0x4b01)),
      origin: signed64(set.items.get(0x4b02)) ?? 0,
      components: children.flatMap((child) => componentOf(child)),
    },
  ];
}

function componentOf(set: MxfSet | undefined): MxfComponent[] {
  if (!set) return [];
  const duration = signed64(set.items.get(0x0202));
  const start = set.items.get(0x1501);
  const base = set.items.get(0x1502);
  if (set.kind === 0x14 && start && start.length >= 8 && base && base.length >= 2)
    return [
      {
        kind: 'timecode',
        start: new ByteCursor(start).i64(0),
        base: new ByteCursor(base).u16(0),
        dropFrame: set.items.get(0x1503)?.[0] === 1,
        duration,
      },
    ];
  if (set.kind !== 0x11) return [];
  return [
    {
      kind: 'clip',
      start: signed64(set.items.get(0x1201)) ?? 0,
      duration,
      sourcePackage: hex(set.items.get(0x1101)),
      sourceTrack: unsigned32(set.items.get(0x1102)) ?? 0,
    },
  ];
}

/** A batch or array of references: count, item length, items. */
function references(bytes: Uint8Array | undefined): string[] {
  if (!bytes || bytes.length < 8) return [];
  const c = new ByteCursor(bytes);
  const count = Math.min(c.u32(0), Math.floor((bytes.length - 8) / 16));
  return Array.from({ length: count }, (_, i) => c.hex(8 + i * 16, 16));
}

/** Year, month, day, hour, minute, second, 1/250 s; all zeros is unset. */
function timestamp(bytes: Uint8Array | undefined): string | null {
  if (!bytes || bytes.length < 8) return null;
  const c = new ByteCursor(bytes);
  if (c.u16(0) === 0) return null;
  const two = (n: number) => String(n).padStart(2, '0');
  return `${String(c.u16(0)).padStart(4, '0')}-${two(c.u8(2))}-${two(c.u8(3))}T${two(c.u8(4))}:${two(c.u8(5))}:${two(c.u8(6))}Z`;
}

function hex(bytes: Uint8Array | undefined): string {
  return bytes ? Buffer.from(bytes).toString('hex') : '';
}
