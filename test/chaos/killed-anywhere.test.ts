import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, test } from 'vitest';
import { makeRandom } from '../../footage/random.ts';
import {
  exportPackage,
  fetchRoll,
  ingest,
  type Material,
  makeMaterial,
  submit,
  taken,
} from '../scenarios/interrupted.ts';
import { deliveryOf } from '../scenarios/same-delivery.ts';
import { type TestInstallation, withInstallation } from '../support/installation.ts';
import { survivors, type ToolProcess } from '../support/worker-process.ts';

/** Kills of one run: each costs the wait until the server notices. */
const KILLS = 5;
const ALL = 'control,io,media,render';
const LIMIT_MS = 2_400_000;

let material: Material;
let calm: Delivered;

type Delivered = { package: Record<string, string>; rolls: Record<string, string>[] };

beforeAll(async () => {
  material = await makeMaterial('killed-anywhere');
  calm = await withInstallation('calm-anywhere', async (at) => {
    await at.startWorker(ALL, 2);
    return work(at);
  });
}, LIMIT_MS);

/** From two cards to a package, and what is left of it all. */
async function work(at: TestInstallation): Promise<Delivered> {
  await Promise.all([ingest(at, material.movie), ingest(at, material.sequence)]);
  expect(taken(await (await submit(at, material)).result())).toMatchObject({
    state: 'published',
    plates: { made: 2, failed: 0 },
  });
  const rolls = [await fetchRoll(at, material.movie), await fetchRoll(at, material.sequence)];
  return { package: deliveryOf(await exportPackage(at)), rolls: rolls.map(deliveryOf) };
}

// Mostly they wait for the server to notice: side by side they wait at the same time.
test.concurrent.each([1, 2])(
  'the only worker is killed again and again at any instruction, from card to package: the delivery is the same (seed %i)',
  { timeout: LIMIT_MS },
  (seed) =>
    withInstallation(`anywhere-${seed}`, async (at) => {
      const ended = new AbortController();
      const killer = killAgainAndAgain(at, makeRandom(seed), ended.signal);
      const delivered = await work(at).finally(() => ended.abort());
      const { kills, leftBehind } = await killer;
      expect(kills, 'kills that met work').toBeGreaterThan(0);
      expect(leftBehind, 'programs that outlived their worker').toEqual([]);
      expect(delivered).toEqual(calm);
    }),
);

/** Starts a worker, kills it at a random moment, and starts the next; the last one is left to finish. */
async function killAgainAndAgain(at: TestInstallation, random: () => number, ended: AbortSignal) {
  const leftBehind: string[] = [];
  let kills = 0;
  for (let turn = 0; turn < KILLS && !ended.aborted; turn++) {
    // The first cannot render: the work is not done before it meets a kill, however late that comes.
    const worker = await at.startWorker(turn === 0 ? 'control,io,media' : ALL, 2);
    // Most of the work is short: early moments are where half-made things lie.
    await sleep(200 + 4_000 * (random() / 2 ** 32) ** 2, null, { signal: ended }).catch(() => undefined);
    if (ended.aborted) return { kills, leftBehind };
    const tools: ToolProcess[] = worker.tools();
    await worker.kill();
    kills += 1;
    leftBehind.push(...(await survivors(tools, worker.scratch)));
  }
  await at.startWorker(ALL, 2);
  return { kills, leftBehind };
}
