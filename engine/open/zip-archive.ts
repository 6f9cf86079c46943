import { crc32 } from 'node:zlib';

/** Version 1.0 of the format, which has stored files; names in UTF-8. */
const [NEEDED, UTF8, STORED] = [10, 0x0800, 0];
/** 1 January 1980, the first day that the format has: nothing of today may be in the bytes. */
const FIRST_DAY = 0x21;

/**
 * A ZIP archive of stored files, whose bytes follow from them alone. Below 4 GiB.
 * Source: PKWARE APPNOTE 6.3.10, clauses 4.3.7, 4.3.12 and 4.3.16.
 */
export function zipArchive(files: readonly { path: string; bytes: Buffer }[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const { path, bytes } of files) {
    const name = Buffer.from(path, 'utf8');
    const facts = factsOf(name, bytes);
    const local = Buffer.concat([signature('PK\x03\x04'), facts, name, bytes]);
    const entry = Buffer.alloc(14);
    entry.writeUInt32LE(at, 10);
    directory.push(signature('PK\x01\x02'), words(NEEDED), facts, entry, name);
    parts.push(local);
    at += local.length;
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(files.length, 4);
  end.writeUInt16LE(files.length, 6);
  end.writeUInt32LE(listed.length, 8);
  end.writeUInt32LE(at, 12);
  return Buffer.concat([...parts, listed, signature('PK\x05\x06'), end]);
}

/** What the file and the directory both say of it. */
function factsOf(name: Buffer, bytes: Buffer): Buffer {
  const sizes = Buffer.alloc(12);
  sizes.writeUInt32LE(crc32(bytes), 0);
  sizes.writeUInt32LE(bytes.length, 4);
  sizes.writeUInt32LE(bytes.length, 8);
  return Buffer.concat([words(NEEDED, UTF8, STORED, 0, FIRST_DAY), sizes, words(name.length, 0)]);
}

function words(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 2);
  for (const [index, value] of values.entries()) bytes.writeUInt16LE(value, index * 2);
  return bytes;
}

function signature(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}
