import { open } from 'node:fs/promises';
import { PipelineError } from '../../schemas/failure.ts';

/** What developing a CinemaDNG needs of its tags. Source: Adobe DNG 1.4 specification, chapters 4 and 6. */
export type DngTags = {
  width: number;
  height: number;
  /** Where the uncompressed picture begins; null when it does not lie in one piece, row after row. */
  pictureOffset: number | null;
  bigEndian: boolean;
  bitsPerSample: number;
  /** TIFF compression: 1 none, 7 lossless JPEG. */
  compression: number;
  /** Colours of the repeating 2x2 of the sensor, row by row, as letters: `RGGB`. null: not such a sensor. */
  pattern: string | null;
  /** Black level of the 2x2 positions, row by row, in sample values. */
  black: [number, number, number, number];
  white: number;
  /** XYZ to camera for the first and second calibration illuminant, row by row. */
  colorMatrices: { matrix: number[]; illuminant: number }[];
  analogBalance: [number, number, number];
  asShotNeutral: [number, number, number] | null;
  baselineExposureStops: number;
  /** Samples have to go through a table or per-row corrections first, which only LibRaw does. */
  needsLinearization: boolean;
  /** The part of the stored picture that is one: top, left, bottom, right. */
  activeArea: [number, number, number, number] | null;
};

const TYPE_BYTES: Readonly<Record<number, number>> = {
  1: 1,
  2: 1,
  3: 2,
  4: 4,
  5: 8,
  6: 1,
  7: 1,
  8: 2,
  9: 4,
  10: 8,
  11: 4,
  12: 8,
};
const LETTERS = 'RGB';
/** Tags and small values lie in the first part of a CinemaDNG; picture data never has to be read for them. */
const MAX_DIRECTORY_BYTES = 1 << 16;

/**
 * Reads the tags of one CinemaDNG frame.
 * @throws PipelineError unreadable
 */
export async function readDngTags(path: string): Promise<DngTags> {
  const file = await open(path, 'r');
  try {
    const read = async (position: number, length: number): Promise<Buffer> => {
      const buffer = Buffer.alloc(length);
      const { bytesRead } = await file.read(buffer, 0, length, position);
      if (bytesRead < length) throw unreadable(path, `it ends before byte ${position + length}`);
      return buffer;
    };
    return await tagsOf(path, read);
  } finally {
    await file.close();
  }
}

/** Whether a frame holds the sensor's own samples, plainly: compressed, cropped and linearized ones only LibRaw reads. */
export function isPlainMosaic(tags: DngTags): boolean {
  const [top = 0, left = 0, bottom = tags.height, right = tags.width] = tags.activeArea ?? [];
  const isWhole = top === 0 && left === 0 && bottom === tags.height && right === tags.width;
  const hasOneBlack = tags.black.every((level) => level === tags.black[0]);
  const hasWholeSamples = tags.bitsPerSample >= 8 && tags.bitsPerSample <= 16;
  const isPlain =
    hasWholeSamples && tags.compression === 1 && tags.pictureOffset !== null && !tags.needsLinearization;
  return isPlain && tags.pattern !== null && isWhole && hasOneBlack;
}

type Read = (position: number, length: number) => Promise<Buffer>;
type Directory = Map<number, number[]>;

async function tagsOf(path: string, read: Read): Promise<DngTags> {
  const head = await read(0, 8);
  const little = head.toString('latin1', 0, 2) === 'II';
  if ((!little && head.toString('latin1', 0, 2) !== 'MM') || u16(head, 2, little) !== 42)
    throw unreadable(path, 'it is no TIFF file');
  const main = await readDirectory(read, u32(head, 4, little), little, path);
  const picture = await rawDirectory(read, main, little, path);
  return interpret(path, main, picture, little);
}

/** The directory of the full-size raw picture: the first one itself, or one of its sub-directories. */
async function rawDirectory(read: Read, main: Directory, little: boolean, path: string): Promise<Directory> {
  if (isRaw(main)) return main;
  for (const offset of main.get(330) ?? []) {
    const directory = await readDirectory(read, offset, little, path);
    if (isRaw(directory)) return directory;
  }
  throw unreadable(path, 'it holds no raw sensor picture');
}

function isRaw(directory: Directory): boolean {
  return (directory.get(254)?.[0] ?? 0) === 0 && [32803, 34892].includes(directory.get(262)?.[0] ?? -1);
}

