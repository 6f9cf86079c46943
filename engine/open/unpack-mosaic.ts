import { open, writeFile } from 'node:fs/promises';
import { PipelineError } from '../../schemas/failure.ts';
import type { DngTags } from './dng-tags.ts';

/**
 * Writes the samples of a packed mosaic, as they are, into a 16-bit PGM. OpenImageIO would widen 10, 12 and 14 bits to 16
 * by repeating the upper bits, which is off by up to a sixteenth of a step: a part in a hundred near black.
 * @throws PipelineError unreadable when the file ends before its picture does
 */
export async function unpackMosaic(path: string, tags: DngTags, target: string): Promise<void> {
  const { width, height, bitsPerSample: bits, pictureOffset } = tags;
  const rowBytes = Math.ceil((width * bits) / 8);
  const packed = Buffer.alloc(rowBytes * height + 4);
  const file = await open(path, 'r');
  try {
    const { bytesRead } = await file.read(packed, 0, rowBytes * height, pictureOffset!);
    if (bytesRead < rowBytes * height)
      throw new PipelineError('unreadable', `${path} ends before its picture does`, {
        path,
        wanted: rowBytes * height,
        got: bytesRead,
      });
  } finally {
    await file.close();
  }
  const head = Buffer.from(`P5\n${width} ${height}\n65535\n`);
  const samples = Buffer.alloc(width * height * 2);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const bit = x * bits;
      const window = packed.readUInt32BE(y * rowBytes + (bit >> 3));
      samples.writeUInt16BE((window << (bit & 7)) >>> (32 - bits), (y * width + x) * 2);
    }
  await writeFile(target, Buffer.concat([head, samples]));
}
