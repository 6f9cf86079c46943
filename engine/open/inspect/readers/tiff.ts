import type { ByteSource } from '../../../../standards/exr/header.ts';
import { ByteCursor, EndOfBytes } from '../byte-cursor.ts';
import type { FactReader } from '../fact-reader.ts';

/** A tag's value: text, or numbers; rationals stay fractions. */
export type TiffValue = string | number[] | { num: number; den: number }[];

/** Tags of a TIFF or DNG file by directory: IFD0, its SubIFDs and the Exif directory. */
export type TiffFacts = {
  byteOrder: 'big' | 'little';
  ifd0: Record<string, TiffValue>;
  /** Directories that follow IFD0: further pages, or smaller versions of the picture. */
  pages: Record<string, TiffValue>[];
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
  339: 'SampleFormat',
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
const TYPE_BYTES = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8];
/** Numbers of 64 bits lie in files whose third byte says so. Source: BigTIFF, as libtiff writes it. */
const BIG = 43;
const MOST_ENTRIES = 1024;
const MOST_DIRECTORIES = 16;
const LONGEST_VALUE = 64 * 1024;

/** TIFF, DNG and CinemaDNG headers. */
export const tiffReader: FactReader = {
  tool: 'tiff-tags',
  version: '1',
  async read(source): Promise<TiffFacts> {
    const head = await source.read(0, 16);
    const little = head[0] === 0x49;
    const facts: TiffFacts = {
      byteOrder: little ? 'little' : 'big',
      ifd0: {},
      pages: [],
      subIfds: [],
      exif: {},
      truncated: null,
      damage: null,
    };
    try {
      const cursor = new ByteCursor(head, little);
      const form: Form = { little, big: cursor.u16(2) === BIG };
      const first = await directory(source, form.big ? cursor.u64(8) : cursor.u32(4), form);
      facts.ifd0 = first.tags;
      const seen = new Set<number>();
      for (let { next } = first; next !== 0 && !seen.has(next) && seen.size < MOST_DIRECTORIES; ) {
        seen.add(next);
        const page = await directory(source, next, form);
        facts.pages.push(page.tags);
        next = page.next;
      }
      for (const offset of numbers(facts.ifd0.SubIFDs).slice(0, MOST_DIRECTORIES))
        facts.subIfds.push((await directory(source, offset, form)).tags);
      const [exif] = numbers(facts.ifd0.ExifIFD);
      if (exif !== undefined) facts.exif = (await directory(source, exif, form)).tags;
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

type Form = { little: boolean; big: boolean };

/** Tags of a directory, and where the next one lies; 0: nowhere. */
async function directory(
  source: ByteSource,
  offset: number,
  { little, big }: Form,
): Promise<{ tags: Record<string, TiffValue>; next: number }> {
  const [countBytes, entryBytes, wordBytes] = big ? [8, 20, 8] : [2, 12, 4];
  const word = (cursor: ByteCursor, at: number) => (big ? cursor.u64(at) : cursor.u32(at));
  const head = new ByteCursor(await source.read(offset, countBytes), little);
  const said = big ? head.u64(0) : head.u16(0);
  const count = Math.min(said, MOST_ENTRIES);
  const entries = new ByteCursor(
    await source.read(offset + countBytes, count * entryBytes + wordBytes),
    little,
  );
  const tags: Record<string, TiffValue> = {};
  for (let i = 0; i < count; i++) {
    const at = i * entryBytes;
    const name = TAGS[entries.u16(at)];
    const type = entries.u16(at + 2);
    const size = (TYPE_BYTES[type] ?? 0) * word(entries, at + 4);
    if (name === undefined || size === 0) continue;
    const valueAt = at + 4 + wordBytes;
    const length = Math.min(size, LONGEST_VALUE);
    const bytes =
      size <= wordBytes ? entries.slice(valueAt, size) : await source.read(word(entries, valueAt), length);
    if (bytes.length === length) tags[name] = value(new ByteCursor(bytes, little), type);
  }
  // Some writers end a file with its directory, and leave out where the next one would be.
  const nextAt = count * entryBytes;
  const next = said > MOST_ENTRIES || entries.length < nextAt + wordBytes ? 0 : word(entries, nextAt);
  return { tags, next };
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
    case 16:
    case 17:
    case 18:
      return each(8, (o) => c.u64(o));
    default:
      return each(1, (o) => c.u8(o));
  }
}
