import { constants } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { parentPort } from 'node:worker_threads';
import { createHasher } from '../../standards/hash/hasher.ts';
import { CHUNK_BYTES, CHUNKS_IN_FLIGHT, type FromThread, type ToThread } from './thread-messages.ts';

// The body of a reading thread: reads files in large pieces and hashes them, many files at once.

/** `lent`: buffers that the job has, wherever they are. */
type Job = { cancelled: boolean; lent: number; waiting: ((buffer: SharedArrayBuffer) => void)[] };
const jobs = new Map<number, Job>();

// Buffers go from file to file: fresh memory costs as much as reading into it.
const free: SharedArrayBuffer[] = [];
const FREE_AT_MOST = 4 * CHUNKS_IN_FLIGHT;
const NOTHING = new SharedArrayBuffer(0);

parentPort!.on('message', (message: ToThread) => {
  if (message.type === 'open') void run(message);
  const job = jobs.get(message.id);
  if (message.type === 'credit') giveBack(job, message.buffer);
  if (message.type === 'cancel' && job) {
    job.cancelled = true;
    for (const next of job.waiting.splice(0)) next(NOTHING);
  }
});

/** @param job undefined when it has ended meanwhile */
function giveBack(job: Job | undefined, buffer: SharedArrayBuffer): void {
  const next = job?.waiting.shift();
  if (next) next(buffer);
  else {
    if (job) job.lent -= 1;
    if (free.length < FREE_AT_MOST && buffer.byteLength === CHUNK_BYTES) free.push(buffer);
  }
}

function takeBuffer(job: Job): Promise<SharedArrayBuffer> {
  if (job.lent >= CHUNKS_IN_FLIGHT) return new Promise((resolve) => job.waiting.push(resolve));
  job.lent += 1;
  return Promise.resolve(free.pop() ?? new SharedArrayBuffer(CHUNK_BYTES));
}

function answer(message: FromThread): void {
  parentPort!.postMessage(message);
}

async function run(order: Extract<ToThread, { type: 'open' }>): Promise<void> {
  const job: Job = { cancelled: false, lent: 0, waiting: [] };
  jobs.set(order.id, job);
  let handle: FileHandle | undefined;
  try {
    // Non-blocking, or opening a named pipe would wait for ever.
    handle = await open(order.path, constants.O_RDONLY | constants.O_NONBLOCK);
    await readThrough(handle, order, job);
  } catch (error) {
    answer(failureMessage(order.id, error));
  } finally {
    jobs.delete(order.id);
    await handle?.close();
  }
}

async function readThrough(
  handle: FileHandle,
  order: Extract<ToThread, { type: 'open' }>,
  job: Job,
): Promise<void> {
  const before = await handle.stat({ bigint: true });
  if (!before.isFile())
    return answer({
      type: 'failed',
      id: order.id,
      reason: 'not-a-file',
      message: 'it is not a regular file',
    });
  const sizeBytes = Number(before.size);
  answer({ type: 'opened', id: order.id, sizeBytes });
  const hasher = createHasher(order.formats);
  const bytesRead = await hashPieces({ handle, sizeBytes, job }, order, hasher.update.bind(hasher));
  if (job.cancelled) return;
  const changed = await changeOf(order.path, before, bytesRead);
  if (changed) return answer({ type: 'failed', id: order.id, reason: 'changed', message: changed });
  answer({ type: 'done', id: order.id, digests: hasher.digests() });
}

type OpenFile = { handle: FileHandle; sizeBytes: number; job: Job };

/** Reads the next piece while the last one is being hashed. Returns the bytes read; stops early when cancelled. */
async function hashPieces(
  file: OpenFile,
  order: Extract<ToThread, { type: 'open' }>,
  update: (bytes: Uint8Array) => void,
): Promise<number> {
  const { job } = file;
  let offset = 0;
  let pending = nextPiece(file, offset);
  for (;;) {
    const piece = await pending;
    if (job.cancelled || piece.length === 0) {
      giveBack(undefined, piece.buffer);
      return offset;
    }
    offset += piece.length;
    pending = nextPiece(file, offset);
    pending.catch(() => undefined);
    update(new Uint8Array(piece.buffer, 0, piece.length));
    if (order.deliver) answer({ type: 'chunk', id: order.id, buffer: piece.buffer, length: piece.length });
    else {
      giveBack(job, piece.buffer);
      answer({ type: 'progress', id: order.id, bytes: offset });
    }
  }
}

/** A full piece unless the file ends at the size it had when opened: short reads of network file systems are continued. */
async function nextPiece(
  { handle, sizeBytes, job }: OpenFile,
  offset: number,
): Promise<{ buffer: SharedArrayBuffer; length: number }> {
  const wanted = Math.min(CHUNK_BYTES, sizeBytes - offset);
  if (wanted <= 0) return { buffer: NOTHING, length: 0 };
  const buffer = await takeBuffer(job);
  let length = 0;
  while (!job.cancelled && length < wanted) {
    const { bytesRead } = await handle.read(new Uint8Array(buffer), length, wanted - length, offset + length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return { buffer, length };
}

type Stat = { size: bigint; mtimeNs: bigint; ino: bigint };

async function changeOf(path: string, before: Stat, bytesRead: number): Promise<string | undefined> {
  if (BigInt(bytesRead) !== before.size)
    return `it had ${before.size} bytes when opened and gave ${bytesRead}`;
  const after = await stat(path, { bigint: true });
  if (after.ino !== before.ino) return 'another file stands in its place now';
  if (after.size !== before.size) return `it grew or shrank from ${before.size} to ${after.size} bytes`;
  if (after.mtimeNs !== before.mtimeNs) return 'it was written to meanwhile';
  return undefined;
}

function failureMessage(id: number, error: unknown): FromThread {
  const message = error instanceof Error ? error.message : String(error);
  const errno = (error as { code?: unknown }).code;
  return typeof errno === 'string' && /^E[A-Z0-9]+$/.test(errno)
    ? { type: 'failed', id, reason: 'errno', errno, message }
    : {
        type: 'failed',
        id,
        reason: 'bug',
        message: error instanceof Error ? (error.stack ?? message) : message,
      };
}
