// The body of a hashing thread, and the same work for the thread that started it. Plain JavaScript on purpose: a thread does not share the cache of
// compiled files, and taking the types out of TypeScript takes it longer than hashing a gigabyte. Types: hash-thread.d.mts.
import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { createRequire } from 'node:module';
import { isMainThread, parentPort, workerData } from 'node:worker_threads';

/** Size of one piece: fits the second-level cache, so that hashing does not wait for memory. Source: measured, 128 to 256 KiB are fastest. */
export const PIECE_BYTES = 256 * 1024;

const PIECES = 16;
const RESULTS_PER_MESSAGE = 256;
const XXHASH_CLASS = { xxh32: 'XXHash32', xxh64: 'XXHash64', xxh3: 'XXHash3', xxh128: 'XXHash128' };

// Places in the control words of a ring: how many pieces are written, how it ended, then each follower's count, then each piece's length.
const WRITTEN = 0;
const ENDED = 1;
const FIRST_FOLLOWER = 2;
const RUNNING = 0;
const COMPLETE = 1;
const BROKEN = 2;

let addon;
let ownPiece;

/** Hashes files from a list that other threads take from too, until it is empty: `next` counts what is taken. */
export function takeFiles(orders, next, heard) {
  const counter = new Int32Array(next);
  ownPiece ??= Buffer.allocUnsafeSlow(PIECE_BYTES);
  for (let index = Atomics.add(counter, 0, 1); index < orders.length; index = Atomics.add(counter, 0, 1)) {
    const { file, formats } = orders[index];
    heard(
      index,
      attempt(formats, (update) => readWhole(file, () => ownPiece, update)),
    );
  }
}

/** Memory for one reader and its followers: 4 MiB, however large the file. */
export function makeRing(followers) {
  const control = new SharedArrayBuffer((FIRST_FOLLOWER + followers + PIECES) * Int32Array.BYTES_PER_ELEMENT);
  return { data: new SharedArrayBuffer(PIECES * PIECE_BYTES), control, followers };
}

/** Reads a file into a ring for its followers, and hashes it in formats of its own. */
export function leadRing({ file, formats }, ring) {
  const control = new Int32Array(ring.control);
  const advance = () => {
    Atomics.add(control, WRITTEN, 1);
    Atomics.notify(control, WRITTEN);
  };
  const result = attempt(formats, (update) =>
    readWhole(
      file,
      () => freePiece(ring, control),
      (piece) => {
        Atomics.store(control, lengthAt(ring, Atomics.load(control, WRITTEN)), piece.length);
        advance();
        update(piece);
      },
    ),
  );
  // A follower waits for the count to change: one more than there are pieces means the end.
  Atomics.store(control, ENDED, 'error' in result ? BROKEN : COMPLETE);
  advance();
  return result;
}

function freePiece(ring, control) {
  const written = Atomics.load(control, WRITTEN);
  for (let at = FIRST_FOLLOWER; at < FIRST_FOLLOWER + ring.followers; at += 1) {
    for (let done = Atomics.load(control, at); written - done >= PIECES; done = Atomics.load(control, at))
      Atomics.wait(control, at, done);
  }
  return Buffer.from(ring.data, (written % PIECES) * PIECE_BYTES, PIECE_BYTES);
}

function followRing({ formats, ring, follower }) {
  const control = new Int32Array(ring.control);
  return attempt(formats, (update) => {
    for (let piece = 0; ; piece += 1) {
      while (Atomics.load(control, WRITTEN) <= piece) Atomics.wait(control, WRITTEN, piece);
      const ended = Atomics.load(control, ENDED);
      if (ended !== RUNNING && Atomics.load(control, WRITTEN) === piece + 1) {
        if (ended === BROKEN) throw new Error('it could not be read to its end');
        return;
      }
      update(
        Buffer.from(ring.data, (piece % PIECES) * PIECE_BYTES, Atomics.load(control, lengthAt(ring, piece))),
      );
      Atomics.store(control, FIRST_FOLLOWER + follower, piece + 1);
      Atomics.notify(control, FIRST_FOLLOWER + follower);
    }
  });
}

function lengthAt(ring, piece) {
  return FIRST_FOLLOWER + ring.followers + (piece % PIECES);
}

function readWhole(file, next, take) {
  // Non-blocking, or opening a pipe that took the file's place would wait for ever.
  const descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const before = fstatSync(descriptor);
    if (!before.isFile()) throw new Error('it is not a file');
    let total = 0;
    // That nothing follows the size it had when opened is seen below, without another read.
    while (total < before.size) {
      const buffer = next();
      const length = readSync(descriptor, buffer, 0, buffer.length, null);
      if (length === 0) break;
      total += length;
      take(length === buffer.length ? buffer : buffer.subarray(0, length));
    }
    const after = fstatSync(descriptor);
    if (total !== before.size || after.size !== before.size || after.mtimeMs !== before.mtimeMs) {
      throw new Error(`it changed while it was read (${before.size} bytes when opened, ${total} read)`);
    }
  } finally {
    closeSync(descriptor);
  }
}

function attempt(formats, feed) {
  try {
    const streams = formats.map(startStream);
    feed((piece) => {
      for (const stream of streams) stream.update(piece);
    });
    return { raw: streams.map((stream) => stream.digest()) };
  } catch (error) {
    // The finding names the path; the system's sentence need not repeat it.
    return {
      error: error.code === undefined ? error.message : error.message.replace(/, (open|read|fstat).*$/s, ''),
    };
  }
}

function startStream(format) {
  if (format === 'md5' || format === 'sha1') return createHash(format);
  if (format === 'c4') return createHash('sha512');
  addon ??= createRequire(import.meta.url)('xxhash-addon');
  // The addon aborts the process when it is given no seed.
  return new addon[XXHASH_CLASS[format]](Buffer.alloc(format === 'xxh32' ? 4 : 8));
}

function answerFiles({ orders, next }) {
  let results = [];
  takeFiles(orders, next, (index, result) => {
    results.push([index, result]);
    if (results.length < RESULTS_PER_MESSAGE) return;
    parentPort.postMessage({ results, done: false });
    results = [];
  });
  parentPort.postMessage({ results, done: true });
}

if (!isMainThread && workerData === 'rushes-hash-thread') {
  parentPort.on('message', (message) => {
    if (message.type === 'files') answerFiles(message);
    else parentPort.postMessage({ results: [[0, followRing(message)]], done: true });
  });
}
