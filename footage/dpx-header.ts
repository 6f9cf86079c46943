import type { Rational } from '../schemas/rational.ts';
import { binaryCodedDecimal, timecodeParts } from './record-timecode.ts';

/** Offset of the picture in our files: the generic and industry headers, and nothing else. */
export const DPX_HEADER_BYTES = 2048;

/** What a header tells about its frame. */
export type DpxFrame = {
  fileName: string;
  width: number;
  height: number;
  rate: Rational;
  reel: string;
  timecode: string;
  recordedAt: string;
  /** 0-based, and how many the clip has. */
  frame: number;
  frameCount: number;
};

/** Text fields: offset and length. All other bytes start as 0xFF, "not set". Source: SMPTE ST 268-1, tables 1 to 5. */
const TEXT_FIELDS: readonly (readonly [offset: number, length: number])[] = [
  [36, 100],
  [136, 24],
  [160, 100],
  [260, 200],
  [460, 200],
  [1432, 100],
  [1532, 24],
  [1556, 32],
  [1588, 32],
  [1664, 32],
  [1732, 32],
  [1764, 100],
];
const LOGARITHMIC = 3;
const USER_DEFINED = 0;
const RGB = 50;

/** A big-endian DPX 2.0 header for one 10-bit RGB element. Source: SMPTE ST 268-1. */
export function dpxHeader(frame: DpxFrame): Buffer {
  const header = Buffer.alloc(DPX_HEADER_BYTES, 0xff);
  for (const [offset, length] of TEXT_FIELDS) header.fill(0, offset, offset + length);
  writeFileInformation(header, frame);
  writeImageInformation(header, frame);
  writeFilmInformation(header, frame);
  writeTelevisionInformation(header, frame);
  return header;
}

function writeFileInformation(header: Buffer, frame: DpxFrame): void {
  header.write('SDPX', 0, 'latin1');
  header.writeUInt32BE(DPX_HEADER_BYTES, 4);
  header.write('V2.0\0\0\0\0', 8, 'latin1');
  header.writeUInt32BE(DPX_HEADER_BYTES + frame.width * frame.height * 4, 16);
  header.writeUInt32BE(1, 20);
  header.writeUInt32BE(1664, 24);
  header.writeUInt32BE(384, 28);
  header.writeUInt32BE(0, 32);
  header.write(frame.fileName.slice(0, 99), 36, 'latin1');
  header.write(frame.recordedAt.replace(/-/g, ':').replace('T', ':'), 136, 'latin1');
  header.write('Rushes footage', 160, 'latin1');
  header.write(frame.reel, 260, 'latin1');
}

function writeImageInformation(header: Buffer, frame: DpxFrame): void {
  header.writeUInt16BE(0, 768);
  header.writeUInt16BE(1, 770);
  header.writeUInt32BE(frame.width, 772);
  header.writeUInt32BE(frame.height, 776);
  header.writeUInt32BE(0, 780);
  header.writeUInt32BE(0, 784);
  header.writeUInt32BE(1023, 792);
  header.writeUInt8(RGB, 800);
  header.writeUInt8(LOGARITHMIC, 801);
  header.writeUInt8(USER_DEFINED, 802);
  header.writeUInt8(10, 803);
  header.writeUInt16BE(1, 804);
  header.writeUInt16BE(0, 806);
  header.writeUInt32BE(DPX_HEADER_BYTES, 808);
  header.writeUInt32BE(0, 812);
  header.writeUInt32BE(0, 816);
  header.fill(0, 820, 852);
  header.writeUInt32BE(0, 1408);
  header.writeUInt32BE(0, 1412);
  header.writeUInt32BE(frame.width, 1424);
  header.writeUInt32BE(frame.height, 1428);
  header.write('ALEXA Mini', 1556, 'latin1');
  header.write('K1.0001234', 1588, 'latin1');
  header.writeUInt32BE(1, 1628);
  header.writeUInt32BE(1, 1632);
}

/** The film block has no film in it, but its frame position, rate and shutter are what tools read. */
function writeFilmInformation(header: Buffer, frame: DpxFrame): void {
  header.writeUInt32BE(frame.frame, 1712);
  header.writeUInt32BE(frame.frameCount, 1716);
  header.writeUInt32BE(1, 1720);
  header.writeFloatBE(frame.rate.num / frame.rate.den, 1724);
  header.writeFloatBE(172.8, 1728);
  header.write(frame.fileName.slice(0, 31), 1732, 'latin1');
}

/** Timecode as eight binary-coded decimal digits. The format has no flag for drop-frame: a reader has to know it from the rate or the list. */
function writeTelevisionInformation(header: Buffer, frame: DpxFrame): void {
  const [hours, minutes, seconds, frames] = timecodeParts(frame.timecode);
  header.writeUInt8(binaryCodedDecimal(hours), 1920);
  header.writeUInt8(binaryCodedDecimal(minutes), 1921);
  header.writeUInt8(binaryCodedDecimal(seconds), 1922);
  header.writeUInt8(binaryCodedDecimal(frames), 1923);
  header.writeUInt32BE(0, 1924);
  header.writeUInt8(0, 1928);
  header.writeUInt8(0, 1929);
  header.writeFloatBE(frame.rate.num / frame.rate.den, 1940);
}
