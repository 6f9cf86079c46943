import { setTimeout as sleep } from 'node:timers/promises';
import { ApplicationFailure } from '@temporalio/activity';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PlateWork } from '../../activities/prepare-plate.ts';
import { licencesWorkflowId } from '../../workflows/ids.ts';
import { licences } from '../../workflows/messages.ts';
import { CONTROL_QUEUE, engineQueue } from '../../workflows/queues.ts';
import { until } from '../support/until.ts';
import { REQUEST, type StandIns, standInActivities, untilCancelled } from './stand-in-activities.ts';
import { openStage, type Stage } from './story-worker.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage?.close());

/** Plates whose only deliverable is made by FilmLight's software, of which the site has one licence. */
const PLATE: Omit<PlateWork, 'preparedKey'> = {
  clipName: 'A001C001',
  segments: [0, 24].map((first) => ({
    deliverable: 'plate',
    jobKey: 'job',
    first,
    last: first + 23,
    engine: 'flapi',
  })),
  movies: [],
  trims: [],
  licences: { flapi: 1 },
};
const RENDERED = { framesMade: 24, framesReused: 0, engine: { wallMs: 1, cpuMs: 1 } };

function licensed(otherwise: Parameters<typeof standInActivities>[0] = {}): StandIns {
  return standInActivities({
    preparePlate: async ({ plateId }) => ({ preparedKey: `prepared-${plateId}`, ...PLATE }),
    askForLicence: (request) => stage.rushes.askForLicence(request),
    endedHolders: ({ holders }) => stage.rushes.endedWorkflows(holders),
    ...otherwise,
  });
}

const plate = (plateId: string, priority = 3, site = 'studio') =>
  stage.client.workflow.start('makePlate', {
    taskQueue: CONTROL_QUEUE,
    workflowId: `plate-${plateId}-${crypto.randomUUID()}`,
    args: [{ request: { ...REQUEST, site, priority }, planKey: 'plan', plateId }],
  });

const keeper = () => stage.client.workflow.getHandle(licencesWorkflowId('studio', 'flapi'));

test('with one licence at a site never two render at once, on whatever workers, and all is made', async () => {
  let now = 0;
  let most = 0;
  const standIns = licensed({
    renderSegment: async ({ first, last }) => {
      most = Math.max(most, ++now);
      await sleep(120);
      now--;
      return { first, last, ...RENDERED };
    },
  });
  await stage.play(standIns, async () => {
    const plates = await Promise.all(['S010_PL01', 'S020_PL01', 'S030_PL01'].map((id) => plate(id)));
    const outcomes = await Promise.all(plates.map((one) => one.result()));
    expect(outcomes).toEqual(Array(3).fill({ state: 'made' }));
    await keeper().result();
  });
  expect(most).toBe(1);
  expect(standIns.callsOf('renderSegment')).toHaveLength(6);
  const queues = new Set(standIns.callsOf('renderSegment').map(({ taskQueue }) => taskQueue));
  expect([...queues]).toEqual([engineQueue('studio', 'flapi')]);
});

test('a licence goes first to whom a higher priority needs it', async () => {
  const order: string[] = [];
  let open = false;
  const standIns = licensed({
    renderSegment: async ({ plateId, first, last }) => {
      order.push(plateId);
      while (!open) await sleep(20);
      return { first, last, ...RENDERED };
    },
  });
  await stage.play(standIns, async () => {
    const first = await plate('S010_PL01', 3);
    await until('the first to render', () => order.length === 1);
    const late = await plate('S020_PL01', 5);
    const waitingAre = async (count: number) => (await keeper().query(licences)).waiting.length === count;
    await until('both to wait', () => waitingAre(3));
    const urgent = await plate('S030_PL01', 1);
    await until('all to wait', () => waitingAre(5));
    open = true;
    await Promise.all([first, late, urgent].map((one) => one.result()));
  });
  expect(order).toEqual(['S010_PL01', 'S030_PL01', 'S030_PL01', 'S010_PL01', 'S020_PL01', 'S020_PL01']);
});

test('a plate that is terminated with a licence does not keep it', async () => {
  const standIns = licensed({
    renderSegment: async (input) =>
      input.plateId === 'S010_PL01'
        ? untilCancelled()
        : { first: input.first, last: input.last, ...RENDERED },
  });
  await stage.play(standIns, async () => {
    const doomed = await plate('S010_PL01');
    await until('the doomed plate to render', () => standIns.callsOf('renderSegment').length === 1);
    const next = await plate('S020_PL01');
    await until('the next to wait', async () => (await keeper().query(licences)).waiting.length >= 2);
    await doomed.terminate('a person in the web UI');
    expect(await next.result()).toEqual({ state: 'made' });
  });
});

test('a licence that the software itself refuses waits and is asked for again: no plate fails for it', async () => {
  let refusals = 3;
  const standIns = licensed({
    renderSegment: async ({ first, last }) => {
      if (refusals-- > 0) throw ApplicationFailure.retryable('All floating licences are in use', 'capacity');
      return { first, last, ...RENDERED };
    },
  });
  await stage.play(standIns, async () => {
    expect(await (await plate('S010_PL01')).result()).toEqual({ state: 'made' });
  });
  expect(standIns.callsOf('renderSegment').map(({ attempt }) => attempt)).toContain(4);
});

test('an engine that is upgraded under a plate has the plate prepared again, for the version that is there', async () => {
  let version = 1;
  const standIns = licensed({
    preparePlate: async ({ plateId }) => ({ preparedKey: `prepared-${plateId}-${version}`, ...PLATE }),
    renderSegment: async ({ first, last }) => {
      if (version === 1) {
        version = 2;
        throw ApplicationFailure.nonRetryable('another version', 'engine-differs');
      }
      return { first, last, ...RENDERED };
    },
  });
  await stage.play(standIns, async () => {
    expect(await (await plate('S010_PL01')).result()).toEqual({ state: 'made' });
  });
  expect(standIns.callsOf('finishPlate').map(({ input }) => input)).toMatchObject([
    { preparedKey: 'prepared-S010_PL01-2' },
  ]);
});