function interpret(path: string, main: Directory, picture: Directory, little: boolean): DngTags {
  const one = (tag: number, or: number) => picture.get(tag)?.[0] ?? or;
  const width = one(256, 0);
  const height = one(257, 0);
  const bitsPerSample = one(258, 16);
  if (width <= 0 || height <= 0) throw unreadable(path, 'it has no picture size');
  const cfa = picture.get(33422);
  const bayer = one(262, 0) === 32803 && cfa?.length === 4 && String(picture.get(33421)) === '2,2';
  const matrices = [
    [50721, 50778],
    [50722, 50779],
  ].flatMap(([matrix, illuminant]) => {
    const values = main.get(matrix!);
    return values?.length === 9 ? [{ matrix: values, illuminant: main.get(illuminant!)?.[0] ?? 0 }] : [];
  });
  const neutral = main.get(50728);
  const balance = main.get(50727);
  const area = picture.get(50829);
  return {
    width,
    height,
    pictureOffset: pictureOffset(picture),
    bigEndian: !little,
    bitsPerSample,
    compression: one(259, 1),
    pattern: bayer ? cfa.map((index) => LETTERS[index] ?? '?').join('') : null,
    black: blackLevels(picture),
    white: one(50717, 2 ** bitsPerSample - 1),
    colorMatrices: matrices,
    analogBalance: balance?.length === 3 ? (balance as [number, number, number]) : [1, 1, 1],
    asShotNeutral: neutral?.length === 3 ? (neutral as [number, number, number]) : null,
    baselineExposureStops: main.get(50730)?.[0] ?? 0,
    needsLinearization: [50712, 50715, 50716].some((tag) => picture.has(tag)),
    activeArea: area?.length === 4 ? (area as [number, number, number, number]) : null,
  };
}

/** Strips have to follow one another; tiles never do row after row. */
function pictureOffset(picture: Directory): number | null {
  const offsets = picture.get(273) ?? [];
  const sizes = picture.get(279) ?? [];
  const follows = offsets.every(
    (offset, index) => index === 0 || offset === offsets[index - 1]! + (sizes[index - 1] ?? -1),
  );
  return follows ? (offsets[0] ?? null) : null;
}

/** BlackLevel repeats over 1x1, 1x2, 2x1 or 2x2 pixels. */
function blackLevels(picture: Directory): [number, number, number, number] {
  const [rows = 1, columns = 1] = picture.get(50713) ?? [];
  const levels = picture.get(50714) ?? [0];
  const at = (y: number, x: number) => levels[(y % rows) * columns + (x % columns)] ?? levels[0] ?? 0;
  return [at(0, 0), at(0, 1), at(1, 0), at(1, 1)];
}

async function readDirectory(read: Read, offset: number, little: boolean, path: string): Promise<Directory> {
  const count = u16(await read(offset, 2), 0, little);
  if (count * 12 > MAX_DIRECTORY_BYTES) throw unreadable(path, `a directory with ${count} entries`);
  const entries = await read(offset + 2, count * 12);
  const directory: Directory = new Map();
  for (let at = 0; at < entries.length; at += 12) {
    const type = u16(entries, at + 2, little);
    const number = u32(entries, at + 4, little);
    const bytes = (TYPE_BYTES[type] ?? 0) * number;
    if (bytes === 0 || bytes > MAX_DIRECTORY_BYTES) continue;
    const value =
      bytes <= 4 ? entries.subarray(at + 8, at + 8 + bytes) : await read(u32(entries, at + 8, little), bytes);
    directory.set(u16(entries, at, little), numbers(value, type, number, little));
  }
  return directory;
}

function numbers(bytes: Buffer, type: number, count: number, little: boolean): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: count }, (_, index) => {
    const at = index * TYPE_BYTES[type]!;
    if (type === 3) return view.getUint16(at, little);
    if (type === 8) return view.getInt16(at, little);
    if (type === 4) return view.getUint32(at, little);
    if (type === 9) return view.getInt32(at, little);
    if (type === 5) return view.getUint32(at, little) / view.getUint32(at + 4, little);
    if (type === 10) return view.getInt32(at, little) / view.getInt32(at + 4, little);
    if (type === 11) return view.getFloat32(at, little);
    if (type === 12) return view.getFloat64(at, little);
    return view.getUint8(at);
  });
}

function u16(bytes: Buffer, at: number, little: boolean): number {
  return little ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at);
}

function u32(bytes: Buffer, at: number, little: boolean): number {
  return little ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at);
}

function unreadable(path: string, why: string): PipelineError {
  return new PipelineError('unreadable', `${path} cannot be read as CinemaDNG: ${why}`, { path, why });
}
