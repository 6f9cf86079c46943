import { type FileHandle, open, rename } from 'node:fs/promises';
import type { RenderedFrame } from '../../schemas/segment-job.ts';
import { type ExrHeader, readExrHeader } from '../../standards/exr/header.ts';
import { createHasher, type Hasher } from '../../standards/hash/hasher.ts';
import { wholeExr } from './exr-check.ts';

const COPY_BYTES = 4 << 20;

/** Attributes that decide how the chunks are laid out: the written file and our header have to agree on them. */
const LAYOUT = ['channels', 'compression', 'dataWindow', 'lineOrder'];

/**
 * Gives a picture file that oiiotool wrote our own header and its final name, in one copy that also hashes it.
 * oiiotool cannot write drop-frame timecode and always adds a capture date; so the chunks are kept byte by byte, and
 * header and offset table are ours. The file appears whole or not at all.
 * @throws PipelineError unreadable when the written file is not whole
 */
export async function finishFrame(
  written: string,
  header: Buffer,
  final: string,
  frame: number,
): Promise<RenderedFrame> {
  const source = await open(written, 'r');
  try {
    const whole = await wholeExr(source, written);
    await requireSameLayout(header, whole.header, frame);
    const table = await shiftedTable(source, whole.header.headerEnd, header.length);
    const dataStart = whole.header.headerEnd + table.length;
    const hasher = createHasher(['xxh128']);
    const part = `${final}.part`;
    const target = await open(part, 'wx');
    try {
      const head = Buffer.concat([header, table]);
      hasher.update(head);
      await target.writeFile(head);
      await copyHashed(source, dataStart, target, hasher);
    } finally {
      await target.close();
    }
    await rename(part, final);
    const sizeBytes = header.length + table.length + whole.sizeBytes - dataStart;
    return { frame, file: final, sizeBytes, xxh128: hasher.digests().xxh128! };
  } finally {
    await source.close();
  }
}

/** The offset table after a header of another length; the first chunk follows the table, so its offset tells its end. */
async function shiftedTable(source: FileHandle, headerEnd: number, headerLength: number): Promise<Buffer> {
  const first = Buffer.alloc(8);
  await source.read(first, 0, 8, headerEnd);
  const table = Buffer.alloc(Number(first.readBigUInt64LE()) - headerEnd);
  await source.read(table, 0, table.length, headerEnd);
  const shift = BigInt(headerLength - headerEnd);
  for (let at = 0; at < table.length; at += 8) table.writeBigUInt64LE(table.readBigUInt64LE(at) + shift, at);
  return table;
}

async function requireSameLayout(ours: Buffer, written: ExrHeader, frame: number): Promise<void> {
  const source = {
    sizeBytes: ours.length,
    read: async (at: number, length: number) => ours.subarray(at, at + length),
  };
  const { attributes } = await readExrHeader(source, `header of frame ${frame}`);
  if (written.isTiled || written.isMultiPart || written.isDeep)
    throw new Error(`frame ${frame}: the file is in tiles or parts, our header says scan lines`);
  for (const name of LAYOUT) {
    const [a, b] = [attributes, written.attributes].map((each) => JSON.stringify(each.get(name)?.value));
    if (a !== b) throw new Error(`frame ${frame}: the file has ${name} ${b}, our header says ${a}`);
  }
}

async function copyHashed(
  source: FileHandle,
  from: number,
  target: FileHandle,
  hasher: Hasher,
): Promise<void> {
  const buffer = Buffer.allocUnsafe(COPY_BYTES);
  for (let at = from; ; ) {
    const { bytesRead } = await source.read(buffer, 0, COPY_BYTES, at);
    if (bytesRead === 0) return;
    const chunk = buffer.subarray(0, bytesRead);
    hasher.update(chunk);
    await target.writeFile(chunk);
    at += bytesRead;
  }
}
