import { ApplicationFailure } from '@temporalio/activity';
import { WorkflowFailedError } from '@temporalio/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { decide, lookAgain, noLongerWanted, rollArrived, story } from '../../workflows/messages.ts';
import { CONTROL_QUEUE } from '../../workflows/queues.ts';
import { until } from '../support/until.ts';
import { REQUEST, type StandIns, standInActivities, untilCancelled } from './stand-in-activities.ts';
import { openStage, type Stage } from './story-worker.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await openStage();
});

afterAll(() => stage?.close());

/** Each test has a turnover of its own name, so that none meets another's ids. */
function submission(name: string, more: object = {}) {
  const workflowId = `turnover/AGM/${name}/1`;
  const start = () =>
    stage.client.workflow.start('turnover', {
      taskQueue: CONTROL_QUEUE,
      workflowId: `submit-${name}-${crypto.randomUUID()}`,
      args: [{ name, ...more }],
    });
  return { workflowId, start, child: () => stage.client.workflow.getHandle(workflowId) };
}

const publishedTimes = (standIns: StandIns, times: number) =>
  until(`publication ${times}`, async () => standIns.callsOf('publishPackage').length >= times);

test('a request that is refused completes with the sentence, and no turnover begins', async () => {
  const refused = { refused: { code: 'input-invalid' as const, sentence: 'The cut list is missing.' } };
  const standIns = standInActivities({ parseTurnoverSubmission: async () => refused });
  const { start, child } = submission('refused');
  await stage.play(standIns, async () => expect(await (await start()).result()).toEqual(refused));
  await expect(child().describe()).rejects.toThrow(/not found/);
});

test('a turnover that runs already is not started again: the refusal names it', async () => {
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const standIns = standInActivities({
    planTurnover: async () => {
      await held;
      return { planKey: 'plan-1', plates: [], waiting: [] };
    },
  });
  const { start, workflowId } = submission('once');
  await stage.play(standIns, async () => {
    const first = await start();
    await until('the first to plan', async () => standIns.callsOf('planTurnover').length > 0);
    const second = await (await start()).result();
    expect(second).toEqual({
      refused: {
        code: 'already-running',
        sentence: `${workflowId} is running already: wait for it, or terminate it and start again.`,
      },
    });
    release();
    expect(await first.result()).toMatchObject({ state: 'published' });
  });
});

test('priority and production of the request reach every activity by inheritance: nothing below the child sets them', async () => {
  const standIns = standInActivities();
  const { start, workflowId } = submission('urgent', { priority: 1 });
  await stage.play(standIns, async () => (await start()).result());
  const below = standIns.calls.filter(({ name }) => name !== 'parseTurnoverSubmission');
  expect(below.length).toBeGreaterThan(8);
  for (const call of below) expect(call).toMatchObject({ priorityKey: 1, fairnessKey: 'AGM' });
  for (const id of [workflowId, `${workflowId}/S010_PL01`]) {
    const { events } = await stage.client.workflow.getHandle(id).fetchHistory();
    const said = events!.map(
      (event) =>
        event.activityTaskScheduledEventAttributes?.priority ??
        event.startChildWorkflowExecutionInitiatedEventAttributes?.priority,
    );
    expect(
      said.filter((priority) => priority?.priorityKey || priority?.fairnessKey),
      id,
    ).toEqual([]);
  }
});

test('work goes to the queues of its site: renders to render, whole files to io, the rest to control', async () => {
  const standIns = standInActivities();
  await stage.play(standIns, async () => (await submission('queues').start()).result());
  const queues = Object.fromEntries(standIns.calls.map(({ name, taskQueue }) => [name, taskQueue]));
  expect(queues).toMatchObject({
    parseTurnoverSubmission: 'rushes',
    planTurnover: 'rushes',
    preparePlate: 'rushes',
    renderSegment: 'studio.render',
    renderMovie: 'studio.render',
    finishPlate: 'studio.io',
    publishPackage: 'studio.io',
  });
});

test('a plate that fails is written down with its reason, and the others are made and published', async () => {
  const standIns = standInActivities({
    renderSegment: async ({ plateId, first, last }) => {
      if (plateId === 'S010_PL01')
        throw ApplicationFailure.nonRetryable('A001C001.mov is not what it says', 'unreadable');
      return { first, last, framesMade: 96, framesReused: 0, engine: { wallMs: 1, cpuMs: 1 } };
    },
  });
  await stage.play(standIns, async () => {
    const outcome = await (await submission('one-fails').start()).result();
    expect(outcome).toMatchObject({ plates: { made: 1, failed: 1, waiting: 0 } });
  });
  expect(standIns.callsOf('recordPlateEnd').map(({ input }) => input)).toEqual([
    expect.objectContaining({
      plateId: 'S010_PL01',
      state: 'failed',
      why: 'A001C001.mov is not what it says',
    }),
  ]);
  expect(standIns.callsOf('finishPlate').map(({ input }) => input)).toEqual([
    expect.objectContaining({ plateId: 'S020_PL01' }),
  ]);
  expect(standIns.callsOf('publishPackage')).toHaveLength(1);
});

