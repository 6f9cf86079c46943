import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ARRI_LOGC3 } from './camera-encoding.ts';
import { type ClipSpec, frameTimecode, recordedAt } from './clip-spec.ts';
import { DPX_HEADER_BYTES, dpxHeader } from './dpx-header.ts';
import { makeFrameEncoder } from './encode-frame.ts';
import { sceneOfClip } from './film-clip.ts';
import { frameOfTimecode } from './record-timecode.ts';

/** What a sequence maker wrote, in recorded order. */
export type MadeSequence = { fileNames: string[]; firstNumber: number };

/**
 * Records a clip as 10-bit LogC3 DPX frames in `dir`. The number in a name counts the frames of the day, as ARRI frame
 * files do, and counts on over midnight; the timecode in the header goes on at 00:00:00:00.
 */
export async function makeDpxSequence(spec: ClipSpec, dir: string): Promise<MadeSequence> {
  await mkdir(dir, { recursive: true });
  const scene = sceneOfClip(spec, ARRI_LOGC3);
  const encode = makeFrameEncoder(ARRI_LOGC3.curve);
  const firstNumber = frameOfTimecode(spec.startTimecode, spec.rate);
  const fileNames: string[] = [];
  for (let frame = 0; frame < spec.frames; frame++) {
    const fileName = `${spec.clipName}.${String(firstNumber + frame).padStart(7, '0')}.dpx`;
    const header = dpxHeader({
      fileName,
      width: spec.width,
      height: spec.height,
      rate: spec.rate,
      reel: spec.reel,
      timecode: frameTimecode(spec, frame),
      recordedAt: recordedAt(spec.shootDay),
      frame,
      frameCount: spec.frames,
    });
    await writeFile(join(dir, fileName), packTenBit(header, encode(scene(frame))));
    fileNames.push(fileName);
  }
  return { fileNames, firstNumber };
}

/** Three 10-bit values a word, the two low bits empty. Source: SMPTE ST 268-1, packing "filled, method A". */
function packTenBit(header: Buffer, gbr16: Buffer): Buffer {
  const codes = new Uint16Array(gbr16.buffer, gbr16.byteOffset, gbr16.length / 2);
  const count = codes.length / 3;
  const words = new Uint32Array((DPX_HEADER_BYTES + count * 4) / 4);
  for (let p = 0; p < count; p++)
    words[DPX_HEADER_BYTES / 4 + p] =
      (toTenBit(codes[p + 2 * count]!) << 22) |
      (toTenBit(codes[p]!) << 12) |
      (toTenBit(codes[p + count]!) << 2);
  const bytes = Buffer.from(words.buffer);
  // Big-endian in the file, whatever the machine: typed arrays are little-endian on all that Node runs on.
  bytes.swap32();
  header.copy(bytes);
  return bytes;
}

function toTenBit(code: number): number {
  return Math.floor((code * 1023 + 32767) / 65535);
}
