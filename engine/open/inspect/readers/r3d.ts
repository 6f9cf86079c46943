import { ByteCursor, EndOfBytes } from '../byte-cursor.ts';
import type { FactReader } from '../fact-reader.ts';

/** The first block of an R3D file. `tags` are by number and type as stored, `1056`: file name. */
export type R3dFacts = {
  redcodeVersion: 1 | 2;
  width: number | null;
  height: number | null;
  frameRate: { num: number; den: number } | null;
  tags: Record<string, string | number[]>;
  damage: string | null;
};

const LONGEST_HEADER = 1024 * 1024;
/** Records before the directory by their counts at 0x40, 0x41 and 0x42. Source: ExifTool Red.pm (RED2). */
const RECORD_BYTES = [0x18, 0x14, 0x10] as const;

/** RED R3D headers of both versions. Sources: ExifTool Red.pm; shared reference inspection 3.3. */
export const r3dReader: FactReader = {
  tool: 'r3d-header',
  version: '1',
  async read(source): Promise<R3dFacts> {
    const head = new ByteCursor(await source.read(0, 8));
    const version = head.u8(7) === 0x31 ? 1 : 2;
    const length = Math.min(head.u32(0), LONGEST_HEADER);
    // The directory of version 1 stands in the second block.
    const block = new ByteCursor(await source.read(0, version === 1 ? length + 0x10000 : length));
    const facts: R3dFacts = {
      redcodeVersion: version,
      width: null,
      height: null,
      frameRate: null,
      tags: {},
      damage: null,
    };
    try {
      Object.assign(facts, version === 1 ? red1Picture(block) : red2Picture(block));
      readDirectory(block, version === 1 ? length + 0x22 : red2Directory(block), facts.tags);
    } catch (error) {
      if (!(error instanceof EndOfBytes)) throw error;
      facts.damage = `the header ends early: ${error.message}`;
    }
    return facts;
  },
};

function red1Picture(c: ByteCursor): Partial<R3dFacts> {
  return { width: c.u16(0x36), height: c.u16(0x3a), frameRate: rate(c.u16(0x3e), c.u16(0x40)) };
}

function red2Picture(c: ByteCursor): Partial<R3dFacts> {
  return {
    width: c.u32(0x4c),
    height: c.u32(0x50),
    frameRate: rate(c.u16(0x58) * 0x10000 + c.u16(0x5a), c.u16(0x56)),
  };
}

function rate(num: number, den: number): { num: number; den: number } | null {
  return num > 0 && den > 0 ? { num, den } : null;
}

function red2Directory(c: ByteCursor): number {
  return RECORD_BYTES.reduce((offset, bytes, i) => offset + c.u8(0x40 + i) * bytes, 0x44);
}

function readDirectory(c: ByteCursor, offset: number, tags: R3dFacts['tags']): void {
  const end = Math.min(c.length, offset + 2 + c.u16(offset));
  for (let at = offset + 2; at + 4 <= end; ) {
    const length = c.u16(at);
    if (length < 4 || at + length > end) return;
    const tag = c.u16(at + 2);
    tags[tag.toString(16).padStart(4, '0')] ??= value(c, tag >> 12, at + 4, length - 4);
    at += length;
  }
}

/** The top four bits of a tag are its type. */
function value(c: ByteCursor, type: number, start: number, length: number): string | number[] {
  const each = (size: number, read: (offset: number) => number) =>
    Array.from({ length: Math.floor(length / size) }, (_, i) => read(start + i * size));
  switch (type) {
    case 1:
      return c.text(start, length);
    case 2:
      return each(4, (o) => c.f32(o));
    case 4:
      return each(2, (o) => c.u16(o));
    case 6:
      return each(4, (o) => c.i32(o));
    default:
      return each(1, (o) => c.u8(o)).slice(0, 64);
  }
}
