import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { ClipSpec } from './clip-spec.ts';

/** First half of the UMIDs that FFmpeg writes: basic, video, not made by a registered method. Source: SMPTE ST 330, 6.1. */
const UMID_PREFIX = Buffer.from('060a2b340101010501010d0013000000', 'hex');
/** The material number follows the prefix; its last byte tells material, file and tape package apart. */
const NUMBER_BYTES = 15;
const CHUNK_BYTES = 4 * 1024 * 1024;
const OVERLAP_BYTES = UMID_PREFIX.length + NUMBER_BYTES;

/**
 * Gives a bit-exact MXF file of FFmpeg, whose UMIDs are all zero, those of the clip: its own, and the same in each run.
 * @returns how many were written
 */
export async function writeUmids(file: string, spec: ClipSpec): Promise<number> {
  const number = materialNumber(spec);
  const handle = await open(file, 'r+');
  try {
    const chunk = Buffer.alloc(CHUNK_BYTES);
    let count = 0;
    for (let position = 0; ; position += CHUNK_BYTES - OVERLAP_BYTES) {
      const { bytesRead } = await handle.read(chunk, 0, CHUNK_BYTES, position);
      const view = chunk.subarray(0, bytesRead);
      for (let at = view.indexOf(UMID_PREFIX); at >= 0; at = view.indexOf(UMID_PREFIX, at + 1)) {
        const place = at + UMID_PREFIX.length;
        const isZero =
          place + NUMBER_BYTES <= bytesRead &&
          view.subarray(place, place + NUMBER_BYTES).every((byte) => byte === 0);
        if (!isZero) continue;
        await handle.write(number, 0, NUMBER_BYTES, position + place);
        number.copy(chunk, place);
        count++;
      }
      if (bytesRead < CHUNK_BYTES) return count;
    }
  } finally {
    await handle.close();
  }
}

/** The UMID of a clip's material package: 64 upper-case hex digits. */
export function materialUmid(spec: ClipSpec): string {
  return Buffer.concat([UMID_PREFIX, materialNumber(spec), Buffer.of(0)])
    .toString('hex')
    .toUpperCase();
}

function materialNumber(spec: ClipSpec): Buffer {
  const identity = `${spec.reel}/${spec.clipName}/${spec.shootDay}/${spec.seed}`;
  return createHash('sha256').update(identity).digest().subarray(0, NUMBER_BYTES);
}
