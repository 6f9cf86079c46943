import type { ByteSource } from '../../../../standards/exr/header.ts';
import { ByteCursor, EndOfBytes } from '../byte-cursor.ts';

/** A box (atom) inside bytes: `start` to `end` is its content. */
export type Box = { type: string; start: number; end: number };

/** A box of the file itself. `truncated`: it reaches beyond the end of the file. */
export type FileBox = Box & { offset: number; truncated: boolean };

/** A damaged file may have very many. */
const MOST_FILE_BOXES = 2000;
/** A fragmented file has one for each few seconds; behind the movie header nothing that is read stands so far back. */
const MOST_BEHIND_HEADER = 64;

/**
 * The boxes of a file, by their headers only. A box that leaves the file is the last one answered.
 * Source: ISO/IEC 14496-12 clause 4.2; QuickTime File Format, "Atoms".
 */
export async function fileBoxes(source: ByteSource): Promise<FileBox[]> {
  const boxes: FileBox[] = [];
  for (let offset = 0; offset + 8 <= source.sizeBytes && boxes.length < MOST_FILE_BOXES; ) {
    const head = new ByteCursor(await source.read(offset, 16));
    const box = boxAt(head, 0, source.sizeBytes - offset);
    if (!box) break;
    const truncated = offset + box.end > source.sizeBytes;
    const header = boxes.findIndex((b) => b.type === 'moov');
    if (header >= 0 && boxes.length - header > MOST_BEHIND_HEADER) break;
    boxes.push({
      type: box.type,
      offset,
      start: offset + box.start,
      end: Math.min(offset + box.end, source.sizeBytes),
      truncated,
    });
    offset += box.end;
  }
  return boxes;
}

/** The boxes that lie in `start` to `end`; a damaged one ends the list. */
export function boxesIn(cursor: ByteCursor, start: number, end: number): Box[] {
  const boxes: Box[] = [];
  for (let offset = start; offset + 8 <= end; ) {
    const box = boxAt(cursor, offset, end - offset);
    if (!box || box.end > end - offset + offset) break;
    boxes.push(box);
    offset = box.end;
  }
  return boxes;
}

/** First box of a type among the boxes of a path: `childAt(c, moov, 'mdia', 'minf')`. */
export function childAt(cursor: ByteCursor, parent: Box, ...path: string[]): Box | null {
  return path.reduce<Box | null>(
    (box, type) => (box ? (boxesIn(cursor, box.start, box.end).find((b) => b.type === type) ?? null) : null),
    parent,
  );
}

function boxAt(cursor: ByteCursor, offset: number, room: number): Box | null {
  try {
    const type = cursor.fourcc(offset + 4);
    let size = cursor.u32(offset);
    let header = 8;
    if (size === 1) {
      size = cursor.u64(offset + 8);
      header = 16;
    }
    if (size === 0) size = room;
    return size < header ? null : { type, start: offset + header, end: offset + size };
  } catch (error) {
    if (error instanceof EndOfBytes) return null;
    throw error;
  }
}
