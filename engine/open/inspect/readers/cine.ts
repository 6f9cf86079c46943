import { ByteCursor, EndOfBytes } from '../byte-cursor.ts';
import type { FactReader } from '../fact-reader.ts';

/** The header of a Phantom Cine file. */
export type CineFacts = {
  version: number | null;
  /** Pictures recorded in the camera's memory, and those saved into this file. */
  recordedImages: number | null;
  savedImages: number | null;
  firstImage: number | null;
  width: number | null;
  height: number | null;
  bitsPerPixel: number | null;
  framesPerSecond: number | null;
  shutterNs: number | null;
  cameraVersion: number | null;
  /** Moment of the trigger, seconds since 1970 UTC; null when unset. */
  triggerSeconds: number | null;
  truncated: { expectedBytes: number; actualBytes: number } | null;
  damage: string | null;
};

const SETUP_MARK = 'ST';
/** Places in the setup structure. Source: Vision Research Cine File Format, SETUP; FFmpeg libavformat/cinedec.c. */
const SETUP = { mark: 140, length: 142, frameRate: 768, cameraVersion: 792, shutterNs: 1568 };
const SETUP_BYTES = 1600;
/** Two lengths of four bytes. */
const SHORTEST_NOTES = 8;
const MOST_IMAGES = 10_000_000;

/** Phantom Cine: counts, sizes and rate from the header structures. Source: Vision Research, Cine File Format, CINEFILEHEADER. */
export const cineReader: FactReader = {
  tool: 'cine-header',
  version: '1',
  async read(source): Promise<CineFacts> {
    const facts: CineFacts = {
      version: null,
      recordedImages: null,
      savedImages: null,
      firstImage: null,
      width: null,
      height: null,
      bitsPerPixel: null,
      framesPerSecond: null,
      shutterNs: null,
      cameraVersion: null,
      triggerSeconds: null,
      truncated: null,
      damage: null,
    };
    const part = async (offset: number, length: number) =>
      new ByteCursor(await source.read(offset, length), true);
    try {
      const head = await part(0, 44);
      facts.version = head.u16(6);
      facts.recordedImages = head.u32(12);
      facts.firstImage = head.i32(16);
      facts.savedImages = head.u32(20);
      facts.triggerSeconds = head.u32(40) || null;
      const image = await part(head.u32(24), 40);
      facts.width = image.i32(4);
      facts.height = Math.abs(image.i32(8));
      facts.bitsPerPixel = image.u16(14);
      readSetup(await part(head.u32(28), SETUP_BYTES), facts);
      await readEnd(part, head.u32(32), facts, source.sizeBytes);
    } catch (error) {
      if (!(error instanceof EndOfBytes)) throw error;
      facts.damage = `the header ends early: ${error.message}`;
    }
    return facts;
  },
};

function readSetup(setup: ByteCursor, facts: CineFacts): void {
  if (setup.text(SETUP.mark, 2) !== SETUP_MARK || setup.u16(SETUP.length) < SETUP.shutterNs) return;
  facts.framesPerSecond = setup.u32(SETUP.frameRate) || null;
  facts.cameraVersion = setup.u32(SETUP.cameraVersion);
  facts.shutterNs = setup.u32(SETUP.shutterNs) || null;
}

/** Where the last picture begins tells whether the file reaches that far. */
async function readEnd(
  part: (offset: number, length: number) => Promise<ByteCursor>,
  offsets: number,
  facts: CineFacts,
  sizeBytes: number,
): Promise<void> {
  const count = facts.savedImages ?? 0;
  if (count === 0 || count > MOST_IMAGES) return;
  const last = (await part(offsets + (count - 1) * 8, 8)).u64(0);
  // Each picture has its notes' length before it and its own length at their end.
  const notes = last + 8 <= sizeBytes ? (await part(last, 4)).u32(0) : SHORTEST_NOTES;
  const imageBytes = notes >= 4 && last + notes <= sizeBytes ? (await part(last + notes - 4, 4)).u32(0) : 0;
  const expectedBytes = last + notes + imageBytes;
  if (expectedBytes > sizeBytes) facts.truncated = { expectedBytes, actualBytes: sizeBytes };
}
