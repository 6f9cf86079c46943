import type { ByteSource } from '../../../../standards/exr/header.ts';
import { ByteCursor, EndOfBytes } from '../byte-cursor.ts';
import type { FactReader } from '../fact-reader.ts';

/** A tag's value: text, or numbers; rationals stay fractions. */
export type TiffValue = string | number[] | { num: number; den: number }[];

/** Tags of a TIFF or DNG file by directory: IFD0, its SubIFDs and the Exif directory. */
export type TiffFacts = {
  byteOrder: 'big' | 'little';
  ifd0: Record<string, TiffValue>;
  subIfds: Record<string, TiffValue>[];
  exif: Record<string, TiffValue>;
  /** Picture data that lies beyond the end of the file. */
  truncated: { expectedBytes: number; actualBytes: number } | null;
  damage: string | null;
};

/** The tags that are read, by number. Sources: TIFF 6.0; Exif 2.32; DNG 1.7.1; CinemaDNG 1.1 (50934 to 50939 region). Left out: colour tables and profiles. */
const TAGS: Record<number, string> = {
  254: 'NewSubFileType',
  256: 'ImageWidth',
  257: 'ImageLength',
  258: 'BitsPerSample',
  259: 'Compression',
  262: 'PhotometricInterpretation',
  270: 'ImageDescription',
  271: 'Make',
  272: 'Model',
  273: 'StripOffsets',
  274: 'Orientation',
  277: 'SamplesPerPixel',
  279: 'StripByteCounts',
  305: 'Software',
  306: 'DateTime',
  322: 'TileWidth',
  323: 'TileLength',
  324: 'TileOffsets',
  325: 'TileByteCounts',
  330: 'SubIFDs',
  33434: 'ExposureTime',
  33437: 'FNumber',
  34665: 'ExifIFD',
  33422: 'CFAPattern',
  34855: 'ISOSpeedRatings',
  34866: 'RecommendedExposureIndex',
  36867: 'DateTimeOriginal',
  36881: 'OffsetTimeOriginal',
  37382: 'SubjectDistance',
  37386: 'FocalLength',
  42033: 'BodySerialNumber',
  42035: 'LensMake',
  42036: 'LensModel',
  42037: 'LensSerialNumber',
  50706: 'DNGVersion',
  50708: 'UniqueCameraModel',
  50714: 'BlackLevel',
  50717: 'WhiteLevel',
  50718: 'DefaultScale',
  50719: 'DefaultCropOrigin',
  50720: 'DefaultCropSize',
  50728: 'AsShotNeutral',
  50729: 'AsShotWhiteXY',
  50735: 'CameraSerialNumber',
  50781: 'RawDataUniqueID',
  50829: 'ActiveArea',
  51043: 'TimeCodes',
  51044: 'FrameRate',
  51058: 'TStop',
  51081: 'ReelName',
  51105: 'CameraLabel',
};
const TYPE_BYTES = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4];
const MOST_ENTRIES = 1024;
const MOST_DIRECTORIES = 16;
const LONGEST_VALUE = 64 * 1024;

/** TIFF, DNG and CinemaDNG headers. */
export const tiffReader: FactReader = {
  tool: 'tiff-tags',
  version: '1',
  async read(source): Promise<TiffFacts> {
    const head = await source.read(0, 8);
    const little = head[0] === 0x49;
    const facts: TiffFacts = {
      byteOrder: little ? 'little' : 'big',
      ifd0: {},
      subIfds: [],
      exif: {},
      truncated: null,
      damage: null,
    };
    try {
      facts.ifd0 = await directory(source, new ByteCursor(head, little).u32(4), little);
      for (const offset of numbers(facts.ifd0.SubIFDs).slice(0, MOST_DIRECTORIES))
        facts.subIfds.push(await directory(source, offset, little));
      const [exif] = numbers(facts.ifd0.ExifIFD);
      if (exif !== undefined) facts.exif = await directory(source, exif, little);
    } catch (error) {
      if (!(error instanceof EndOfBytes)) throw error;
      facts.damage = `a directory lies outside of the file: ${error.message}`;
    }
    const expectedBytes = Math.max(0, ...[facts.ifd0, ...facts.subIfds].map(dataEnd));
    if (expectedBytes > source.sizeBytes) facts.truncated = { expectedBytes, actualBytes: source.sizeBytes };
    return facts;
  },
};

/** The numbers of a value; empty for texts, fractions and absent ones. */
export function numbers(value: TiffValue | undefined): number[] {
  return Array.isArray(value) ? value.filter((v): v is number => typeof v === 'number') : [];
}

function dataEnd(ifd: Record<string, TiffValue>): number {
  const ends = (offsets: number[], counts: number[]) => offsets.map((offset, i) => offset + (counts[i] ?? 0));
  return Math.max(
    0,
    ...ends(numbers(ifd.StripOffsets), numbers(ifd.StripByteCounts)),
    ...ends(numbers(ifd.TileOffsets), numbers(ifd.TileByteCounts)),
  );
}

async function directory(
  source: ByteSource,
  offset: number,
  little: boolean,
): Promise<Record<string, TiffValue>> {
  const count = Math.min(new ByteCursor(await source.read(offset, 2), little).u16(0), MOST_ENTRIES);
  const entries = new ByteCursor(await source.read(offset + 2, count * 12), little);
  const tags: Record<string, TiffValue> = {};
  for (let i = 0; i < count; i++) {
    const name = TAGS[entries.u16(i * 12)];
    const type = entries.u16(i * 12 + 2);
    const size = (TYPE_BYTES[type] ?? 0) * entries.u32(i * 12 + 4);
    if (name === undefined || size === 0) continue;
    const inline = size <= 4;
    const length = Math.min(size, LONGEST_VALUE);
    const bytes = inline
      ? entries.slice(i * 12 + 8, size)
      : await source.read(entries.u32(i * 12 + 8), length);
    if (bytes.length === length) tags[name] = value(new ByteCursor(bytes, little), type);
  }
  return tags;
}

function value(c: ByteCursor, type: number): TiffValue {
  const each = <T>(size: number, read: (offset: number) => T) =>
    Array.from({ length: Math.floor(c.length / size) }, (_, i) => read(i * size));
  switch (type) {
    case 2:
      return c.text(0, c.length);
    case 3:
      return each(2, (o) => c.u16(o));
    case 4:
    case 13:
      return each(4, (o) => c.u32(o));
    case 5:
      return each(8, (o) => ({ num: c.u32(o), den: c.u32(o + 4) }));
    case 8:
      return each(2, (o) => c.i16(o));
    case 9:
      return each(4, (o) => c.i32(o));
    case 10:
      return each(8, (o) => ({ num: c.i32(o), den: c.i32(o + 4) }));
    case 11:
      return each(4, (o) => c.f32(o));
    case 12:
      return each(8, (o) => c.f64(o));
    default:
      return each(1, (o) => c.u8(o));
  }
}
