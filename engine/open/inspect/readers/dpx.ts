import { ByteCursor } from '../byte-cursor.ts';
import type { FactReader } from '../fact-reader.ts';

/** The header of a DPX file; numbers and texts that are not set are null. */
export type DpxFacts = {
  byteOrder: 'big' | 'little';
  version: string;
  imageOffset: number;
  fileSizeBytes: number | null;
  fileName: string | null;
  createdAt: string | null;
  creator: string | null;
  project: string | null;
  copyright: string | null;
  orientation: number | null;
  width: number | null;
  height: number | null;
  /** 50 RGB, 51 RGBA, 102 YCbCr 4:4:4 and so on. Source: SMPTE ST 268-1 table 1. */
  descriptor: number | null;
  transfer: number | null;
  colorimetric: number | null;
  bitDepth: number | null;
  packing: number | null;
  sourceFileName: string | null;
  inputDevice: string | null;
  inputSerialNumber: string | null;
  pixelAspect: { horizontal: number; vertical: number } | null;
  film: {
    /** Digits of the edge code, as they stand there. */
    keycode: { manufacturer: string; filmType: string; offset: string; prefix: string; count: string } | null;
    format: string | null;
    framePosition: number | null;
    sequenceLength: number | null;
    frameRate: number | null;
    shutterAngle: number | null;
    frameId: string | null;
    slate: string | null;
  };
  television: {
    timecodeBcd: string | null;
    userBitsBcd: string | null;
    frameRate: number | null;
    interlace: number | null;
    fieldNumber: number | null;
  };
  damage: string | null;
};

/** Header bytes: file 768, image 640 within them, orientation, film and television parts up to 2048. Source: SMPTE ST 268-1:2014. */
const HEADER_BYTES = 2048;
/** File, image and orientation parts, which every file has. */
const GENERIC_BYTES = 1664;
const UNSET = 0xffffffff;

/** DPX headers, version 1 and 2. Source: SMPTE ST 268-1:2014 tables 1 to 6. */
export const dpxReader: FactReader = {
  tool: 'dpx-header',
  version: '1',
  async read(source): Promise<DpxFacts> {
    const bytes = await source.read(0, HEADER_BYTES);
    // A file that ends early keeps what it has; the rest reads as unset.
    const whole = new Uint8Array(HEADER_BYTES).fill(0xff);
    whole.set(bytes);
    const little = whole[0] === 0x58;
    // Parts that a writer leaves out are not there: what stands in their place is picture. Source: SMPTE ST 268-1:2014 clause 5.
    const pictureAt = new ByteCursor(whole, little).u32(4);
    if (pictureAt >= GENERIC_BYTES && pictureAt < HEADER_BYTES) whole.fill(0xff, pictureAt);
    return {
      byteOrder: little ? 'little' : 'big',
      ...parts(new ByteCursor(whole, little)),
      damage: bytes.length < HEADER_BYTES ? `the header ends after ${bytes.length} bytes` : null,
    };
  },
};

function parts(c: ByteCursor): Omit<DpxFacts, 'byteOrder' | 'damage'> {
  const horizontal = number(c, 1628);
  const vertical = number(c, 1632);
  return {
    version: text(c, 8, 8) ?? '',
    imageOffset: c.u32(4),
    fileSizeBytes: number(c, 16),
    fileName: text(c, 36, 100),
    createdAt: text(c, 136, 24),
    creator: text(c, 160, 100),
    project: text(c, 260, 200),
    copyright: text(c, 460, 200),
    orientation: short(c, 768),
    width: number(c, 772),
    height: number(c, 776),
    descriptor: byte(c, 800),
    transfer: byte(c, 801),
    colorimetric: byte(c, 802),
    bitDepth: byte(c, 803),
    packing: short(c, 804),
    sourceFileName: text(c, 1432, 100),
    inputDevice: text(c, 1556, 32),
    inputSerialNumber: text(c, 1588, 32),
    pixelAspect: horizontal && vertical ? { horizontal, vertical } : null,
    film: {
      keycode: keycode(c),
      format: text(c, 1680, 32),
      framePosition: number(c, 1712),
      sequenceLength: number(c, 1716),
      frameRate: float(c, 1724),
      shutterAngle: float(c, 1728),
      frameId: text(c, 1732, 32),
      slate: text(c, 1764, 100),
    },
    television: {
      timecodeBcd: bcd(c, 1920),
      userBitsBcd: bcd(c, 1924),
      interlace: byte(c, 1928),
      fieldNumber: byte(c, 1929),
      frameRate: float(c, 1940),
    },
  };
}

/** The film part begins with the edge code; all of its digits or none. Source: SMPTE ST 268-1:2014 table 5. */
function keycode(c: ByteCursor): DpxFacts['film']['keycode'] {
  const digits = [
    [1664, 2],
    [1666, 2],
    [1668, 2],
    [1670, 6],
    [1676, 4],
  ].map(([offset, length]) => text(c, offset!, length!)?.trim() ?? '');
  if (!digits.every((part) => /^\d+$/.test(part))) return null;
  const [manufacturer, filmType, offset, prefix, count] = digits as [string, string, string, string, string];
  return { manufacturer, filmType, offset, prefix, count };
}

/** A text field; unset ones are filled with NUL, 0xFF or blanks. */
function text(c: ByteCursor, offset: number, length: number): string | null {
  if (c.u8(offset) === 0xff) return null;
  return c.text(offset, length) || null;
}

function number(c: ByteCursor, offset: number): number | null {
  const value = c.u32(offset);
  return value === UNSET ? null : value;
}

function short(c: ByteCursor, offset: number): number | null {
  const value = c.u16(offset);
  return value === 0xffff ? null : value;
}

function byte(c: ByteCursor, offset: number): number | null {
  const value = c.u8(offset);
  return value === 0xff ? null : value;
}

/** A float field; unset is all bits set (a NaN), which some writers replace by infinity. */
function float(c: ByteCursor, offset: number): number | null {
  const value = c.f32(offset);
  return c.u32(offset) === UNSET || !Number.isFinite(value) ? null : value;
}

/** Eight BCD digits as they are stored. */
function bcd(c: ByteCursor, offset: number): string | null {
  const value = c.u32(offset);
  return value === UNSET ? null : value.toString(16).padStart(8, '0');
}
