import type { ByteSource } from '../../../../standards/exr/header.ts';
import { ByteCursor, EndOfBytes } from '../byte-cursor.ts';
import type { FactReader } from '../fact-reader.ts';

/** A Magic Lantern recording: what its header announces and what its blocks hold. */
export type MlvFacts = {
  fileNumber: number | null;
  fileCount: number | null;
  /** Pictures as the header counts them; 0 when the camera never wrote the count. */
  announcedFrames: number | null;
  /** Pictures counted block by block; null where the file is too long to walk. */
  framesFound: number | null;
  rate: { num: number; den: number } | null;
  truncated: string | null;
  damage: string | null;
};

const HEADER_BYTES = 52;
/** Walked block by block, one question each; longer files are held against the length that their first pictures have. */
const LONGEST_WALK_BYTES = 256 * 1024 * 1024;

/** Magic Lantern video: counts pictures, because the header announces what was meant to be recorded. Source: Magic Lantern MLV 2.0. */
export const mlvReader: FactReader = {
  tool: 'mlv-blocks',
  version: '1',
  async read(source): Promise<MlvFacts> {
    const facts: MlvFacts = {
      fileNumber: null,
      fileCount: null,
      announcedFrames: null,
      framesFound: null,
      rate: null,
      truncated: null,
      damage: null,
    };
    try {
      const head = new ByteCursor(await source.read(0, HEADER_BYTES), true);
      facts.fileNumber = head.u16(24);
      facts.fileCount = head.u16(26);
      facts.announcedFrames = head.u32(36);
      const [num, den] = [head.u32(44), head.u32(48)];
      facts.rate = num > 0 && den > 0 ? { num, den } : null;
      await countFrames(source, head.u32(4), facts);
    } catch (error) {
      if (!(error instanceof EndOfBytes)) throw error;
      facts.damage = `the header ends early: ${error.message}`;
    }
    return facts;
  },
};

async function countFrames(source: ByteSource, from: number, facts: MlvFacts): Promise<void> {
  const announced = facts.announcedFrames ?? 0;
  const lengths = new Set<number>();
  let frames = 0;
  let at = from;
  while (at + 8 <= source.sizeBytes && at < LONGEST_WALK_BYTES) {
    const block = new ByteCursor(await source.read(at, 8), true);
    const [type, length] = [block.fourcc(0), block.u32(4)];
    if (length < 8) {
      facts.damage = `a block at ${at} has ${length} bytes`;
      return;
    }
    if (at + length > source.sizeBytes) {
      facts.truncated = `its last block announces ${length} bytes, ${source.sizeBytes - at} are there`;
      break;
    }
    if (type === 'VIDF') {
      frames++;
      lengths.add(length);
    }
    at += length;
  }
  const isWalked = at >= LONGEST_WALK_BYTES ? at >= source.sizeBytes : true;
  if (isWalked) facts.framesFound = frames;
  if (isWalked && frames < announced)
    facts.truncated = `${announced} frames are announced, ${frames} are there whole`;
  const [each] = lengths;
  if (!isWalked && lengths.size === 1 && announced * each! > source.sizeBytes)
    facts.truncated = `${announced} frames of ${each} bytes are announced, which is more than the file`;
}
