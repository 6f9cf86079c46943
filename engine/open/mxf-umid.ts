import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';

/** First half of the UMIDs that FFmpeg writes: SMPTE ST 330 basic UMID, length 0x13, instance 0. */
const UMID_HEAD = Buffer.from('060a2b340101010501010d0013000000', 'hex');
const UMID_BYTES = 32;
/** FFmpeg leaves the material number zero but for its last byte, which tells package from package. */
const UNIQUE_BYTES = 15;
const WINDOW_BYTES = 1 << 20;

/**
 * Gives a bit-exact MXF the UMIDs that FFmpeg left zero, from what the movie is: two movies never share one, and the
 * same movie made again has the same.
 */
export async function setUniqueUmids(path: string, identity: string): Promise<void> {
  const unique = createHash('sha256').update(identity).digest().subarray(0, UNIQUE_BYTES);
  const file = await open(path, 'r+');
  try {
    const { size } = await file.stat();
    const buffer = Buffer.alloc(WINDOW_BYTES + UMID_BYTES);
    // Windows overlap by one UMID, so that none is missed at a seam; one that is set is no longer zero.
    for (let at = 0; at < size; at += WINDOW_BYTES) {
      const { bytesRead } = await file.read(buffer, 0, buffer.length, at);
      const window = buffer.subarray(0, bytesRead);
      for (let found = window.indexOf(UMID_HEAD); found >= 0; found = window.indexOf(UMID_HEAD, found + 1)) {
        const material = window.subarray(found + 16, found + 16 + UNIQUE_BYTES);
        if (material.length === UNIQUE_BYTES && material.every((byte) => byte === 0))
          await file.write(unique, 0, UNIQUE_BYTES, at + found + 16);
      }
    }
  } finally {
    await file.close();
  }
}
