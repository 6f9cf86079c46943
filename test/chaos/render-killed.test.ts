import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exrDamage } from '../../engine/open/exr-check.ts';
import { makeCard } from '../../footage/card.ts';
import type { SegmentJob } from '../../schemas/segment-job.ts';
import { checkoutDir } from '../../setup/places.mjs';
import { hashBytes } from '../../standards/hash/hasher.ts';
import { clipJob } from '../engine/clip-job.ts';
import { toolPaths } from '../support/tools.ts';
import { until } from '../support/until.ts';
import { descendants, survivors } from '../support/worker-process.ts';

const FRAMES = 20;
let folder = '';
let job: SegmentJob;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'killed-'));
  const size = { width: 960, height: 540 };
  const card = await makeCard({
    ...{
      dir: folder,
      kind: 'prores',
      clips: 1,
      frames: FRAMES,
      size,
      seed: 2,
      tools: toolPaths(),
      seal: false,
    },
  });
  const made = clipJob(card, card.clips[0]!);
  const [source] = made.sources;
  const { size: sizeBytes } = statSync(source!.location);
  job = { ...made.job, sources: [{ ...made.job.sources[0]!, sizeBytes, location: source!.location }] };
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each([
  { what: 'the fast route', route: 'fast' },
  { what: 'the reference route', route: 'reference' },
] as const)(
  'kill -9 of rushes render in the middle ($what): no program goes on, no half frame has a name',
  async ({ route }) => {
    const file = join(folder, `${route}.json`);
    writeFileSync(file, JSON.stringify({ ...job, route }));
    const out = join(folder, `killed-${route}`);
    const run = start(file, out);
    await until('two frames', () => framesIn(out).length >= 2);
    const tools = descendants(run.child.pid!);
    expect(tools.map(({ command }) => command)).not.toEqual([]);
    run.child.kill('SIGKILL');
    await run.ended;
    expect(await survivors(tools, out)).toEqual([]);

    const kept = framesIn(out);
    expect(kept.length).toBeLessThan(FRAMES);
    for (const name of kept) expect(await exrDamage(join(out, name))).toBeNull();
    const again = join(folder, `again-${route}`);
    expect(await start(file, again).ended).toBe(0);
    expect(framesIn(again)).toHaveLength(FRAMES);
    for (const name of kept) expect(digestOf(join(out, name))).toBe(digestOf(join(again, name)));
    expect(readdirSync(again)).toHaveLength(FRAMES);
  },
);

test('kill -9 in the middle of a movie leaves no movie', async () => {
  const file = join(folder, 'movie.json');
  const size = { width: 960, height: 540 };
  const output = { kind: 'movie', codec: 'prores-lt', container: 'mov', size, burnIns: [] };
  writeFileSync(file, JSON.stringify({ ...job, output }));
  const out = join(folder, 'killed-movie');
  const run = start(file, out);
  await until(
    'a frame that is being written',
    () => existsSync(out) && readdirSync(out).some((name) => name.endsWith('.part')),
  );
  const tools = descendants(run.child.pid!);
  run.child.kill('SIGKILL');
  await run.ended;
  expect(await survivors(tools, out)).toEqual([]);
  expect(readdirSync(out).filter((name) => name.endsWith('.mov'))).toEqual([]);
});

function start(file: string, out: string) {
  const child = spawn(join(checkoutDir, 'bin/rushes'), ['render', file, '--out', out], { stdio: 'ignore' });
  return { child, ended: new Promise<number | null>((resolve) => child.once('close', resolve)) };
}

function framesIn(out: string): string[] {
  return existsSync(out)
    ? readdirSync(out)
        .filter((name) => name.endsWith('.exr'))
        .sort()
    : [];
}

function digestOf(file: string): string {
  return hashBytes('xxh128', readFileSync(file));
}
