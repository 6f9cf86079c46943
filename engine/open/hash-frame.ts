import { open } from 'node:fs/promises';
import { createHasher } from '../../standards/hash/hasher.ts';

/** Small enough to stay in a processor's cache between the read and the hash. */
const PIECE_BYTES = 1 << 20;

/**
 * Size and xxh128 of a file that was just made, read back in pieces: a whole picture in one buffer costs four times the CPU,
 * in pages that are touched once and in garbage.
 */
export async function hashFrame(path: string): Promise<{ sizeBytes: number; xxh128: string }> {
  const file = await open(path, 'r');
  try {
    const hasher = createHasher(['xxh128']);
    const piece = Buffer.allocUnsafeSlow(PIECE_BYTES);
    for (let sizeBytes = 0; ; ) {
      const { bytesRead } = await file.read(piece, 0, PIECE_BYTES, sizeBytes);
      if (bytesRead === 0) return { sizeBytes, xxh128: hasher.digests().xxh128! };
      hasher.update(piece.subarray(0, bytesRead));
      sizeBytes += bytesRead;
    }
  } finally {
    await file.close();
  }
}
