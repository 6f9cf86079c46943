import { parentPort, workerData } from 'node:worker_threads';
import type { createHasher } from '../../standards/hash/hasher.ts';
import type { FileOrder, FileResult, FromHashThread, SharedRing, ToHashThread } from './hash-messages.ts';
import { readWhole } from './read-whole.ts';
import { followRing, PIECE_BYTES, ringWriter } from './shared-ring.ts';

// The body of a hashing thread: it has nothing else to do, so it reads synchronously.
// The hash arithmetic comes in as a module address, because a function cannot cross into a thread.
const { hasherModule } = workerData as { hasherModule: string };
const hashing = (await import(hasherModule)) as { createHasher: (formats: readonly string[]) => ReturnType<typeof createHasher> };
const buffer = Buffer.allocUnsafeSlow(PIECE_BYTES);

parentPort!.on('message', (message: ToHashThread) => {
  const results = resultsOf(message);
  parentPort!.postMessage({ id: message.id, results } satisfies FromHashThread);
});

function resultsOf(message: ToHashThread): FileResult[] {
  if (message.type === 'files') return message.orders.map((order) => hashAlone(order));
  if (message.type === 'lead') return [lead(message.order, message.ring)];
  return [follow(message.formats, message.ring, message.follower)];
}

function hashAlone({ file, formats }: FileOrder): FileResult {
  const hasher = hashing.createHasher(formats);
  try {
    readWhole(file, { next: () => buffer, take: (piece) => hasher.update(piece) });
    return { digests: hasher.digests() };
  } catch (error) {
    return { error: reasonOf(error) };
  }
}

function lead({ file, formats }: FileOrder, ring: SharedRing): FileResult {
  const hasher = hashing.createHasher(formats);
  const writer = ringWriter(ring);
  try {
    readWhole(file, {
      next: () => writer.next(),
      take(piece) {
        writer.publish(piece.length);
        hasher.update(piece);
      },
    });
    writer.end(true);
    return { digests: hasher.digests() };
  } catch (error) {
    writer.end(false);
    return { error: reasonOf(error) };
  }
}

function follow(formats: string[], ring: SharedRing, follower: number): FileResult {
  const hasher = hashing.createHasher(formats);
  const isComplete = followRing(ring, follower, (piece) => hasher.update(piece));
  return isComplete ? { digests: hasher.digests() } : { error: 'it could not be read to its end' };
}

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === undefined ? message : `${message.replace(/, (open|read|fstat).*$/, '')}`;
}
