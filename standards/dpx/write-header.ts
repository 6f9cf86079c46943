import type { Rational } from '../../schemas/rational.ts';

/** Where the picture begins in files of ours: after the generic and the industry headers. */
export const DPX_HEADER_BYTES = 2048;

/** Transfer characteristics that we write. Source: SMPTE ST 268-1:2014 table 5A; 13 by its clause 9.2. */
export const DPX_TRANSFER = { userDefined: 0, logarithmic: 3, adx: 13 } as const;

/** What a header tells of its frame. Absent fields are left unset, as the standard has it. */
export type DpxFields = {
  width: number;
  height: number;
  bits: 10 | 16;
  /** One of `DPX_TRANSFER`. Colorimetry is user defined but for ADX, which states both. */
  transfer: number;
  pixelAspect: Rational;
  /** Frames per second. */
  rate?: Rational;
  /** `HH:MM:SS:FF`; the format has no flag for drop-frame. */
  timecode?: string;
  /** Goes into the project field, where most readers look for it. */
  reel?: string;
  inputDevice?: string;
  inputSerialNumber?: string;
  /** 0-based, and how many frames the clip has. */
  frame: number;
  frameCount: number;
};

/** Text fields: offset and length. Source: SMPTE ST 268-1, tables 1 to 6. */
const TEXT = {
  fileName: [36, 100],
  created: [136, 24],
  creator: [160, 100],
  project: [260, 200],
  copyright: [460, 200],
  elements: [820, 32],
  sourceFile: [1432, 100],
  sourceCreated: [1532, 24],
  inputDevice: [1556, 32],
  inputSerialNumber: [1588, 32],
  filmCodes: [1664, 16],
  filmFormat: [1680, 32],
  frameId: [1732, 32],
  slate: [1764, 100],
} as const satisfies Record<string, readonly [offset: number, length: number]>;

const RGB = 50;
const FILLED_METHOD_A = 1;

/**
 * A big-endian DPX 2.0 header for one RGB element. Nothing in it is of the run that wrote it: no name of a file, no date,
 * so that a frame has the same bytes whenever and wherever it is made.
 * Source: SMPTE ST 268-1:2014, clauses 5 and 6.
 */
export function dpxHeader(fields: DpxFields): Buffer {
  const header = Buffer.alloc(DPX_HEADER_BYTES, 0xff);
  for (const [offset, length] of Object.values(TEXT)) header.fill(0, offset, offset + length);
  writeFile(header, fields);
  writeImage(header, fields);
  writeSource(header, fields);
  writeIndustry(header, fields);
  return header;
}

/** Bytes of one line of RGB samples: lines begin on 32-bit boundaries. Source: SMPTE ST 268-1, clause 8. */
export function dpxLineBytes(bits: 10 | 16, width: number): number {
  return bits === 10 ? width * 4 : Math.ceil((width * 6) / 4) * 4;
}

function writeFile(header: Buffer, { width, height, bits, reel }: DpxFields): void {
  header.write('SDPX', 0, 'latin1');
  header.writeUInt32BE(DPX_HEADER_BYTES, 4);
  header.write('V2.0\0\0\0\0', 8, 'latin1');
  header.writeUInt32BE(DPX_HEADER_BYTES + dpxLineBytes(bits, width) * height, 16);
  // Ditto key 1: this header is new. Then the lengths of the three headers, and no encryption.
  header.writeUInt32BE(1, 20);
  header.writeUInt32BE(1664, 24);
  header.writeUInt32BE(384, 28);
  header.writeUInt32BE(0, 32);
  writeText(header, 'creator', 'Rushes');
  writeText(header, 'project', reel);
}

function writeImage(header: Buffer, { width, height, bits, transfer }: DpxFields): void {
  header.writeUInt16BE(0, 768);
  header.writeUInt16BE(1, 770);
  header.writeUInt32BE(width, 772);
  header.writeUInt32BE(height, 776);
  header.writeUInt32BE(0, 780);
  header.writeUInt32BE(0, 784);
  header.writeUInt32BE(2 ** bits - 1, 792);
  header.writeUInt8(RGB, 800);
  header.writeUInt8(transfer, 801);
  header.writeUInt8(transfer === DPX_TRANSFER.adx ? DPX_TRANSFER.adx : DPX_TRANSFER.userDefined, 802);
  header.writeUInt8(bits, 803);
  header.writeUInt16BE(bits === 10 ? FILLED_METHOD_A : 0, 804);
  header.writeUInt16BE(0, 806);
  header.writeUInt32BE(DPX_HEADER_BYTES, 808);
  // Padding of a line is said, for readers that do not align lines by themselves.
  header.writeUInt32BE(
    dpxLineBytes(bits, width) - Math.ceil((width * 3 * (bits === 10 ? 32 / 3 : 16)) / 8),
    812,
  );
  header.writeUInt32BE(0, 816);
}

function writeSource(header: Buffer, fields: DpxFields): void {
  header.writeUInt32BE(0, 1408);
  header.writeUInt32BE(0, 1412);
  header.writeUInt32BE(fields.width, 1424);
  header.writeUInt32BE(fields.height, 1428);
  writeText(header, 'inputDevice', fields.inputDevice);
  writeText(header, 'inputSerialNumber', fields.inputSerialNumber);
  header.writeUInt32BE(fields.pixelAspect.num, 1628);
  header.writeUInt32BE(fields.pixelAspect.den, 1632);
}

/** Of the film header only what is no film's: position and count of frames, and their rate, which tools read here. */
function writeIndustry(header: Buffer, { frame, frameCount, rate, timecode }: DpxFields): void {
  header.writeUInt32BE(frame, 1712);
  header.writeUInt32BE(frameCount, 1716);
  header.writeUInt32BE(1, 1720);
  if (rate) {
    header.writeFloatBE(rate.num / rate.den, 1724);
    header.writeFloatBE(rate.num / rate.den, 1940);
  }
  header.writeUInt8(0, 1928);
  if (timecode === undefined) return;
  // Eight binary-coded decimal digits; user bits none. Source: SMPTE ST 12-1.
  header.write(timecode.replaceAll(/[:;]/g, ''), 1920, 'hex');
  header.writeUInt32BE(0, 1924);
}

function writeText(header: Buffer, field: keyof typeof TEXT, text: string | undefined): void {
  const [offset, length] = TEXT[field];
  // One byte less, so that the text ends with a zero; what is not ASCII is not for this header.
  if (text !== undefined)
    header.write(text.replaceAll(/[^\x20-\x7e]/g, '_').slice(0, length - 1), offset, 'latin1');
}
