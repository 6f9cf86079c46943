import type { Box } from './attribute-value.ts';
import type { ByteSource, ExrHeader } from './header.ts';

/** Compression names by their stored number, and how many scan lines a chunk holds. Source: OpenEXR ImfCompression.h. */
const COMPRESSIONS: readonly (readonly [name: string, linesPerChunk: number])[] = [
  ['none', 1],
  ['rle', 1],
  ['zips', 1],
  ['zip', 16],
  ['piz', 32],
  ['pxr24', 16],
  ['b44', 32],
  ['b44a', 32],
  ['dwaa', 32],
  ['dwab', 256],
  ['htj2k256', 256],
  ['htj2k32', 32],
];

/** The name of a file's compression, or null for a number that is not known here. */
export function compressionName(header: ExrHeader): string | null {
  const value = header.attributes.get('compression')?.value;
  return typeof value === 'number' ? (COMPRESSIONS[value]?.[0] ?? null) : null;
}

/**
 * Says what is wrong with the chunks of a scan-line file, or null when every chunk is there and the last one ends where
 * the file ends. Readers of the field open a truncated OpenEXR file without a word, so this asks the offset table.
 * Tiled, deep and multi-part files are not judged: null.
 */
export async function chunkDamage(source: ByteSource, header: ExrHeader): Promise<string | null> {
  if (header.isTiled || header.isDeep || header.isMultiPart) return null;
  const count = chunkCount(header);
  if (count === null) return 'its data window or compression cannot be read';
  const tableBytes = await source.read(header.headerEnd, count * 8);
  if (tableBytes.length < count * 8) return 'it ends within its chunk offset table';
  const table = new DataView(tableBytes.buffer, tableBytes.byteOffset, tableBytes.byteLength);
  const firstChunk = header.headerEnd + count * 8;
  let last = 0;
  for (let i = 0; i < count; i++) {
    const offset = Number(table.getBigUint64(i * 8, true));
    if (offset === 0) return `chunk ${i} of ${count} was never written`;
    if (offset < firstChunk || offset + 8 > source.sizeBytes)
      return `chunk ${i} of ${count} lies outside the file`;
    last = Math.max(last, offset);
  }
  const head = await source.read(last, 8);
  if (head.length < 8) return 'it ends within a chunk';
  const size = new DataView(head.buffer, head.byteOffset, 8).getInt32(4, true);
  const end = last + 8 + size;
  if (size <= 0 || end > source.sizeBytes)
    return `its last chunk ends at byte ${end}, the file at ${source.sizeBytes}`;
  return end < source.sizeBytes ? `${source.sizeBytes - end} bytes follow its last chunk` : null;
}

/**
 * Where the chunks of a scan-line file begin, from its top to its bottom; null for other files, and where a chunk is missing
 * or does not lie behind the one above it.
 */
export async function chunkTable(
  source: ByteSource,
  header: ExrHeader,
): Promise<{ offsets: number[]; linesPerChunk: number } | null> {
  const layout = chunkLayout(header);
  if (layout === null || header.isTiled || header.isDeep || header.isMultiPart) return null;
  const { count, linesPerChunk } = layout;
  const bytes = await source.read(header.headerEnd, count * 8);
  if (bytes.length < count * 8) return null;
  const table = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const offsets = Array.from({ length: count }, (_, i) => Number(table.getBigUint64(i * 8, true)));
  const firstChunk = header.headerEnd + count * 8;
  const areInOrder = offsets.every((offset, i) => offset > (offsets[i - 1] ?? firstChunk - 1));
  return areInOrder && offsets.at(-1)! < source.sizeBytes ? { offsets, linesPerChunk } : null;
}

function chunkCount(header: ExrHeader): number | null {
  return chunkLayout(header)?.count ?? null;
}

function chunkLayout(header: ExrHeader): { count: number; linesPerChunk: number } | null {
  const compression = header.attributes.get('compression')?.value;
  const window = header.attributes.get('dataWindow')?.value as Box | null | undefined;
  const linesPerChunk = typeof compression === 'number' ? COMPRESSIONS[compression]?.[1] : undefined;
  if (!window || !linesPerChunk) return null;
  const height = window.yMax - window.yMin + 1;
  return height > 0 ? { count: Math.ceil(height / linesPerChunk), linesPerChunk } : null;
}
