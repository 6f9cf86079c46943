import { type FileHandle, open } from 'node:fs/promises';
import { PipelineError } from '../../schemas/failure.ts';
import { chunkDamage } from '../../standards/exr/chunks.ts';
import { type ByteSource, type ExrHeader, readExrHeader } from '../../standards/exr/header.ts';

/**
 * Says what keeps a file from being a whole picture, or null: no chunk is missing from the offset table and the last one
 * ends where the file ends. Microseconds, no decoding; the programs that print headers accept a cut file. Flipped bits
 * inside a chunk are not seen: that is what the content hash is for.
 */
export async function exrDamage(path: string): Promise<string | null> {
  const file = await open(path, 'r');
  try {
    const source = await byteSource(file);
    return await chunkDamage(source, await readExrHeader(source, path));
  } catch (error) {
    if (error instanceof PipelineError && error.code === 'unreadable') return error.message;
    throw error;
  } finally {
    await file.close();
  }
}

/**
 * The header of an open picture file that is whole.
 * @throws PipelineError unreadable when it is no OpenEXR file or not whole
 */
export async function wholeExr(
  file: FileHandle,
  name: string,
): Promise<{ header: ExrHeader; sizeBytes: number }> {
  const source = await byteSource(file);
  const header = await readExrHeader(source, name);
  const damage = await chunkDamage(source, header);
  if (damage !== null)
    throw new PipelineError('unreadable', `${name} is not a whole picture: ${damage}`, { name, damage });
  return { header, sizeBytes: source.sizeBytes };
}

/** An open file to read headers of. */
export async function byteSource(file: FileHandle): Promise<ByteSource> {
  const { size } = await file.stat();
  return {
    sizeBytes: size,
    async read(offset, length) {
      const buffer = Buffer.alloc(length);
      const { bytesRead } = await file.read(buffer, 0, length, offset);
      return buffer.subarray(0, bytesRead);
    },
  };
}