test('a lost attempt is made again; the plate is none the worse', async () => {
  const standIns = standInActivities({
    renderMovie: async () => {
      if (standIns.callsOf('renderMovie').length === 1)
        throw ApplicationFailure.retryable('ffmpeg ended with signal SIGKILL', 'tool-failed');
      return { key: 'made/movie', frameCount: 96 };
    },
  });
  await stage.play(standIns, async () => {
    expect(await (await submission('retried').start()).result()).toMatchObject({
      plates: { made: 2, failed: 0 },
    });
  });
  expect(standIns.callsOf('renderMovie').map(({ attempt }) => attempt)).toContain(2);
});

test('where a roll is missing the rest is published, and the turnover goes on when the roll arrives', async () => {
  let arrived = false;
  const standIns = standInActivities({
    planTurnover: async () =>
      arrived
        ? { planKey: 'plan-2', plates: ['S010_PL01', 'S020_PL01'], waiting: [] }
        : {
            planKey: 'plan-1',
            plates: ['S010_PL01'],
            waiting: [{ what: 'event 002 reel A002R1AA', why: 'no clip here fits yet' }],
          },
  });
  const { start, child } = submission('roll-awaited');
  await stage.play(standIns, async () => {
    const started = await start();
    await publishedTimes(standIns, 1);
    await until('the story to tell who is waited for', async () =>
      (await child().query(story)).includes('event 002 reel A002R1AA: no clip here fits yet'),
    );
    expect((await child().describe()).status.name).toBe('RUNNING');
    arrived = true;
    await child().signal(rollArrived, { rollId: 'AGM/20260930/A002R1AA' });
    expect(await started.result()).toMatchObject({
      state: 'published',
      plates: { made: 2, failed: 0, waiting: 0 },
    });
  });
  expect(
    standIns.callsOf('publishPackage').map(({ input }) => (input as { waiting: number }).waiting),
  ).toEqual([1, 0]);
});

test('a plate that waits for a person is looked at again when told to', async () => {
  let taught = false;
  const standIns = standInActivities({
    planTurnover: async () => ({ planKey: 'plan-1', plates: ['S010_PL01'], waiting: [] }),
    preparePlate: async () =>
      taught
        ? { preparedKey: 'prepared', clipName: 'B001C001', segments: [], movies: [], trims: [] }
        : { waiting: 'The camera format «B: dpx 10 bit» has no input transform.' },
  });
  const { start, child } = submission('format-awaited');
  await stage.play(standIns, async () => {
    const started = await start();
    await publishedTimes(standIns, 1);
    await until('the reason in the story', async () =>
      (await child().query(story)).includes('has no input transform'),
    );
    taught = true;
    await child().signal(lookAgain, { why: 'a camera format was corrected' });
    expect(await started.result()).toMatchObject({
      state: 'published',
      plates: { made: 1, failed: 0, waiting: 0 },
    });
  });
});

test('a person decides which clip is meant: the answer is recorded, told back, and planned with', async () => {
  const standIns = standInActivities({
    planTurnover: async () =>
      standIns.callsOf('recordDecision').length > 0
        ? { planKey: 'plan-2', plates: ['S010_PL01'], waiting: [] }
        : {
            planKey: 'plan-1',
            plates: [],
            waiting: [{ what: 'event 001 reel A001', why: 'more than one clip fits' }],
          },
  });
  const { start, child } = submission('ambiguous');
  await stage.play(standIns, async () => {
    const started = await start();
    await publishedTimes(standIns, 1);
    const told = await child().executeUpdate(decide, {
      args: [{ eventIndex: 0, clipId: 'clip-7', who: 'Ana' }],
    });
    expect(told).toBe('event 0 means clip-7, says Ana');
    expect(await started.result()).toMatchObject({ plates: { made: 1, waiting: 0 } });
  });
  expect(standIns.callsOf('recordDecision')[0]!.input).toMatchObject({
    planKey: 'plan-1',
    decision: { eventIndex: 0, clipId: 'clip-7', who: 'Ana', at: expect.stringMatching(/^\d{4}-.*Z$/) },
  });
});

