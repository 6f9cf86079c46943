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
import { descendants, survivors, type ToolProcess } from '../support/worker-process.ts';

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
    const isWhole = (tools: readonly unknown[]) => tools.length === 0 || framesIn(out).length === FRAMES;
    const tools = await killedInTheMiddle(file, out, () => framesIn(out).length >= 2, isWhole);
    expect(tools.map(({ command }) => command)).not.toEqual([]);

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
  const isDone = () => namesIn(out).some((name) => name.endsWith('.mov'));
  // It is written in a scratch folder beside its place, and gets there whole.
  const isBegun = () => existsSync(out) && readdirSync(out, { recursive: true }).join('\n').includes('.mov');
  await killedInTheMiddle(file, out, isBegun, isDone);
  expect(namesIn(out).filter((name) => name.endsWith('.mov'))).toEqual([]);
});

/** Renders that may be done before the test comes to kill them. */
const TRIES = 10;

/**
 * Kills `rushes render` once it has begun, and gives the programs that it ran; none of them may go on. A render that was done
 * before it was killed proves nothing: it is begun again.
 */
async function killedInTheMiddle(
  file: string,
  out: string,
  hasBegun: () => boolean,
  wasDone: (tools: readonly ToolProcess[]) => boolean,
): Promise<ToolProcess[]> {
  for (let tries = 0; tries < TRIES; tries++) {
    rmSync(out, { recursive: true, force: true });
    const run = start(file, out);
    await until('a render that has begun', hasBegun);
    const tools = descendants(run.child.pid!);
    run.child.kill('SIGKILL');
    await run.ended;
    expect(await survivors(tools, out)).toEqual([]);
    if (!wasDone(tools)) return tools;
  }
  throw new Error(`${file} was done before it could be killed, ${TRIES} times`);
}

function start(file: string, out: string) {
  const child = spawn(join(checkoutDir, 'bin/rushes'), ['render', file, '--out', out], { stdio: 'ignore' });
  return { child, ended: new Promise<number | null>((resolve) => child.once('close', resolve)) };
}

function namesIn(out: string): string[] {
  return existsSync(out) ? readdirSync(out).sort() : [];
}

function framesIn(out: string): string[] {
  return namesIn(out).filter((name) => name.endsWith('.exr'));
}

function digestOf(file: string): string {
  return hashBytes('xxh128', readFileSync(file));
}
