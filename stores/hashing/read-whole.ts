import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';

/** Where a reader puts its bytes and what it does with them. */
export type PieceSink = { next(): Buffer; take(piece: Buffer): void };

/**
 * Reads a file from its beginning to its end, each byte once. A link is followed: the listing has looked where it leads.
 * @throws Error of the system; Error when the file changed meanwhile
 */
export function readWhole(file: string, sink: PieceSink): void {
  // Non-blocking, or opening a pipe that took the file's place would wait for ever.
  const descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const before = fstatSync(descriptor);
    if (!before.isFile()) throw new Error('it is not a file');
    let total = 0;
    while (true) {
      const buffer = sink.next();
      const length = readSync(descriptor, buffer, 0, buffer.length, null);
      if (length === 0) break;
      total += length;
      sink.take(length === buffer.length ? buffer : buffer.subarray(0, length));
    }
    const after = fstatSync(descriptor);
    if (total !== before.size || after.size !== before.size || after.mtimeMs !== before.mtimeMs) {
      throw new Error(`it changed while it was read (${before.size} bytes when opened, ${total} read)`);
    }
  } finally {
    closeSync(descriptor);
  }
}
