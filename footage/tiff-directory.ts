/** A tag of a TIFF directory: number, field type and values. Rationals are pairs, flattened. */
export type TiffTag =
  | { tag: number; type: 'ascii'; text: string }
  | { tag: number; type: 'byte' | 'undefined'; bytes: readonly number[] | Uint8Array }
  | { tag: number; type: 'short' | 'long' | 'rational' | 'srational'; values: readonly number[] };

/** Number of each field type and bytes of one written number. Source: TIFF 6.0, section 2. */
const TYPES = {
  byte: { number: 1, bytes: 1 },
  ascii: { number: 2, bytes: 1 },
  short: { number: 3, bytes: 2 },
  long: { number: 4, bytes: 4 },
  rational: { number: 5, bytes: 4 },
  undefined: { number: 7, bytes: 1 },
  srational: { number: 10, bytes: 4 },
} as const;

const ENTRY_BYTES = 12;
const STRIP_OFFSETS = 273;
const EXIF_DIRECTORY = 34665;
/** The picture starts on a sector, as cameras place it. */
const PICTURE_ALIGNMENT = 512;

/** A little-endian TIFF header with one directory, its Exif directory and all values; the picture strip follows it at once. */
export function tiffHeader(main: readonly TiffTag[], exif: readonly TiffTag[]): Buffer {
  const first = placed([...main, long(STRIP_OFFSETS, 0), long(EXIF_DIRECTORY, 0)], 8);
  const second = placed(exif, first.end);
  const length = Math.ceil(second.end / PICTURE_ALIGNMENT) * PICTURE_ALIGNMENT;
  const header = Buffer.alloc(length);
  header.write('II*\0', 0, 'latin1');
  header.writeUInt32LE(8, 4);
  const pointers = new Map([
    [STRIP_OFFSETS, length],
    [EXIF_DIRECTORY, second.at],
  ]);
  write(header, first, pointers);
  write(header, second, new Map());
  return header;
}

type Placed = { at: number; end: number; entries: { tag: TiffTag; value: Buffer; valueAt: number }[] };

/** Gives each value that does not fit into its entry a place behind the directory. */
function placed(tags: readonly TiffTag[], at: number): Placed {
  let end = at + 2 + tags.length * ENTRY_BYTES + 4;
  const entries = [...tags]
    .sort((a, b) => a.tag - b.tag)
    .map((tag) => {
      const value = encode(tag);
      const valueAt = end;
      // Values start at even offsets.
      if (value.length > 4) end += value.length + (value.length % 2);
      return { tag, value, valueAt };
    });
  return { at, end, entries };
}

function write(header: Buffer, directory: Placed, pointers: ReadonlyMap<number, number>): void {
  header.writeUInt16LE(directory.entries.length, directory.at);
  for (const [i, { tag, value, valueAt }] of directory.entries.entries()) {
    const at = directory.at + 2 + i * ENTRY_BYTES;
    header.writeUInt16LE(tag.tag, at);
    header.writeUInt16LE(TYPES[tag.type].number, at + 2);
    header.writeUInt32LE(countOf(tag, value), at + 4);
    const pointer = pointers.get(tag.tag);
    if (pointer !== undefined) header.writeUInt32LE(pointer, at + 8);
    else if (value.length <= 4) value.copy(header, at + 8);
    else {
      header.writeUInt32LE(valueAt, at + 8);
      value.copy(header, valueAt);
    }
  }
}

function countOf(tag: TiffTag, value: Buffer): number {
  const perValue = tag.type === 'rational' || tag.type === 'srational' ? 2 : 1;
  return value.length / TYPES[tag.type].bytes / perValue;
}

function encode(tag: TiffTag): Buffer {
  if ('text' in tag) return Buffer.from(`${tag.text}\0`, 'latin1');
  if ('bytes' in tag) return Buffer.from(tag.bytes);
  const buffer = Buffer.alloc(tag.values.length * TYPES[tag.type].bytes);
  for (const [i, value] of tag.values.entries())
    if (tag.type === 'short') buffer.writeUInt16LE(value, i * 2);
    else if (tag.type === 'srational') buffer.writeInt32LE(value, i * 4);
    else buffer.writeUInt32LE(value, i * 4);
  return buffer;
}

function long(tag: number, value: number): TiffTag {
  return { tag, type: 'long', values: [value] };
}
