import { type AddressInfo, connect, createServer } from 'node:net';
import { ApplicationFailure } from '@temporalio/activity';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PipelineError } from '../../schemas/failure.ts';
import { connectRushes, type RushesClient } from '../../service/client.ts';
import { freePort } from '../../setup/stack/ports.mjs';
import { testStack } from '../support/stack.ts';
import { standInActivities } from '../workflows/stand-in-activities.ts';
import { openStage, type Stage } from '../workflows/story-worker.ts';

let stage: Stage;
let rushes: RushesClient;

beforeAll(async () => {
  stage = await openStage();
  const { temporal } = await testStack();
  rushes = await connectRushes({ address: temporal.address, namespace: stage.namespace });
});

afterAll(async () => {
  await rushes?.close();
  await stage?.close();
});

async function errorOf(run: Promise<unknown>): Promise<Error> {
  const error = await run.then(
    () => null,
    (one: unknown) => one,
  );
  expect(error).toBeInstanceOf(Error);
  return error as Error;
}

const SUBMISSION = (name: string) => ({
  production: 'AGM',
  name,
  cutList: { text: 'TITLE: X', fileName: 'x.edl' },
});

test('no server answers: the sentence names the address and what to do', async () => {
  const address = `127.0.0.1:${await freePort()}`;
  const error = await errorOf(connectRushes({ address, namespace: 'default' }));
  expect(error).toMatchObject({ code: 'service-away', message: expect.stringContaining(address) });
  expect(error.message).toContain('rushes up');
});

test('a server that listens and greets late is waited for', async () => {
  const { temporal } = await testStack();
  const behind = Number(temporal.address.split(':')[1]);
  let first: number | undefined;
  const LATE_MS = 6000;
  const late = createServer((from) => {
    first ??= Date.now();
    const to = connect(behind, '127.0.0.1');
    for (const socket of [from, to]) socket.on('error', () => [from, to].map((one) => one.destroy()));
    setTimeout(() => from.pipe(to).pipe(from), Math.max(0, first + LATE_MS - Date.now()));
  });
  await new Promise<void>((resolve) => late.listen(0, '127.0.0.1', resolve));
  const { port } = late.address() as AddressInfo;
  const patient = await connectRushes({ address: `127.0.0.1:${port}`, namespace: stage.namespace });
  await patient.close();
  late.close();
});

test('a failure comes back with its own code and sentence, whatever lies below it', async () => {
  const cause = new Error('connect ECONNREFUSED 127.0.0.1:7070');
  const standIns = standInActivities({
    discoverRoll: async () => {
      throw ApplicationFailure.create({
        message: 'There is nothing at /cards/A001R1AA.',
        type: 'not-found',
        nonRetryable: true,
        details: [{ source: '/cards' }],
        cause,
      });
    },
  });
  await stage.play(standIns, async () => {
    const started = await rushes.ingestRoll({ production: 'AGM', source: '/cards/20260930/A001R1AA' });
    const error = await errorOf(started.result());
    expect(error).toBeInstanceOf(PipelineError);
    expect(error).toMatchObject({
      code: 'not-found',
      message: 'There is nothing at /cards/A001R1AA.',
      exitCode: 20,
      facts: { details: [{ source: '/cards' }] },
    });
  });
});

test('a bug stays a bug: it is not given a code', async () => {
  const standIns = standInActivities({
    planTurnover: async () => {
      throw ApplicationFailure.nonRetryable('planTurnover: frames is not iterable', 'bug');
    },
  });
  await stage.play(standIns, async () => {
    const error = await errorOf((await rushes.submitTurnover(SUBMISSION('bug'))).result());
    expect(error).not.toBeInstanceOf(PipelineError);
    expect(error.message).toContain('planTurnover: frames is not iterable');
  });
});

test('work that a person ended says so, and that it can be started again', async () => {
  const waiting = standInActivities({
    planTurnover: async () => ({
      planKey: 'plan',
      plates: [],
      waiting: [{ what: 'event 001', why: 'no clip here fits yet' }],
    }),
  });
  await stage.play(waiting, async () => {
    for (const end of ['terminate', 'cancel'] as const) {
      const started = await rushes.submitTurnover(SUBMISSION(end));
      const first = await rushes.firstOutcome(started);
      expect(first).toMatchObject({ state: 'partial', plates: { waiting: 1 } });
      await rushes.temporal.workflow.getHandle(`turnover/AGM/${end}/1`)[end]();
      expect(await errorOf(started.result())).toMatchObject({
        code: 'ended',
        exitCode: 24,
        message: expect.stringContaining(end === 'cancel' ? 'cancelled' : 'terminated'),
      });
    }
  });
});

test('what is asked of a turnover that does not run is answered with not-found', async () => {
  const id = 'turnover/AGM/absent/1';
  const decision = { eventIndex: 0, clipId: 'clip', who: 'Ana' };
  for (const ask of [
    () => rushes.cancel(id),
    () => rushes.lookAgain(id, 'retry'),
    () => rushes.decide(id, decision),
  ]) {
    expect(await errorOf(ask())).toMatchObject({ code: 'not-found', message: `${id} is not running.` });
  }
  expect(await rushes.rollArrived(id, 'AGM/20260930/A001R1AA')).toBe(false);
});

test('an answer that cannot be recorded comes back with the code and the sentence of the reason', async () => {
  const standIns = standInActivities({
    planTurnover: async () => ({
      planKey: 'plan',
      plates: [],
      waiting: [{ what: 'event 001', why: 'more than one clip fits' }],
    }),
    recordDecision: async () => {
      throw ApplicationFailure.nonRetryable('There is no clip clip-9 in AGM.', 'not-found');
    },
  });
  await stage.play(standIns, async () => {
    const started = await rushes.submitTurnover(SUBMISSION('decided'));
    await rushes.firstOutcome(started);
    const decision = { eventIndex: 0, clipId: 'clip-9', who: 'Ana' };
    expect(await errorOf(rushes.decide('turnover/AGM/decided/1', decision))).toMatchObject({
      code: 'not-found',
      message: 'There is no clip clip-9 in AGM.',
    });
    await rushes.cancel('turnover/AGM/decided/1');
    await errorOf(started.result());
  });
});
