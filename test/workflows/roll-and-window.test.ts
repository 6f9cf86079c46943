import { ApplicationFailure } from '@temporalio/activity';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CONTROL_QUEUE } from '../../workflows/queues.ts';
import { standInActivities } from './stand-in-activities.ts';
import { openStage, type Stage } from './story-worker.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await openStage();
});

afterAll(() => stage?.close());

function start(type: string, input: object) {
  return stage.client.workflow.start(type, {
    taskQueue: CONTROL_QUEUE,
    workflowId: `${type}-${crypto.randomUUID()}`,
    args: [input],
  });
}

test('a card is listed, copied, judged, given its generation, grouped, inspected, sealed and announced, in this order', async () => {
  const standIns = standInActivities();
  await stage.play(standIns, async () => {
    expect(await (await start('ingestRoll', { roll: 'A001R1AA' })).result()).toMatchObject({
      kind: 'roll-report',
      state: 'sealed',
    });
  });
  const names = standIns.calls.map(({ name }) => name).filter((name, index, all) => name !== all[index - 1]);
  expect(names).toEqual([
    'parseIngestRequest',
    'checkSource',
    'discoverRoll',
    'copyFiles',
    'judgeRoll',
    'appendGeneration',
    'groupClips',
    'inspectClip',
    'sealRoll',
    'announceRoll',
  ]);
  expect(standIns.callsOf('judgeRoll')[0]!.input).toMatchObject({
    listingKey: 'listing-1',
    copyKeys: ['copy-0', 'copy-2'],
  });
  expect(standIns.callsOf('sealRoll')[0]!.input).toMatchObject({
    ingest: { clipKeys: ['clip-A001C001', 'clip-A001C002'] },
  });
  const queues = Object.fromEntries(standIns.calls.map(({ name, taskQueue }) => [name, taskQueue]));
  expect(queues).toMatchObject({
    checkSource: 'studio.io',
    copyFiles: 'studio.io',
    inspectClip: 'studio.media',
    sealRoll: 'rushes',
  });
});

test('a source that the site does not list is refused before anything is read', async () => {
  const refused = {
    refused: {
      code: 'refused-by-rule' as const,
      sentence: '/etc lies under none of the source folders of this site.',
    },
  };
  const standIns = standInActivities({ checkSource: async () => refused });
  await stage.play(standIns, async () =>
    expect(await (await start('ingestRoll', {})).result()).toEqual(refused),
  );
  expect(standIns.callsOf('discoverRoll')).toEqual([]);
});

test('an ingest and a second verification of one roll never run at once: the later is refused and names the other', async () => {
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const standIns = standInActivities({
    judgeRoll: async () => {
      await held;
      return { verdictKey: 'verdict-1', complete: true };
    },
  });
  await stage.play(standIns, async () => {
    const ingest = await start('ingestRoll', {});
    while (standIns.callsOf('judgeRoll').length === 0) await new Promise((done) => setTimeout(done, 20));
    for (const type of ['ingestRoll', 'verifyRoll']) {
      expect(await (await start(type, {})).result()).toMatchObject({
        refused: {
          code: 'already-running',
          sentence: expect.stringContaining('roll/AGM/20260930/A001R1AA is running already'),
        },
      });
    }
    release();
    expect(await ingest.result()).toMatchObject({ state: 'sealed' });
  });
});

test('a failure that a retry cannot help ends the ingest with its code and its sentence', async () => {
  const standIns = standInActivities({
    discoverRoll: async () => {
      throw ApplicationFailure.nonRetryable('There is nothing at /cards/A001R1AA.', 'not-found');
    },
  });
  await stage.play(standIns, async () => {
    const error = await (await start('ingestRoll', {})).result().catch((one: unknown) => one);
    let root = error as Error;
    while (root.cause instanceof Error) root = root.cause;
    expect(root).toMatchObject({ message: 'There is nothing at /cards/A001R1AA.', type: 'not-found' });
  });
  expect(standIns.callsOf('discoverRoll')).toHaveLength(1);
});

test('a window starts a turnover for every list and takes away those it started; a busy name is left for the next window', async () => {
  const list = (name: string) => ({
    id: name,
    list: { key: `inbox/AGM/${name}`, etag: `etag-${name}` },
    input: { production: 'AGM', name: name.replace('.edl', ''), cutList: { key: `facts/${name}` } },
  });
  const standIns = standInActivities({
    takeInbox: async () => ({ submissions: [list('R1.edl'), list('busy.edl'), list('R2.edl')] }),
    planTurnover: async ({ request }) => ({
      planKey: 'plan',
      plates: [],
      waiting: request.name === 'busy' ? [{ what: 'event 001', why: 'no clip here fits yet' }] : [],
    }),
  });
  await stage.play(standIns, async () => {
    const busy = await stage.client.workflow.start('turnover', {
      taskQueue: CONTROL_QUEUE,
      workflowId: 'window/AGM/busy.edl',
      args: [list('busy.edl').input],
    });
    const window = await start('openWindow', { production: 'AGM' });
    expect(await window.result()).toEqual({ started: ['R1.edl', 'R2.edl'], left: ['busy.edl'] });
    for (const id of ['R1.edl', 'R2.edl']) {
      expect(await stage.client.workflow.getHandle(`window/AGM/${id}`).result()).toMatchObject({
        state: 'published',
      });
    }
    await stage.client.workflow.getHandle('turnover/AGM/busy/1').terminate();
    await busy.result().catch(() => undefined);
  });
  expect(standIns.callsOf('clearInbox').map(({ input }) => input)).toEqual([
    { production: 'AGM', lists: [{ key: 'inbox/AGM/R1.edl', etag: 'etag-R1.edl' }] },
    { production: 'AGM', lists: [{ key: 'inbox/AGM/R2.edl', etag: 'etag-R2.edl' }] },
  ]);
});
