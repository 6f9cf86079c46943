import { open } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export type RangeServer = { url(path: string): string; bytesServed(): number; close(): Promise<void> };

/** Serves local files by byte ranges, as an object store does behind presigned URLs; counts what it gives out. */
export async function serveRanges(root: string): Promise<RangeServer> {
  let served = 0;
  const server = createServer((request, response) => {
    void (async () => {
      const file = await open(
        `${root}${decodeURIComponent(new URL(request.url!, 'http://x').pathname)}`,
      ).catch(() => null);
      if (!file) return response.writeHead(404).end();
      const { size } = await file.stat();
      const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
      const [from, to] = range
        ? [Number(range[1]), Math.min(size - 1, range[2] ? Number(range[2]) : size - 1)]
        : [0, size - 1];
      if (from >= size) {
        await file.close();
        return response.writeHead(416, { 'content-range': `bytes */${size}` }).end();
      }
      response.writeHead(range ? 206 : 200, {
        'content-length': to - from + 1,
        'accept-ranges': 'bytes',
        ...(range ? { 'content-range': `bytes ${from}-${to}/${size}` } : {}),
      });
      const stream = file.createReadStream({ start: from, end: to });
      stream.on('data', (chunk) => {
        served += chunk.length;
      });
      // A client that has read enough hangs up.
      response.once('close', () => stream.destroy());
      stream.pipe(response);
    })().catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: (path) =>
      `http://127.0.0.1:${port}/${path.split('/').map(encodeURIComponent).join('/')}?X-Amz-Signature=secret`,
    bytesServed: () => served,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
