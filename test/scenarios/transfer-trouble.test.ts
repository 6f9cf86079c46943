import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeInstallation, type TestInstallation } from '../support/installation.ts';
import { bytesRead, SOUND_BYTES, SOUND_FILES } from '../support/sound-roll.ts';
import { until } from '../support/until.ts';
import type { WorkerProcess } from '../support/worker-process.ts';
import { referenceVerdict } from './reference-verdict.ts';
import {
  firstTake,
  type HomeRoll,
  manifests,
  originals,
  recorded,
  SHORT_BYTES,
  sent,
  TWO_SITES,
  takenIn,
} from './two-sites.ts';

// Originals go over the network: no store is mounted. A case that kills a worker starts the next one itself.
let at: TestInstallation;
let home: WorkerProcess[];
let away: WorkerProcess[];

beforeAll(async () => {
  at = await makeInstallation('transfer-trouble', { ...TWO_SITES, isMounted: false, gated: ['annex'] });
  const annex = () => at.startWorker('io', undefined, 'annex');
  const [, ...io] = await Promise.all([
    at.startWorker('control,media'),
    at.startWorker('io'),
    at.startWorker('io'),
    annex(),
    annex(),
  ]);
  home = io.slice(0, 2);
  away = io.slice(2);
});
afterAll(() => at?.close());

/** Kills that one of two frozen workers that has the activity in hand; gives the other back, frozen. */
async function killWhoHas(
  activity: string,
  roll: HomeRoll,
  workers: readonly WorkerProcess[],
): Promise<WorkerProcess> {
  const { raw } = await at.rushes.temporal.workflow.getHandle(`roll/${roll.id}`).describe();
  const pending = raw.pendingActivities?.find(({ activityType }) => activityType?.name === activity);
  const victim = workers.find(({ pid }) => pending?.lastWorkerIdentity?.endsWith(`/${pid}`));
  if (!victim) throw new Error(`nobody has ${activity} in hand`);
  await victim.kill();
  return workers.find((worker) => worker !== victim)!;
}

/** Whether a request is about a sound file of a roll among the originals of the annex. */
const isTake = (path: string, { id }: HomeRoll) =>
  path.startsWith(`/annex-ocf/${id}/`) && /\.WAV(\?|$)/.test(path);

async function isPending(activity: string, roll: HomeRoll): Promise<boolean> {
  const { raw } = await at.rushes.temporal.workflow.getHandle(`roll/${roll.id}`).describe();
  return (raw.pendingActivities ?? []).some(
    ({ activityType, lastWorkerIdentity }) => activityType?.name === activity && !!lastWorkerIdentity,
  );
}

