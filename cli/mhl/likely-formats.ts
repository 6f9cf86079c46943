import { closeSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { HashFormat } from '../../schemas/hash.ts';
import { FORMATS_IN_XSD_ORDER } from '../../standards/mhl/manifest.ts';
import type { TreeEntry } from '../../standards/mhl/tree.ts';

const PEEK_BYTES = 64 << 10;

/**
 * Formats in which the files of a folder will probably be hashed: those at the beginning of its manifests. A guess to begin with,
 * never a result: what is really needed is decided when the manifests have been read.
 */
export function likelyFormats(folder: string, listing: readonly TreeEntry[]): HashFormat[] {
  const manifests = listing.filter(({ path, kind }) => kind === 'file' && /^ascmhl\/[^/]+\.mhl$/.test(path));
  const formats = new Set<HashFormat>();
  for (const { path } of manifests) {
    const text = beginningOf(join(folder, path));
    for (const format of FORMATS_IN_XSD_ORDER) if (text.includes(`<${format} action=`)) formats.add(format);
  }
  return [...formats];
}

function beginningOf(file: string): string {
  try {
    const descriptor = openSync(file, 'r');
    try {
      const buffer = Buffer.alloc(PEEK_BYTES);
      return buffer.toString('latin1', 0, readSync(descriptor, buffer, 0, PEEK_BYTES, 0));
    } finally {
      closeSync(descriptor);
    }
  } catch {
    // Whoever reads the manifest itself will say why it cannot be read.
    return '';
  }
}
