import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PipelineError } from '../../schemas/failure.ts';

/** Bytes that are fetched and kept as one. */
const BLOCK_BYTES = 128 << 10;
/**
 * An answer holds so many blocks at most; who reads on asks again and gets twice as many, up to this. The system takes
 * megabytes off our hands before the program has seen any, so the length of an answer is what limits the waste.
 */
const MOST_BLOCKS = 4;
/** What programs read again and again is the beginning and the index; older blocks go. */
const KEPT_BLOCKS = 256;

/** A way for programs of this machine to read remote files by range. */
export type RangeRelay = {
  /**
   * Local address of a remote file, for one program after another.
   * @throws PipelineError not-found, service-away
   */
  addressOf(location: string): Promise<string>;
  close(): Promise<void>;
};

type Remote = {
  location: string;
  sizeBytes: number;
  blocks: Map<number, Promise<Buffer>>;
  /** Blocks that the last answers held, by the offset at which each ended. */
  answered: Map<number, number>;
};

/**
 * Opens a relay on the loopback interface. Programs ask for "from here to the end" and hang up when they have seen enough;
 * a store has by then sent megabytes for each of the half dozen connections that opening one movie takes. The relay gives a
 * part of what is asked, says so, and is asked again by those who read on (`networkArguments`). It keeps the index, and
 * keeps signed addresses out of argument lists.
 */
export async function openRangeRelay(signal: AbortSignal): Promise<RangeRelay> {
  const remotes = new Map<string, Remote>();
  const server = createServer((request, response) => {
    const remote = remotes.get(request.url ?? '');
    if (!remote) return void response.writeHead(404).end();
    answer(remote, request, response, signal).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    async addressOf(location) {
      // A name that nobody can guess: other users of the machine may not read along.
      const path = `/${randomBytes(16).toString('hex')}`;
      const sizeBytes = await sizeOf(location, signal);
      remotes.set(path, { location, sizeBytes, blocks: new Map(), answered: new Map() });
      return `http://127.0.0.1:${port}${path}`;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function answer(
  remote: Remote,
  request: IncomingMessage,
  response: ServerResponse,
  signal: AbortSignal,
): Promise<void> {
  const { sizeBytes } = remote;
  const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
  const start = Number(range?.[1] ?? 0);
  const asked = Math.min(range?.[2] ? Number(range[2]) : sizeBytes - 1, sizeBytes - 1);
  if (start > asked) return void response.writeHead(416, { 'content-range': `bytes */${sizeBytes}` }).end();
  const first = Math.floor(start / BLOCK_BYTES);
  const count = Math.min(MOST_BLOCKS, 2 * (remote.answered.get(start) ?? 0.5));
  const end = range ? Math.min(asked, (first + count) * BLOCK_BYTES - 1) : asked;
  remember(remote.answered, end + 1, count);
  response.writeHead(range ? 206 : 200, {
    'accept-ranges': 'bytes',
    'content-length': end - start + 1,
    ...(range ? { 'content-range': `bytes ${start}-${end}/${sizeBytes}` } : {}),
    connection: 'close',
  });
  if (request.method === 'HEAD') return void response.end();
  for (let at = start; at <= end && !response.destroyed; ) {
    const index = Math.floor(at / BLOCK_BYTES);
    const last = Math.min(index + MOST_BLOCKS - 1, Math.floor(end / BLOCK_BYTES));
    fetchBlocks(remote, index, last, signal);
    const block = await remote.blocks.get(index)!;
    const part = block.subarray(at - index * BLOCK_BYTES, end + 1 - index * BLOCK_BYTES);
    at += part.length;
    if (!response.write(part)) await drained(response);
  }
  response.end();
}

function remember(answered: Map<number, number>, end: number, count: number): void {
  answered.set(end, count);
  const [oldest] = answered.keys();
  if (answered.size > KEPT_BLOCKS && oldest !== undefined) answered.delete(oldest);
}

/** Until the program took what was written, or went. */
function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off('drain', done);
      response.off('close', done);
      resolve();
    };
    response.on('drain', done);
    response.on('close', done);
  });
}

/** One request for the blocks of a run that are not there yet. */
function fetchBlocks(remote: Remote, first: number, last: number, signal: AbortSignal): void {
  const { sizeBytes } = remote;
  const missing = Array.from({ length: last - first + 1 }, (_, index) => first + index).filter(
    (index) => !remote.blocks.has(index),
  );
  const [from, to] = [missing[0], missing.at(-1)];
  if (from === undefined || to === undefined) return;
  const bytes = fetchRange(
    remote.location,
    from * BLOCK_BYTES,
    Math.min((to + 1) * BLOCK_BYTES, sizeBytes) - 1,
    signal,
  );
  for (const index of missing) {
    const block = bytes.then((all) =>
      all.subarray((index - from) * BLOCK_BYTES, (index - from + 1) * BLOCK_BYTES),
    );
    // Whoever reads the block sees the failure; a block that nobody comes to read has none to see.
    block.catch(() => {});
    remote.blocks.set(index, block);
  }
  for (const index of remote.blocks.keys()) {
    if (remote.blocks.size <= KEPT_BLOCKS) break;
    // The first blocks and the newest ones stay: opening a file reads its beginning each time.
    if (index > 0 && (index < first || index > last)) remote.blocks.delete(index);
  }
}

async function sizeOf(location: string, signal: AbortSignal): Promise<number> {
  // Presigned addresses are for GET alone, so the size is asked for with one byte.
  const response = await fetch(location, { headers: { range: 'bytes=0-0' }, signal });
  await response.arrayBuffer();
  const size = /\/(\d+)$/.exec(response.headers.get('content-range') ?? '')?.[1];
  if (response.status === 206 && size !== undefined) return Number(size);
  const code = response.status === 404 ? 'not-found' : 'service-away';
  throw new PipelineError(code, `a source does not answer ranges: status ${response.status}`, {
    status: response.status,
  });
}

async function fetchRange(
  location: string,
  first: number,
  last: number,
  signal: AbortSignal,
): Promise<Buffer> {
  const response = await fetch(location, { headers: { range: `bytes=${first}-${last}` }, signal });
  const bytes = Buffer.from(await response.arrayBuffer());
  if (response.status !== 206 || bytes.length !== last - first + 1)
    throw new PipelineError(
      'service-away',
      `a source gave ${bytes.length} of ${last - first + 1} bytes: status ${response.status}`,
      { status: response.status },
    );
  return bytes;
}
