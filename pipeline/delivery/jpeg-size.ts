import { PipelineError } from '../../schemas/failure.ts';
import type { ByteSource } from '../../standards/exr/header.ts';

/** Markers that begin a frame: all SOFn but DHT, JPG and DAC. Source: ITU-T T.81, table B.1. */
const isFrameStart = (marker: number) =>
  marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);

/**
 * Width and height of a JPEG, and that it ends as one does. Source: ITU-T T.81, B.2.
 * @throws PipelineError unreadable when it is none, or was cut off
 */
export async function readJpegSize(
  source: ByteSource,
  name: string,
): Promise<{ width: number; height: number }> {
  const bytes = Buffer.from(await source.read(0, source.sizeBytes));
  if (bytes.length < 4) throw new PipelineError('unreadable', `"${name}" is not a whole JPEG`, { name });
  const isWhole = bytes.readUInt16BE(0) === 0xffd8 && bytes.readUInt16BE(bytes.length - 2) === 0xffd9;
  for (let at = 2; isWhole && at + 9 < bytes.length && bytes[at] === 0xff; ) {
    const marker = bytes[at + 1]!;
    if (isFrameStart(marker))
      return { height: bytes.readUInt16BE(at + 5), width: bytes.readUInt16BE(at + 7) };
    at += 2 + bytes.readUInt16BE(at + 2);
  }
  throw new PipelineError('unreadable', `"${name}" is not a whole JPEG`, { name, sizeBytes: bytes.length });
}
