import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type MadeCard, makeCard } from '../../../footage/card.ts';
import { openSiteEngines } from '../../../service/site-engines.ts';
import type { Misbehaviour } from '../../stand-ins/flapid/misbehaviour.ts';
import { type StandInServer, serveStandIn } from '../../stand-ins/flapid/server.ts';
import { toolPaths } from '../../support/tools.ts';
import { clipJob } from '../clip-job.ts';
import { standInEngine } from './stand-in.ts';

const LOGIN = { username: 'svc', token: '0123456789abcdef0123456789abcdef' };
const folder = mkdtempSync(join(tmpdir(), 'flapi-server-'));
const servers: StandInServer[] = [];
let card: MadeCard;

beforeAll(async () => {
  const size = { width: 64, height: 36 };
  const common = { dir: folder, tools: toolPaths(), clips: 1, frames: 4, size, seed: 6, seal: false };
  card = await makeCard({ ...common, kind: 'dpx' });
});
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function engineAt(wrong: Misbehaviour = {}, login = LOGIN) {
  const server = await serveStandIn(wrong, LOGIN);
  servers.push(server);
  const place = { kind: 'server' as const, host: '127.0.0.1', port: server.port, login };
  return { server, engine: standInEngine({}, {}, { place }) };
}

async function render(engine: ReturnType<typeof standInEngine>, signal = new AbortController().signal) {
  const { job, sources } = clipJob(card, card.clips[0]!);
  const workDir = mkdtempSync(join(folder, 'work-'));
  const { frames } = await engine.render(job, sources, workDir, { signal, progress: () => {} });
  return frames.map(({ xxh128 }) => xxh128);
}

describe('a flapid that runs already', () => {
  it('makes the bytes that one of our own makes, job after job, and is left as it was', async () => {
    const own = await render(standInEngine());
    const { server, engine } = await engineAt();
    expect((await engine.capabilities()).versions).toMatchObject({ baselight: '5.3.17711' });
    expect(await render(engine)).toEqual(own);
    // The format of the first job is there still: global formats outlive a connection.
    expect(await render(engine)).toEqual(own);
    expect(server.worlds.at(-1)!.called).toContain('FormatSet.get_format');
    await expect.poll(() => server.worlds.every(({ objects }) => objects === 0)).toBe(true);
  });

  it('is told to stop when the work is cancelled, and renders the next job', async () => {
    const { server, engine } = await engineAt({ frameMs: 400 });
    await engine.capabilities();
    const stop = new AbortController();
    const cancelled = render(engine, stop.signal);
    await expect.poll(() => server.worlds.at(-1)!.called).toContain('RenderProcessor.start');
    stop.abort(new Error('the person changed their mind'));
    await expect(cancelled).rejects.toThrow('changed their mind');
    await expect.poll(() => server.worlds.at(-1)!.called).toContain('RenderProcessor.shutdown');
    await expect.poll(() => server.worlds.at(-1)!.objects).toBe(0);
    expect(await render(engine)).toHaveLength(4);
  });

  it('that does not take the token, or is not there, is a lack in words', async () => {
    const { engine } = await engineAt({}, { ...LOGIN, token: 'f'.repeat(32) });
    expect((await engine.capabilities()).missing[0]).toMatchObject({
      why: expect.stringMatching(/does not take the token of svc/),
    });
    await expect(render(engine)).rejects.toMatchObject({ code: 'refused-by-rule' });
    const { server, engine: other } = await engineAt();
    server.close();
    expect((await other.capabilities()).missing[0]).toMatchObject({
      why: expect.stringMatching(/no flapid answers/),
    });
    await expect(render(other)).rejects.toMatchObject({ code: 'service-away' });
  });

  it('whose connection is cut in the middle of a render costs that attempt and no more', async () => {
    const { server, engine } = await engineAt({ frameMs: 300 });
    const cut = render(engine);
    await expect.poll(() => server.worlds.at(-1)?.called).toContain('RenderProcessor.start');
    server.cut();
    await expect(cut).rejects.toMatchObject({
      code: 'tool-failed',
      message: expect.stringContaining('code 1006'),
    });
    expect(await render(engine)).toHaveLength(4);
  });

  it('renders one job at a time for the whole site, unless the site says otherwise', () => {
    const server = { host: 'h', port: 1984, ...LOGIN };
    const settings = { environment: {}, colourNames: {}, limits: {} };
    const licences = (flapi: object) =>
      openSiteEngines({ engines: { flapi: { ...settings, ...flapi } }, engineRules: [] }, {}).engines
        .licences;
    expect(licences({ server })).toEqual({ flapi: 1 });
    expect(licences({ server, licences: 3 })).toEqual({ flapi: 3 });
    expect(licences({ path: '/usr/fl/baselight/bin/flapid' })).toEqual({});
  });
});