describe('a transfer that meets trouble', () => {
  test('kill -9 of the worker that sends: what stands there is not sent again', async () => {
    const roll = await takenIn(at, 'SR004');
    at.gate('annex').hold((method, path) => method === 'PUT' && isTake(path, roll), 2);
    const started = await at.rushes.transferRoll(roll.order);
    await until(
      'two files are sent, and no more',
      async () => at.gate('annex').waiting() > 0 && (await recorded(at, roll)).size === 2,
    );
    for (const worker of home) worker.freeze();
    const other = await killWhoHas('sendFiles', roll, home);
    const before = await recorded(at, roll);
    expect(before.size).toBeLessThan(SOUND_FILES);
    const readBefore = bytesRead(other.pid);
    at.gate('annex').open();
    other.thaw();
    home = [other];

    expect(await started.result()).toMatchObject({
      state: 'sealed',
      generation: 3,
      counts: { verified: SOUND_FILES, failed: 0 },
    });
    const read = bytesRead(other.pid) - readBefore;
    const left = SOUND_FILES - before.size;
    // The file under way may stand whole at the annex without being written down: it is then read back from there instead.
    expect(read).toBeLessThan((left + 1) * SOUND_BYTES + 16 * 2 ** 20);
    const after = await recorded(at, roll);
    for (const [path, version] of before) expect(after.get(path), path).toBe(version);
    expect(away.every((worker) => worker.isRunning())).toBe(true);
    expect(await referenceVerdict(originals(at, 'annex', roll))).toBe('accepted');
  });

  test('kill -9 of the worker that reads back at the other site: another one there reads, and nothing is sent again', async () => {
    const roll = await takenIn(at, 'SR005');
    at.gate('annex').hold((method, path) => method === 'GET' && isTake(path, roll), 0);
    const started = await at.rushes.transferRoll(roll.order);
    await until(
      'a worker of the annex reads back',
      async () => at.gate('annex').waiting() > 0 && (await isPending('hashStored', roll)),
    );
    for (const worker of away) worker.freeze();
    const other = await killWhoHas('hashStored', roll, away);
    const before = await recorded(at, roll);
    expect(before.size).toBe(SOUND_FILES);
    expect(manifests(originals(at, 'annex', roll))).toHaveLength(2);
    const sentBefore = home.map(({ pid }) => bytesRead(pid));
    at.gate('annex').open();
    other.thaw();
    away = [other, await at.startWorker('io', undefined, 'annex')];

    expect(await started.result()).toMatchObject({
      state: 'sealed',
      generation: 3,
      counts: { verified: SOUND_FILES, failed: 0, missing: 0 },
      transfer: { filesSent: SOUND_FILES, filesThere: 0 },
    });
    expect(await recorded(at, roll)).toEqual(before);
    for (const [index, { pid }] of home.entries())
      expect(bytesRead(pid) - sentBefore[index]!).toBeLessThan(SOUND_BYTES);
    expect(manifests(originals(at, 'annex', roll))).toHaveLength(3);
    expect(await referenceVerdict(originals(at, 'annex', roll))).toBe('accepted');
  });

  test('kill -9 of the worker that has just written the manifest at the other site: there is one generation, whole', async () => {
    const roll = await takenIn(at, 'SR006');
    const folder = originals(at, 'annex', roll);
    const started = await at.rushes.transferRoll(roll.order);
    const third = () => existsSync(join(folder, 'ascmhl')) && manifests(folder).length === 3;
    await until('the annex has a third manifest', third);
    for (const worker of away) worker.freeze();
    const isInHand = await isPending('appendGeneration', roll);
    // Where it was told already, whichever is killed: nothing may be written twice either way.
    const other = isInHand ? await killWhoHas('appendGeneration', roll, away) : away[1]!;
    if (!isInHand) await away[0]!.kill();
    const [name] = manifests(folder).filter((one) => one.startsWith('0003_'));
    const written = readFileSync(join(folder, 'ascmhl', name!));
    other.thaw();
    away = [other, await at.startWorker('io', undefined, 'annex')];

    expect(await started.result()).toMatchObject({ state: 'sealed', generation: 3 });
    expect(manifests(folder)).toHaveLength(3);
    expect(readFileSync(join(folder, 'ascmhl', name!)).equals(written)).toBe(true);
    expect(readFileSync(join(folder, 'ascmhl/ascmhl_chain.xml'), 'utf8').split(name!)).toHaveLength(2);
    expect(await referenceVerdict(folder)).toBe('accepted');
  });

  test('other bytes that stand under a name of the roll at the other site are told and never written over', async () => {
    const roll = await takenIn(at, 'SR008', { takeBytes: SHORT_BYTES });
    const store = at.local.deps.storeAt('annex');
    const name = firstTake(originals(at, 'studio', roll));
    await store.putWholeIfAbsent(store.bucket('ocf'), `${roll.id}/${name}`, Buffer.from('of somebody else'));
    const report = await sent(at, roll);
    expect(report).toMatchObject({ state: 'incomplete', transfer: { filesSent: SOUND_FILES - 1 } });
    expect(report.findings).toContainEqual(
      expect.objectContaining({
        code: 'hash-mismatch',
        forPeople: expect.stringMatching(/^At annex other bytes stand under .*never written over/),
      }),
    );
    expect(readFileSync(join(originals(at, 'annex', roll), name), 'utf8')).toBe('of somebody else');
  });
});
