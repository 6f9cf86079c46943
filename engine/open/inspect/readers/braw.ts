import { ByteCursor, EndOfBytes } from '../byte-cursor.ts';
import type { FactReader } from '../fact-reader.ts';
import { boxesIn, fileBoxes } from './mov-boxes.ts';

/** Metadata of the first frame of a Blackmagic RAW file, by box name as stored: `isoe`, `wkel`, `aptr`. */
export type BrawFacts = { frame: Record<string, string | number | number[]>; damage: string | null };

/** How each box of a frame's metadata is written. Source: shared reference inspection 3.3 (Blackmagic RAW SDK, per-frame metadata). */
const BOXES: Record<string, (c: ByteCursor, start: number, length: number) => string | number | number[]> = {
  srte: (c, start) => [c.u32(start), c.u32(start + 4)],
  innd: (c, start) => c.f32(start),
  isoe: (c, start) => c.u32(start),
  wkel: (c, start) => c.u32(start),
  wtin: (c, start) => c.i16(start),
  shtv: (c, start, length) => c.text(start, length),
  aptr: (c, start, length) => c.text(start, length),
  fcln: (c, start, length) => c.text(start, length),
  dsnc: (c, start, length) => c.text(start, length),
  expo: (c, start) => c.f32(start),
  agin: (c, start) => c.f32(start),
};

/** Metadata of a frame stands before its pixels; all of it fits in this. */
const FRAME_HEAD_BYTES = 64 * 1024;

/** The `bmdf` box that begins the first frame. No tool at hand reads it. */
export const brawReader: FactReader = {
  tool: 'braw-frame',
  version: '1',
  async read(source): Promise<BrawFacts> {
    const mdat = (await fileBoxes(source)).find((b) => b.type === 'mdat');
    if (!mdat) return { frame: {}, damage: 'there is no media data' };
    const c = new ByteCursor(
      await source.read(mdat.start, Math.min(FRAME_HEAD_BYTES, mdat.end - mdat.start)),
    );
    const bmdf = boxesIn(c, 0, c.length).find((b) => b.type === 'bmdf');
    if (!bmdf) return { frame: {}, damage: 'the first frame has no metadata' };
    const frame: BrawFacts['frame'] = {};
    for (const box of boxesIn(c, bmdf.start, Math.min(bmdf.end, c.length))) {
      try {
        frame[box.type] ??=
          BOXES[box.type]?.(c, box.start, box.end - box.start) ??
          c.hex(box.start, Math.min(32, box.end - box.start));
      } catch (error) {
        if (!(error instanceof EndOfBytes)) throw error;
      }
    }
    return { frame, damage: null };
  },
};
