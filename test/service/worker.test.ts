import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ownerName } from '../../stores/scratch-owner.ts';
import { smallDemoSet } from '../support/footage.ts';
import { makeInstallation, type TestInstallation } from '../support/installation.ts';
import { until } from '../support/until.ts';
import { startWorkerProcess } from '../support/worker-process.ts';

let at: TestInstallation;

beforeAll(async () => {
  at = await makeInstallation('worker');
});

afterAll(() => at?.close());

test('a control worker makes tables, buckets and search attributes on servers that have none', async () => {
  const worker = await at.startWorker('control');
  expect(await at.local.deps.catalogue.listRolls({})).toEqual([]);
  const { connection, options } = at.rushes.temporal;
  const { customAttributes } = await connection.operatorService.listSearchAttributes({
    namespace: options.namespace,
  });
  expect(Object.keys(customAttributes)).toEqual(expect.arrayContaining(['RushesProduction', 'RushesStage']));
  expect(readdirSync(at.objects.dataDir)).toEqual(
    expect.arrayContaining(['studio-ocf', 'studio-packages', 'studio-work']),
  );
  await worker.stop();
  expect(worker.isRunning()).toBe(false);
});

test('a worker that starts removes what a dead one left in scratch, and nothing else', async () => {
  const scratch = join(at.folder, 'swept');
  const [mark, host, boot, , start] = ownerName().split('~');
  const dead = join(scratch, [mark, host, boot, 4_194_303, start].join('~'));
  const [alive, elsewhere] = [join(scratch, ownerName()), join(scratch, 'rushes~another-host~00000000~1~1')];
  for (const folder of [dead, alive, elsewhere]) mkdirSync(join(folder, 'attempt'), { recursive: true });
  const worker = await startWorkerProcess({
    name: `sweeps-${at.name}`,
    configFile: at.configFile,
    pools: 'render',
    scratch,
  });
  expect([dead, alive, elsewhere].map((folder) => existsSync(folder))).toEqual([false, true, true]);
  await worker.kill();
});

test('a worker with --once does exactly one activity, of whatever pool, and ends well', async () => {
  const control = await at.startWorker('control');
  const set = await smallDemoSet(['prores', 'dpx']);
  const started = await at.rushes.ingestRoll({ production: 'AGM', source: set.cards[0]!.path });
  const ran: string[] = [];
  for (let turn = 1; ran.length < 3; turn++) {
    const once = await startWorkerProcess({
      name: `once-${at.name}-${turn}`,
      configFile: at.configFile,
      pools: 'io,media,render',
      scratch: join(at.folder, 'once'),
      arguments: ['--once'],
    });
    await until('the end of a worker that works once', () => !once.isRunning());
    // The server's list of workflows follows what runs; a history that is in it is whole.
    const its = await until('its activity in a history', async () => {
      const names = await activitiesOf(once.pid);
      // One that stood still for longer than the server waits for a sign of life has lost its activity to the next.
      return (names.length > 0 || (await isGivenUp(once.pid))) && names;
    });
    expect(its.length).toBeLessThanOrEqual(1);
    ran.push(...its);
  }
  expect(ran).toEqual(['checkSource', 'discoverRoll', 'copyFiles']);

  await at.startWorker('io,media');
  expect(await started.result()).toMatchObject({ state: 'sealed' });
  await control.kill();
});

/** Activities that a process began, by what histories say of their worker. */
async function activitiesOf(pid: number): Promise<string[]> {
  const { workflow } = at.rushes.temporal;
  const names: string[] = [];
  for await (const { workflowId } of workflow.list()) {
    const { events } = await workflow.getHandle(workflowId).fetchHistory();
    for (const { activityTaskStartedEventAttributes: begun } of events!) {
      if (!begun?.identity?.endsWith(`/${pid}`)) continue;
      const scheduled = events!.find(({ eventId }) => String(eventId) === String(begun.scheduledEventId))!;
      names.push(scheduled.activityTaskScheduledEventAttributes!.activityType!.name!);
    }
  }
  return names;
}

/** Whether the server gave up the attempt of a process because it heard nothing of it. */
async function isGivenUp(pid: number): Promise<boolean> {
  const { workflow } = at.rushes.temporal;
  for await (const { workflowId } of workflow.list()) {
    const { raw } = await workflow.getHandle(workflowId).describe();
    for (const { lastWorkerIdentity, lastFailure } of raw.pendingActivities ?? [])
      if (lastWorkerIdentity?.endsWith(`/${pid}`) && lastFailure?.timeoutFailureInfo) return true;
  }
  return false;
}
