import type { SharedRing } from './hash-messages.ts';

/** Size of one piece: fits the second-level cache, so that hashing does not wait for memory. Source: measured, 128 to 256 KiB are fastest. */
export const PIECE_BYTES = 256 * 1024;
const PIECES = 16;

const WRITTEN = 0;
const ENDED = 1;
const FIRST_FOLLOWER = 2;
const RUNNING = 0;
const COMPLETE = 1;
const BROKEN = 2;

/** Memory for one leader and its followers: 4 MiB, however large the file. */
export function makeRing(followers: number): SharedRing {
  const control = new SharedArrayBuffer((FIRST_FOLLOWER + followers + PIECES) * Int32Array.BYTES_PER_ELEMENT);
  return { data: new SharedArrayBuffer(PIECES * PIECE_BYTES), control, followers };
}

/** The leader's end: fills the next piece when every follower is done with what it held. */
export function ringWriter(ring: SharedRing) {
  const control = new Int32Array(ring.control);
  const wake = () => Atomics.notify(control, WRITTEN);
  return {
    /** Memory for the next piece; waits for the slowest follower. */
    next(): Buffer {
      const written = Atomics.load(control, WRITTEN);
      for (let follower = 0; follower < ring.followers; follower += 1) {
        const at = FIRST_FOLLOWER + follower;
        for (let done = Atomics.load(control, at); written - done >= PIECES; done = Atomics.load(control, at)) Atomics.wait(control, at, done);
      }
      return Buffer.from(ring.data, (written % PIECES) * PIECE_BYTES, PIECE_BYTES);
    },
    publish(length: number): void {
      const written = Atomics.load(control, WRITTEN);
      Atomics.store(control, lengthAt(ring, written), length);
      Atomics.store(control, WRITTEN, written + 1);
      wake();
    },
    end(isComplete: boolean): void {
      Atomics.store(control, ENDED, isComplete ? COMPLETE : BROKEN);
      // A follower waits for a change of the count: one more than was written means the end.
      Atomics.add(control, WRITTEN, 1);
      wake();
    },
  };
}

/** A follower's end: every piece in order. Returns false when the leader could not read to the end. */
export function followRing(ring: SharedRing, follower: number, take: (piece: Buffer) => void): boolean {
  const control = new Int32Array(ring.control);
  for (let piece = 0; ; piece += 1) {
    while (Atomics.load(control, WRITTEN) <= piece) Atomics.wait(control, WRITTEN, piece);
    const ended = Atomics.load(control, ENDED);
    if (ended !== RUNNING && Atomics.load(control, WRITTEN) === piece + 1) return ended === COMPLETE;
    const length = Atomics.load(control, lengthAt(ring, piece));
    take(Buffer.from(ring.data, (piece % PIECES) * PIECE_BYTES, length));
    Atomics.store(control, FIRST_FOLLOWER + follower, piece + 1);
    Atomics.notify(control, FIRST_FOLLOWER + follower);
  }
}

function lengthAt(ring: SharedRing, piece: number): number {
  return FIRST_FOLLOWER + ring.followers + (piece % PIECES);
}
