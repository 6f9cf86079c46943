import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import mediaInfoFactory, { type MediaInfo } from 'mediainfo.js';
import { isUrl } from './url-location.ts';

/** Asked of the worker: one file or URL. */
export type MediaInfoQuestion = { id: number; location: string };
/** Its answer: MediaInfo's JSON text, or why there is none. */
export type MediaInfoReply = { id: number; json?: string; error?: string };

const CHUNK_BYTES = 256 * 1024;
/** Beyond this much of one file there are no headers; a damaged one must not be read from end to end. */
const MOST_BYTES = 256 * 1024 * 1024;

let instance: MediaInfo<'JSON'> | null = null;

parentPort!.on('message', (question: MediaInfoQuestion) => {
  analyze(question).then(
    (json) => parentPort!.postMessage({ id: question.id, json } satisfies MediaInfoReply),
    (error: unknown) => {
      // A crashed WASM instance stays broken: the next question gets a fresh one.
      instance = null;
      parentPort!.postMessage({
        id: question.id,
        error: error instanceof Error ? error.message : String(error),
      } satisfies MediaInfoReply);
    },
  );
});

async function analyze({ location }: MediaInfoQuestion): Promise<string> {
  instance ??= await mediaInfoFactory({ format: 'JSON', full: true, chunkSize: CHUNK_BYTES });
  let left = MOST_BYTES;
  const spend = (size: number) => {
    left -= size;
    if (left < 0) throw new Error(`MediaInfo asked for more than ${MOST_BYTES} bytes`);
  };
  return isUrl(location) ? analyzeUrl(instance, location, spend) : analyzeFile(instance, location, spend);
}

async function analyzeFile(
  mediaInfo: MediaInfo<'JSON'>,
  path: string,
  spend: (size: number) => void,
): Promise<string> {
  const file = openSync(path, 'r');
  try {
    return await mediaInfo.analyzeData(fstatSync(file).size, (size, offset) => {
      spend(size);
      const chunk = new Uint8Array(size);
      return chunk.subarray(0, readSync(file, chunk, 0, size, offset));
    });
  } finally {
    closeSync(file);
  }
}

async function analyzeUrl(
  mediaInfo: MediaInfo<'JSON'>,
  url: string,
  spend: (size: number) => void,
): Promise<string> {
  const range = async (from: number, to: number) => {
    const response = await fetch(url, { headers: { range: `bytes=${from}-${to}` } });
    if (response.status !== 206) throw new Error(`status ${response.status} to a range request`);
    return response;
  };
  const first = await range(0, 0);
  await first.body?.cancel();
  const size = Number(first.headers.get('content-range')?.split('/')[1]);
  return mediaInfo.analyzeData(size, async (length, offset) => {
    if (length === 0) return new Uint8Array(0);
    spend(length);
    return new Uint8Array(await (await range(offset, offset + length - 1)).arrayBuffer());
  });
}
