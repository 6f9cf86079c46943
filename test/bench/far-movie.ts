import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { countedRead } from '../support/counted-movie.ts';

/** `npm run bench -- far-movie`: what 24 frames from the middle of 20 GB cost at the S3 server. RUSHES_BENCH_GB asks for another size. */
export async function run(): Promise<void> {
  const gigabytes = Number(process.env.RUSHES_BENCH_GB ?? 20);
  const folder = join(process.env.RUSHES_TEST_STATE!, 'far-movie');
  mkdirSync(folder, { recursive: true });
  for (const kind of ['prores', 'mxf'] as const) {
    const cost = await countedRead(kind, gigabytes * 1e9, folder);
    const { movieBytes, wantedBytes, sentBytes, readBytes, seconds } = cost;
    const times = (bytes: number) => (bytes / wantedBytes).toFixed(3);
    process.stdout.write(
      `${kind}: movie ${(movieBytes / 1e9).toFixed(1)} GB, 24 frames ${(wantedBytes / 1e6).toFixed(1)} MB; sent ${(sentBytes / 1e6).toFixed(1)} MB, ${times(sentBytes)} times; the server read ${(readBytes / 1e6).toFixed(1)} MB, ${times(readBytes)} times; ${seconds.toFixed(1)} s\n`,
    );
  }
}
