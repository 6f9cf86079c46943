import { execFileSync } from 'node:child_process';
import { createReadStream, statSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createOpenEngine } from '../../../engine/open/open-engine.ts';
import { makeCard } from '../../../footage/card.ts';
import type { CardKind } from '../../../footage/clip-spec.ts';
import { toolPath, toolPaths } from '../../support/tools.ts';
import { clipJob } from '../clip-job.ts';

describe('sources that are only there by URL', () => {
  const engine = createOpenEngine({ tools: toolPaths() });
  let folder = '';
  let server: Server;
  const files = new Map<string, string>();
  let sentBytes = 0;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'range-'));
    server = createServer((request, response) => {
      const file = files.get(decodeURIComponent(request.url!.slice(1).split('?')[0]!));
      if (!file) return response.writeHead(404).end();
      const { size } = statSync(file);
      const range = /bytes=(\d+)-(\d*)/.exec(request.headers.range ?? '');
      const start = Number(range?.[1] ?? 0);
      const end = range?.[2] ? Number(range[2]) : size - 1;
      const headers = {
        'accept-ranges': 'bytes',
        'content-length': end - start + 1,
        'content-range': `bytes ${start}-${end}/${size}`,
      };
      response.writeHead(range ? 206 : 200, headers);
      createReadStream(file, { start, end })
        .on('data', (chunk) => {
          sentBytes += chunk.length;
        })
        .on('error', () => response.destroy())
        .pipe(response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(async () => {
    server.closeAllConnections();
    server.close();
    await rm(folder, { recursive: true, force: true });
  });

  it.each(['prores', 'mxf', 'dpx', 'cinemadng', 'exr'] as const)(
    'give the same bytes as from a disk, by either route (%s)',
    async (kind: CardKind) => {
      const size = { width: 256, height: 144 };
      const card = await makeCard({
        dir: join(folder, kind),
        kind,
        clips: 1,
        frames: 6,
        size,
        seed: 4,
        tools: toolPaths(),
        seal: false,
      });
      const { port } = server.address() as AddressInfo;
      for (const route of ['reference', 'fast'] as const) {
        const { job, sources } = clipJob(card, card.clips[0]!, { route, frames: { first: 3, last: 4 } });
        for (const { location } of sources) files.set(basename(location), location);
        const remote = sources.map((source) => ({
          ...source,
          location: `http://127.0.0.1:${port}/${basename(source.location)}?signature=a%2Fb&x=1`,
        }));
        const render = async (found: typeof sources) => {
          const workDir = await mkdtemp(join(folder, 'work-'));
          const { frames } = await engine.render(job, found, workDir, {
            signal: new AbortController().signal,
            progress: () => {},
          });
          expect((await readdir(workDir)).sort()).toEqual(['00000003.exr', '00000004.exr']);
          return frames.map(({ xxh128 }) => xxh128);
        };
        expect(await render(remote)).toEqual(await render(sources));
      }
    },
  );

  it.each(['prores', 'mxf'] as const)(
    'are read little beyond the frames that are wanted: 24 from the middle of a long %s movie',
    async (kind) => {
      const card = await makeCard({
        ...{
          dir: join(folder, `long-${kind}`),
          kind,
          clips: 1,
          frames: 6,
          seed: 4,
          tools: toolPaths(),
          seal: false,
        },
        size: { width: 1280, height: 720 },
      });
      const made = card.clips[0]!;
      const long = join(folder, `long-${kind}.${kind === 'mxf' ? 'mxf' : 'mov'}`);
      const copies = 30;
      execFileSync(toolPath('ffmpeg'), [
        ...['-v', 'error', '-stream_loop', String(copies - 1), '-i', join(card.path, made.files[0]!)],
        ...['-map', '0:v', '-c', 'copy', long],
      ]);
      files.set(basename(long), long);
      const { job, sources } = clipJob(card, made, { route: 'fast', frames: { first: 80, last: 103 } });
      const { port } = server.address() as AddressInfo;
      const location = `http://127.0.0.1:${port}/${basename(long)}`;
      const whole = { ...job, clip: { ...job.clip, frameCount: 6 * copies } };
      const render = async (where: string) => {
        const { frames } = await engine.render(
          whole,
          [{ ...sources[0]!, location: where }],
          await mkdtemp(join(folder, 'work-')),
          { signal: new AbortController().signal, progress: () => {} },
        );
        return frames.map(({ xxh128 }) => xxh128);
      };
      const near = await render(long);
      sentBytes = 0;
      expect(await render(location)).toEqual(near);
      const frameBytes = statSync(long).size / (6 * copies);
      // Two blocks of the relay at each end of what is read, and its first frame again.
      expect(sentBytes).toBeLessThan(24 * frameBytes * 1.15 + frameBytes + 4 * (512 << 10));
      expect(sentBytes).toBeLessThan(24 * frameBytes * 1.5);
    },
  );

  it('that are not there are not found, and the secret part of the address is not told', async () => {
    const size = { width: 256, height: 144 };
    const card = await makeCard({
      dir: join(folder, 'gone'),
      kind: 'dpx',
      clips: 1,
      frames: 1,
      size,
      seed: 4,
      tools: toolPaths(),
      seal: false,
    });
    const { port } = server.address() as AddressInfo;
    const { job, sources } = clipJob(card, card.clips[0]!);
    const remote = sources.map((source) => ({
      ...source,
      location: `http://127.0.0.1:${port}/gone.dpx?signature=secret`,
    }));
    const workDir = await mkdtemp(join(folder, 'work-'));
    const error = await engine
      .render(job, remote, workDir, { signal: new AbortController().signal, progress: () => {} })
      .catch((failure: unknown) => failure);
    expect(error).toMatchObject({ code: 'not-found' });
    expect(JSON.stringify(error)).not.toContain('secret');
  });
});
