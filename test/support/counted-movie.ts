import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { createOpenEngine } from '../../engine/open/open-engine.ts';
import { makeCard } from '../../footage/card.ts';
import { createObjectStore } from '../../stores/objects/object-store.ts';
import { clipJob } from '../engine/clip-job.ts';
import { openSite } from '../stores/objects/open-store.ts';
import { startObjectServer } from './object-server.ts';
import { bytesRead } from './sound-roll.ts';
import { toolPath, toolPaths } from './tools.ts';

/** What reading a part of a movie from an S3 server cost. */
export type CountedRead = {
  movieBytes: number;
  /** Of the packets of the frames that were wanted, as FFmpeg finds them. */
  wantedBytes: number;
  /** That left the S3 server, headers included. */
  sentBytes: number;
  /** That the S3 server took in, from its disk above all. */
  readBytes: number;
  seconds: number;
};

const [WANTED, FILMED] = [24, 6];

/**
 * Renders 24 frames from the middle of a 4096x2160 movie that lies in a versitygw and is mounted nowhere, and counts what
 * the server sends. The movie lies in the server's own folder as if it had been uploaded.
 * @param folder for the movie, twice its size free; all of it is removed
 */
export async function countedRead(
  kind: 'prores' | 'mxf',
  bytes: number,
  folder: string,
): Promise<CountedRead> {
  const own = await mkdtemp(join(folder, 'counted-'));
  const server = await startObjectServer(`counted-${kind}-${bytes}`, join(own, 'objects'));
  const site = await openSite({ ...server, ...server.owner });
  const counter = await countingWay(server.port);
  const engine = createOpenEngine({ tools: toolPaths() });
  try {
    const card = await makeCard({
      ...{ dir: join(own, 'card'), kind, clips: 1, frames: FILMED, seed: 4, tools: toolPaths() },
      ...{ size: { width: 4096, height: 2160 }, seal: false },
    });
    const made = card.clips[0]!;
    const bucket = site.store.bucket('work');
    const name = kind === 'mxf' ? 'long.mxf' : 'long.mov';
    const movie = join(server.dataDir, bucket, name);
    const copies = Math.ceil(bytes / statSync(join(card.path, made.files[0]!)).size);
    execFileSync(toolPath('ffmpeg'), [
      ...['-v', 'error', '-stream_loop', String(copies - 1), '-i', join(card.path, made.files[0]!)],
      ...['-map', '0:v', '-c', 'copy', movie],
    ]);
    const first = Math.floor((copies * FILMED) / 2);
    const { mountedAt: _, ...away } = site.config;
    const store = createObjectStore({ ...away, port: counter.port }, site.files);
    const movieBytes = statSync(movie).size;
    const object = {
      site: site.config.site,
      bucket,
      key: name,
      sizeBytes: movieBytes,
      xxh128: '0'.repeat(32),
    };
    const { kind: way, location } = await store.locate(object);
    if (way !== 'url') throw new Error(`the store is mounted: ${location}`);
    const { job, sources } = clipJob(card, made, {
      ...{ route: 'fast', frames: { first, last: first + WANTED - 1 } },
      output: {
        kind: 'exr',
        compression: 'none',
        container: 'openexr',
        header: { strings: {}, numbers: {} },
      },
    });
    const render = async (at: string) => {
      const workDir = await mkdtemp(join(own, 'work-'));
      const options = { signal: new AbortController().signal, progress: () => {}, threads: 2 };
      const whole = { ...job, clip: { ...job.clip, frameCount: copies * FILMED } };
      const { frames } = await engine.render(whole, [{ ...sources[0]!, location: at }], workDir, options);
      await rm(workDir, { recursive: true });
      return frames.map(({ xxh128 }) => xxh128);
    };
    const near = await render(movie);
    const [read, sent, started] = [bytesRead(server.pid()), counter.sent(), performance.now()];
    const far = await render(location);
    if (String(far) !== String(near))
      throw new Error('the frames differ from those of the same file on a disk');
    return {
      ...{ movieBytes, wantedBytes: packetBytes(movie, first) },
      ...{ sentBytes: counter.sent() - sent, readBytes: bytesRead(server.pid()) - read },
      seconds: (performance.now() - started) / 1000,
    };
  } finally {
    await engine.close();
    await counter.close();
    await site.close();
    await server.kill();
    await rm(own, { recursive: true, force: true });
  }
}

/** By their time from a seek to the one before, since a list of all packets of a long movie reads all of it. */
function packetBytes(movie: string, first: number): number {
  const args = [
    ...['-v', 'error', '-select_streams', 'v:0', '-read_intervals', `${first / 24}%+#${WANTED}`],
    ...['-show_entries', 'packet=size', '-of', 'csv=p=0', movie],
  ];
  const lines = execFileSync(toolPath('ffprobe'), args, { encoding: 'utf8' }).trim().split(/\s+/);
  const sizes = lines.map((line) => Number.parseInt(line, 10));
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** A way to the server that counts what comes out of it. */
async function countingWay(port: number): Promise<{ port: number; sent(): number; close(): Promise<void> }> {
  let sent = 0;
  const server = createServer((from) => {
    const to = connect(port, '127.0.0.1');
    to.on('data', (chunk) => {
      sent += chunk.length;
    });
    for (const socket of [from, to]) socket.on('error', () => [from, to].map((one) => one.destroy()));
    from.pipe(to).pipe(from);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as { port: number }).port,
    sent: () => sent,
    close: async () => {
      server.close();
    },
  };
}
