import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, open, rm } from 'node:fs/promises';
import http from 'node:http';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import type { HashFormat } from '../../schemas/hash.ts';
import { createObjectStore, type ObjectStore } from '../../stores/objects/object-store.ts';
import { createFileReader } from '../../stores/reading/file-reader.ts';
import { testStack, uniqueName } from '../support/stack.ts';

const MIB = 1024 ** 2;
const ROUNDS = 5;
/** What ingest may cost beside sending the same bytes without looking at them. */
const ALLOWED = 1.25;
const CARDS = [
  { name: 'one file of 512 MiB', files: 1, sizeBytes: 512 * MIB, atOnce: 1 },
  { name: '200 frames of 2 MiB, four at once', files: 200, sizeBytes: 2 * MIB, atOnce: 4 },
];

type Way = { name: string; send(file: string, key: string): Promise<void> };

/**
 * Ingest's one read beside a plain streamed presigned PUT of the same bytes to the same server: in turn, page cache warm, so
 * that a busy machine slows both. Reads, hashes and sends must cost at most 1.25 times sending alone.
 */
export async function run(): Promise<void> {
  const { objectStore } = await testStack();
  const files = createFileReader();
  const store = createObjectStore(
    { site: uniqueName('bench'), useSSL: false, region: 'us-east-1', ...objectStore },
    files,
  );
  await store.ensureBuckets([]);
  const folder = await mkdtemp(path.join(tmpdir(), 'rushes-bench-ingest-'));
  console.log(
    `${availableParallelism()} processors, load ${loadavg()[0]!.toFixed(1)} at the start; best (median) of ${ROUNDS} rounds`,
  );
  try {
    for (const card of CARDS) await compareWays(store, folder, card, waysOf(store));
  } finally {
    store.close();
    await files.close();
    await rm(folder, { recursive: true, force: true });
  }
}

function waysOf(store: ObjectStore): Way[] {
  const bucket = store.bucket('work');
  const ingest = (name: string, formats: HashFormat[]): Way => ({
    name,
    async send(file, key) {
      const { outcome } = await store.uploadWhileHashing({ file, bucket, key, formats });
      if (outcome !== 'written') throw new Error(`${key} was ${outcome}`);
    },
  });
  return [
    {
      name: 'plain presigned PUT, nothing hashed',
      send: (file, key) => plainPut(store.presignPut(bucket, key), file),
    },
    ingest('read, xxh128, upload', ['xxh128']),
    ingest('read, xxh128 + md5, upload', ['xxh128', 'md5']),
  ];
}

/** The same bytes with the least that can be done: one stream, large reads, a length. */
async function plainPut(url: string, file: string): Promise<void> {
  const handle = await open(file);
  const { size } = await handle.stat();
  await handle.close();
  const request = http.request(url, { method: 'PUT', headers: { 'content-length': size } });
  const answered = new Promise<number>((resolve, reject) => {
    request.once('error', reject);
    request.once('response', (response) => {
      response.resume();
      response.once('end', () => resolve(response.statusCode ?? 0));
    });
  });
  for await (const piece of createReadStream(file, { highWaterMark: 2 * MIB })) {
    if (!request.write(piece)) await once(request, 'drain');
  }
  request.end();
  const status = await answered;
  if (status !== 200) throw new Error(`the server answered ${status}`);
}

async function compareWays(
  store: ObjectStore,
  folder: string,
  card: (typeof CARDS)[number],
  ways: Way[],
): Promise<void> {
  const paths = await makeCard(path.join(folder, card.name), card);
  const seconds = new Map<string, number[]>(ways.map((way) => [way.name, []]));
  for (let round = 0; round <= ROUNDS; round++) {
    for (const way of round % 2 ? ways.toReversed() : ways) {
      const spent = await timeOf(store, way, paths, card.atOnce);
      // The first round warms the page cache and the threads.
      if (round > 0) seconds.get(way.name)!.push(spent);
    }
  }
  report(card, ways, seconds);
  await rm(path.join(folder, card.name), { recursive: true });
}

async function timeOf(store: ObjectStore, way: Way, paths: string[], atOnce: number): Promise<number> {
  const keys = paths.map((_, i) => `made/${uniqueName('bench')}/${i}`);
  const started = performance.now();
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let i = next++; i < paths.length; i = next++) await way.send(paths[i]!, keys[i]!);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  const spent = (performance.now() - started) / 1000;
  for (const key of keys) await store.remove(store.bucket('work'), key);
  return spent;
}

function report(card: (typeof CARDS)[number], ways: Way[], seconds: Map<string, number[]>): void {
  const bytes = card.files * card.sizeBytes;
  const plain = seconds.get(ways[0]!.name)!;
  console.log(`\n${card.name}`);
  for (const way of ways) {
    const own = seconds.get(way.name)!;
    const ratio = medianOf(own) / medianOf(plain);
    const verdict =
      way === ways[0]
        ? ''
        : `  ${ratio.toFixed(2)}x of plain${way === ways[1] ? ` (${ratio <= ALLOWED ? 'within' : 'OVER'} ${ALLOWED}x)` : ''}`;
    console.log(
      `  ${way.name.padEnd(38)} ${rate(bytes, Math.min(...own))} (${rate(bytes, medianOf(own))})${verdict}`,
    );
  }
  console.log(`  memory of this process: ${Math.round(process.memoryUsage().rss / MIB)} MiB`);
}

async function makeCard(folder: string, { files, sizeBytes }: (typeof CARDS)[number]): Promise<string[]> {
  await mkdir(folder);
  const piece = Buffer.alloc(MIB, 'rushes ');
  return Promise.all(
    Array.from({ length: files }, async (_, i) => {
      const file = path.join(folder, String(i));
      const handle = await open(file, 'w');
      for (let written = 0; written < sizeBytes; written += MIB) await handle.write(piece);
      await handle.close();
      return file;
    }),
  );
}

function medianOf(numbers: number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]!;
}

function rate(bytes: number, seconds: number): string {
  return `${String(Math.round(bytes / MIB / seconds)).padStart(5)} MiB/s`;
}
