import { afterAll, beforeAll, expect, test } from 'vitest';
import { CONTROL_QUEUE } from '../../workflows/queues.ts';
import { standInActivities } from './stand-in-activities.ts';
import { openStage, type Stage } from './story-worker.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await openStage();
});

afterAll(() => stage?.close());

function start(input: object) {
  return stage.client.workflow.start('transferRoll', {
    taskQueue: CONTROL_QUEUE,
    workflowId: `transferRoll-${crypto.randomUUID()}`,
    args: [input],
  });
}

test('home lists and sends; the other site reads back, judges and appends; the report is sealed and announced', async () => {
  const standIns = standInActivities();
  await stage.play(standIns, async () => {
    expect(await (await start({})).result()).toMatchObject({ kind: 'roll-report', state: 'sealed' });
  });
  expect(standIns.calls.map(({ name, taskQueue }) => `${name} ${taskQueue}`)).toEqual([
    'parseTransferRequest rushes',
    'checkTransfer studio.io',
    'discoverStored studio.io',
    'sendFiles studio.io',
    'sendHistory studio.io',
    'discoverStored annex.io',
    'hashStored annex.io',
    'judgeRoll annex.io',
    'appendGeneration annex.io',
    'sealRoll rushes',
    'announceRoll rushes',
  ]);
  expect(standIns.callsOf('appendGeneration')[0]!.input).toMatchObject({
    process: 'transfer',
    roll: { site: 'annex' },
  });
  expect(standIns.callsOf('sealRoll')[0]!.input).toMatchObject({
    ingest: null,
    transfer: { from: 'studio', to: 'annex', filesSent: 3, bytesSent: 3000, copyKeys: ['sent-0'] },
  });
});

test('what the request, or the site that would send, refuses is refused before anything is listed', async () => {
  for (const gate of ['parseTransferRequest', 'checkTransfer'] as const) {
    const refused = { refused: { code: 'refused-by-rule' as const, sentence: `${gate} says no.` } };
    const standIns = standInActivities({ [gate]: async () => refused });
    await stage.play(standIns, async () => {
      expect(await (await start({})).result()).toEqual(refused);
    });
    expect(standIns.callsOf('discoverStored')).toEqual([]);
    expect(standIns.callsOf('sendFiles')).toEqual([]);
  }
});

test('a roll that is being taken in, verified or sent is not sent: the running work is named', async () => {
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const standIns = standInActivities({
    sendHistory: async () => {
      await held;
      return { histories: 1 };
    },
  });
  await stage.play(standIns, async () => {
    const first = await start({});
    while (standIns.callsOf('sendHistory').length === 0)
      await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await (await start({})).result()).toMatchObject({
      refused: {
        code: 'already-running',
        sentence: expect.stringContaining('roll/AGM/20260930/A003R1AA is running already'),
      },
    });
    release();
    expect(await first.result()).toMatchObject({ state: 'sealed' });
  });
});
