import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectRushes } from '../../service/client.ts';
import { endProcess } from '../../setup/processes.mjs';
import { startStack } from '../../setup/stack.mjs';
import {
  exportPackage,
  holdLongPlate,
  ingest,
  LONG_FRAMES,
  longPlateInStore,
  type Material,
  makeMaterial,
  submit,
  TURNOVER_WORKFLOW,
  taken,
  untilHeld,
} from '../scenarios/interrupted.ts';
import { makeInstallation, type TestInstallation } from '../support/installation.ts';
import { discardTestState, makeTestState } from '../support/test-state.ts';
import { until } from '../support/until.ts';

let material: Material;
const ends: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  material = await makeMaterial('servers-go-away');
});

afterAll(async () => {
  for (const end of ends.reverse()) await end();
});

async function prepared(
  name: string,
  options: Parameters<typeof makeInstallation>[1],
): Promise<TestInstallation> {
  const at = await makeInstallation(name, { ...options, gated: ['studio'] });
  ends.push(() => at.close());
  holdLongPlate(at);
  await at.startWorker('control,io,media,render', 2);
  await Promise.all([ingest(at, material.movie), ingest(at, material.sequence)]);
  return at;
}

async function expectWhole(at: TestInstallation): Promise<void> {
  const verified = await at.command('package', 'verify', await exportPackage(at), '--json');
  expect(verified.code, verified.stdout).toBe(0);
  expect(JSON.parse(verified.stdout)).toMatchObject({
    ok: true,
    counts: { plates: 2, frames: LONG_FRAMES + 24 },
  });
}

test.concurrent('the Temporal server is killed in the middle of a turnover and started again: the turnover goes on by itself', async () => {
  const stateDir = makeTestState();
  ends.push(() => discardTestState(stateDir));
  const { temporal } = await startStack({ stateDir, env: {} });
  const { address, namespace, uiUrl } = temporal;
  const at = await prepared('temporal-away', { temporal: { address, namespace, uiUrl } });
  const submitted = await submit(at, material);
  submitted.result().catch(() => undefined);
  await untilHeld(at);
  await endProcess(temporal, { signal: 'SIGKILL' });
  expect(longPlateInStore(at).hasManifest).toBe(false);
  at.gate().open();
  await sleep(2_000);
  const again = await startStack({ stateDir, env: {} });
  expect(again.temporal.address).toBe(address);

  // A connection of before tries again ever more seldom, and asks no more after some tries.
  const rushes = await connectRushes({ address, namespace });
  ends.push(() => rushes.close());
  const outcome = await rushes.temporal.workflow.getHandle(TURNOVER_WORKFLOW).result();
  expect(outcome).toMatchObject({ state: 'published', plates: { made: 2, failed: 0 } });
  await expectWhole(at);
});

test.concurrent('PostgreSQL is killed in the middle of a turnover and started again: what was being written is written then', async () => {
  const stateDir = makeTestState();
  ends.push(() => discardTestState(stateDir));
  const { postgres } = await startStack({ stateDir, env: {} });
  const at = await prepared('postgres-away', { postgres: postgres.url });
  const submitted = await submit(at, material);
  await untilHeld(at);
  await endProcess(postgres, { signal: 'SIGKILL' });
  expect(longPlateInStore(at).hasManifest).toBe(false);
  at.gate().open();
  await sleep(2_000);
  const again = await startStack({ stateDir, env: {} });
  expect(again.postgres.url).toBe(postgres.url);

  expect(taken(await submitted.result())).toMatchObject({
    state: 'published',
    plates: { made: 2, failed: 0 },
  });
  await expectWhole(at);
});

test.concurrent('the S3 server is gone for some seconds in the middle of a turnover: what failed is tried again', async () => {
  const at = await prepared('objects-away', { isMounted: false });
  const submitted = await submit(at, material);
  await untilHeld(at);
  await at.objects.kill();
  const { frames, hasManifest } = longPlateInStore(at);
  expect(hasManifest).toBe(false);
  expect(frames.length).toBeLessThan(LONG_FRAMES);
  at.gate().open();
  await sleep(5_000);
  await at.objects.start();

  expect(taken(await submitted.result())).toMatchObject({
    state: 'published',
    plates: { made: 2, failed: 0 },
  });
  await expectWhole(at);
});

test.concurrent('the S3 server is gone while a card is copied: the ingest waits for it', async () => {
  const at = await makeInstallation('objects-away-ingest');
  ends.push(() => at.close());
  const worker = await at.startWorker('control,io,media');
  await at.objects.kill();
  const started = await at.rushes.ingestRoll({ production: 'AGM', source: material.sequence.path });
  await until('a failed attempt', () => /service-away|Activity failed/.test(worker.log()));
  await at.objects.start();
  expect(await started.result()).toMatchObject({ state: 'sealed', counts: { failed: 0, missing: 0 } });
});
