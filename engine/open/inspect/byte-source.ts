import { type FileHandle, open, stat } from 'node:fs/promises';
import { PipelineError } from '../../../schemas/failure.ts';
import type { ByteSource } from '../../../standards/exr/header.ts';
import { isUrl } from '../../tools/url-location.ts';

/** A file that is open for reading by ranges; whoever opened it closes it. */
export type OpenSource = ByteSource & {
  /** Bytes asked of the disk or the network so far. */
  bytesRead(): number;
  /** Size and time of a local file where they differ from when it was opened; null when nothing changed. Stored versions never do. */
  changed(): Promise<{ sizeBytes: number; modifiedAt: string } | null>;
  close(): Promise<void>;
};

/** Headers are read in small steps; one request to a store or disk fetches this much. */
const BLOCK_BYTES = 64 * 1024;
/** Blocks kept; beyond, the oldest go. Bounds the memory of one inspection at 16 MiB. */
const KEPT_BLOCKS = 256;
/** No reader of ours needs a longer stretch at once; a header that asks for more is damaged. */
const LONGEST_READ = 64 * 1024 * 1024;

/**
 * Opens a local file or a URL that answers ranges.
 * @throws PipelineError not-found, unreadable, service-away
 */
export async function openSource(location: string, signal?: AbortSignal): Promise<OpenSource> {
  const raw = isUrl(location) ? await openUrl(location, signal) : await openFile(location);
  let bytesRead = 0;
  const source = withBlocks(raw.sizeBytes, async (offset, length) => {
    const bytes = await raw.read(offset, length);
    bytesRead += bytes.length;
    return bytes;
  });
  return { ...source, bytesRead: () => bytesRead, changed: () => raw.changed(), close: () => raw.close() };
}

/** Bytes in memory as a source. */
export function bytesSource(bytes: Uint8Array): ByteSource {
  return {
    sizeBytes: bytes.length,
    read: async (offset, length) => bytes.subarray(offset, Math.min(bytes.length, offset + length)),
  };
}

type RawSource = ByteSource & Pick<OpenSource, 'changed' | 'close'>;

async function openFile(path: string): Promise<RawSource> {
  // Asked before it is opened: opening a named pipe waits for a writer that may never come.
  const info = await stat(path).catch((cause: NodeJS.ErrnoException) => {
    throw cannotOpen(path, cause);
  });
  if (!info.isFile()) throw new PipelineError('unreadable', `${path} is not a file`, { path });
  const file = await open(path, 'r').catch((cause: NodeJS.ErrnoException) => {
    throw cannotOpen(path, cause);
  });
  return {
    sizeBytes: info.size,
    read: (offset, length) => readFully(file, path, offset, length),
    changed: async () => {
      // Asked by its name: a file that was put in its place is another file.
      const now = await stat(path).catch(() => null);
      if (now === null) return { sizeBytes: 0, modifiedAt: 'gone' };
      return now.size === info.size && now.mtimeMs === info.mtimeMs
        ? null
        : { sizeBytes: now.size, modifiedAt: now.mtime.toISOString() };
    },
    close: () => file.close(),
  };
}

function cannotOpen(path: string, cause: NodeJS.ErrnoException): PipelineError {
  const code = cause.code === 'ENOENT' ? 'not-found' : 'unreadable';
  return new PipelineError(code, `${path} cannot be opened: ${cause.code}`, { path }, { cause });
}

async function readFully(
  file: FileHandle,
  path: string,
  offset: number,
  length: number,
): Promise<Uint8Array> {
  const buffer = Buffer.alloc(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await file
      .read(buffer, done, length - done, offset + done)
      .catch((cause: NodeJS.ErrnoException) => {
        throw new PipelineError(
          'unreadable',
          `${path} cannot be read at ${offset + done}: ${cause.code}`,
          { path, offset: offset + done },
          { cause },
        );
      });
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return buffer.subarray(0, done);
}

async function openUrl(url: string, signal?: AbortSignal): Promise<RawSource> {
  const name = url.split('?')[0]!;
  const get = async (from: number, to: number) => {
    const response = await fetch(url, {
      headers: { range: `bytes=${from}-${to}` },
      ...(signal ? { signal } : {}),
    }).catch((cause: unknown) => {
      signal?.throwIfAborted();
      throw new PipelineError('service-away', `${name} does not answer`, { url: name }, { cause });
    });
    if (response.status === 206 || response.status === 416) return response;
    await response.body?.cancel();
    if (response.status === 404)
      throw new PipelineError('not-found', `${name} does not exist`, { url: name });
    const code = response.status >= 500 ? 'service-away' : 'unreadable';
    throw new PipelineError(code, `${name} answered ${response.status} to a range request, expected 206`, {
      url: name,
      status: response.status,
    });
  };
  const first = await get(0, 0);
  const total = /\/(\d+)$/.exec(first.headers.get('content-range') ?? '');
  await first.body?.cancel();
  if (!total) throw new PipelineError('unreadable', `${name} does not tell its size`, { url: name });
  return {
    sizeBytes: Number(total[1]),
    read: async (offset, length) => {
      const response = await get(offset, offset + length - 1);
      if (response.status === 416) return new Uint8Array(0);
      return new Uint8Array(await response.arrayBuffer());
    },
    changed: async () => null,
    close: async () => undefined,
  };
}

function withBlocks(
  sizeBytes: number,
  fetchRange: (offset: number, length: number) => Promise<Uint8Array>,
): ByteSource {
  const blocks = new Map<number, Promise<Uint8Array>>();
  const block = (index: number): Promise<Uint8Array> => {
    const known = blocks.get(index);
    if (known) return known;
    const offset = index * BLOCK_BYTES;
    const asked = fetchRange(offset, Math.min(BLOCK_BYTES, sizeBytes - offset));
    asked.catch(() => blocks.delete(index));
    blocks.set(index, asked);
    if (blocks.size > KEPT_BLOCKS) blocks.delete(blocks.keys().next().value!);
    return asked;
  };
  return {
    sizeBytes,
    async read(offset, length) {
      const end = Math.min(sizeBytes, offset + Math.min(length, LONGEST_READ));
      if (offset < 0 || offset >= end) return new Uint8Array(0);
      if (end - offset > BLOCK_BYTES) return fetchRange(offset, end - offset);
      const first = Math.floor(offset / BLOCK_BYTES);
      const last = Math.floor((end - 1) / BLOCK_BYTES);
      const start = offset - first * BLOCK_BYTES;
      if (first === last) return (await block(first)).subarray(start, end - first * BLOCK_BYTES);
      const [a, b] = await Promise.all([block(first), block(last)]);
      return Buffer.concat([a.subarray(start), b.subarray(0, end - last * BLOCK_BYTES)]);
    },
  };
}
