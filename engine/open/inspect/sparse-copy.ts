import { mkdir, mkdtemp, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { ByteSource } from '../../../standards/exr/header.ts';
import { removeFolder } from '../../tools/remove-folder.ts';
import { fileBoxes } from './readers/mov-boxes.ts';
import type { ContentKind } from './sniff.ts';

/** Headers stand in the first stretch of nearly every format; indexes and late headers in the last. */
const HEAD_BYTES = 2 * 1024 * 1024;
const TAIL_BYTES = 1024 * 1024;
/** Small files are copied whole. */
const WHOLE_BYTES = HEAD_BYTES + TAIL_BYTES;
const LONGEST_BOX = 64 * 1024 * 1024;

/**
 * Copies the parts of a remote file where headers stand into a local file of the same length with holes between: for tools that
 * can only read local files. A 100 GB clip costs a few megabytes.
 */
export async function makeSparseCopy(
  source: ByteSource,
  kind: ContentKind,
  scratch: string,
): Promise<{ path: string; bytesCopied: number; remove(): Promise<void> }> {
  await mkdir(scratch, { recursive: true });
  const folder = await mkdtemp(join(scratch, 'header-'));
  const path = join(folder, `header.${kind}`);
  const file = await open(path, 'wx');
  let bytesCopied = 0;
  try {
    await file.truncate(source.sizeBytes);
    for (const [start, end] of await stretches(source, kind)) {
      const bytes = await source.read(start, end - start);
      await file.write(bytes, 0, bytes.length, start);
      bytesCopied += bytes.length;
    }
  } finally {
    await file.close();
  }
  return { path, bytesCopied, remove: () => removeFolder(folder) };
}

async function stretches(source: ByteSource, kind: ContentKind): Promise<[start: number, end: number][]> {
  if (source.sizeBytes <= WHOLE_BYTES) return [[0, source.sizeBytes]];
  const parts: [number, number][] = [
    [0, HEAD_BYTES],
    [source.sizeBytes - TAIL_BYTES, source.sizeBytes],
  ];
  if (kind !== 'mov' && kind !== 'braw' && kind !== 'crx') return parts;
  // The movie header may lie anywhere; each box's own header is needed to walk to it.
  for (const box of await fileBoxes(source)) {
    const isData = box.type === 'mdat' || box.type === 'free' || box.type === 'skip' || box.type === 'wide';
    parts.push([box.offset, isData ? box.start : Math.min(box.end, box.offset + LONGEST_BOX)]);
  }
  return parts;
}