test('an answer that cannot be recorded is told to the one who gave it; the turnover goes on waiting', async () => {
  const standIns = standInActivities({
    planTurnover: async () => ({
      planKey: 'plan-1',
      plates: [],
      waiting: [{ what: 'event 001 reel A001', why: 'more than one clip fits' }],
    }),
    recordDecision: async () => {
      throw ApplicationFailure.nonRetryable('There is no clip clip-9 in AGM.', 'not-found');
    },
  });
  const { start, child } = submission('wrong-answer');
  await stage.play(standIns, async () => {
    await start();
    await publishedTimes(standIns, 1);
    await expect(
      child().executeUpdate(decide, { args: [{ eventIndex: 0, clipId: 'clip-9', who: 'Ana' }] }),
    ).rejects.toMatchObject({
      cause: { cause: { message: 'There is no clip clip-9 in AGM.', type: 'not-found' } },
    });
    expect((await child().describe()).status.name).toBe('RUNNING');
    await child().terminate();
  });
});

test('a turnover that waits past its deadline ends with what it has', async () => {
  const standIns = standInActivities({
    planTurnover: async () => ({
      planKey: 'plan-1',
      plates: ['S010_PL01'],
      waiting: [{ what: 'event 002', why: 'no clip here fits yet' }],
    }),
  });
  const deadline = new Date(Date.now() + 1_500).toISOString();
  await stage.play(standIns, async () => {
    const outcome = await (await submission('deadline', { deadline }).start()).result();
    expect(outcome).toMatchObject({ state: 'partial', plates: { made: 1, waiting: 1 } });
  });
  expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(deadline));
});

test('a cancelled turnover stops its plates and is written down as cancelled', async () => {
  const standIns = standInActivities({ renderSegment: untilCancelled });
  const { start, child, workflowId } = submission('cancelled');
  await stage.play(standIns, async () => {
    const started = await start();
    await until('both plates to render', async () => standIns.callsOf('renderSegment').length === 2);
    await child().cancel();
    const error = await started.result().catch((one: unknown) => one);
    expect(error).toBeInstanceOf(WorkflowFailedError);
    expect((await child().describe()).status.name).toBe('CANCELLED');
    const plate = await stage.client.workflow.getHandle(`${workflowId}/S010_PL01`).describe();
    expect(plate.status.name).toBe('CANCELLED');
  });
  expect(standIns.callsOf('endTurnover').map(({ input }) => (input as { state: string }).state)).toEqual([
    'cancelled',
  ]);
});

test('a newer cut stops the plates it does not have any more, and only those', async () => {
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const standIns = standInActivities({
    renderSegment: async ({ first, last }) => {
      await held;
      return { first, last, framesMade: 96, framesReused: 0, engine: { wallMs: 1, cpuMs: 1 } };
    },
  });
  const { start, child } = submission('recut');
  await stage.play(standIns, async () => {
    const started = await start();
    await until('both plates to render', async () => standIns.callsOf('renderSegment').length === 2);
    await child().signal(noLongerWanted, ['S010_PL01']);
    await until('the plate to be written down', async () => standIns.callsOf('recordPlateEnd').length > 0);
    release();
    expect(await started.result()).toMatchObject({ plates: { made: 1, failed: 0 } });
  });
  expect(standIns.callsOf('recordPlateEnd').map(({ input }) => input)).toEqual([
    expect.objectContaining({ plateId: 'S010_PL01', state: 'cancelled' }),
  ]);
});

test('a plate whose id an earlier run still holds is made when that run has ended, not written down as failed', async () => {
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const standIns = standInActivities({
    planTurnover: async () => ({ planKey: 'plan-1', plates: ['S010_PL01'], waiting: [] }),
    preparePlate: async ({ planKey }) => {
      if (planKey === 'plan-0') await held;
      return { preparedKey: 'prepared', clipName: 'A001C001', segments: [], movies: [], trims: [] };
    },
  });
  const { start, workflowId, child } = submission('reset');
  await stage.play(standIns, async () => {
    const earlier = await stage.client.workflow.start('makePlate', {
      taskQueue: CONTROL_QUEUE,
      workflowId: `${workflowId}/S010_PL01`,
      args: [{ request: REQUEST, planKey: 'plan-0', plateId: 'S010_PL01' }],
    });
    const started = await start();
    await until('the turnover to wait for the id', async () => {
      // It may not have begun yet.
      const history = await child()
        .fetchHistory()
        .catch(() => null);
      return history?.events?.some((event) => event.timerStartedEventAttributes);
    });
    release();
    await earlier.result();
    expect(await started.result()).toMatchObject({ state: 'published', plates: { made: 1, failed: 0 } });
  });
  expect(standIns.callsOf('recordPlateEnd')).toEqual([]);
});
