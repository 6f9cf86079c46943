import type { Box } from './attribute-value.ts';
import { chunkTable } from './chunks.ts';
import type { ByteSource, ExrHeader } from './header.ts';

/** Enough lines to see that there is a picture. */
const LINES = 16;

/**
 * A small whole OpenEXR file of the middle lines of a large one: its header with a lower data window, and the chunks of
 * those lines byte by byte. A reader of pictures then need not decode the rest, nor a store send it.
 * Source: OpenEXR file layout, sections Header, Chunk Offset Table, Scan Line Blocks.
 * @returns null for a file that is tiled, deep or of several parts, or whose chunks are not all there
 */
export async function middleStrip(source: ByteSource, header: ExrHeader): Promise<Buffer | null> {
  const window = header.attributes.get('dataWindow');
  const table = await chunkTable(source, header);
  if (table === null || !window) return null;
  const { yMin, yMax } = window.value as Box;
  const { offsets, linesPerChunk } = table;
  const count = Math.min(offsets.length, Math.ceil(LINES / linesPerChunk));
  const first = Math.floor((offsets.length - count) / 2);
  const begin = offsets[first]!;
  const end = offsets[first + count] ?? source.sizeBytes;
  const [head, chunks] = await Promise.all([
    source.read(0, header.headerEnd),
    source.read(begin, end - begin),
  ]);
  if (head.length < header.headerEnd || end <= begin || chunks.length < end - begin) return null;
  const strip = Buffer.alloc(header.headerEnd + count * 8 + chunks.length);
  strip.set(head);
  const top = yMin + first * linesPerChunk;
  // A box is xMin, yMin, xMax, yMax.
  strip.writeInt32LE(top, window.offset + 4);
  strip.writeInt32LE(Math.min(top + count * linesPerChunk - 1, yMax), window.offset + 12);
  const moved = header.headerEnd + count * 8 - begin;
  for (let i = 0; i < count; i++)
    strip.writeBigUInt64LE(BigInt(offsets[first + i]! + moved), header.headerEnd + i * 8);
  strip.set(chunks, header.headerEnd + count * 8);
  return strip;
}
