import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { TurnoverStatus } from '../../schemas/turnover.ts';
import { isAlive } from '../../setup/processes.mjs';
import { isRefusal } from '../../workflows/refusal.ts';
import { type TestInstallation, withInstallation } from '../support/installation.ts';
import { until } from '../support/until.ts';
import { survivors, type ToolProcess, type WorkerProcess } from '../support/worker-process.ts';
import {
  exportPackage,
  holdLongPlate,
  identityOf,
  ingest,
  LONG_FRAMES,
  longPlateInStore,
  type Material,
  makeMaterial,
  resetToStart,
  submit,
  TURNOVER,
  TURNOVER_WORKFLOW,
  taken,
  untilHeld,
} from './interrupted.ts';
import { deliveryOf } from './same-delivery.ts';

let material: Material;
/** What the undisturbed run delivers. */
let calm: { package: Record<string, string> };

beforeAll(async () => {
  material = await makeMaterial('stop-and-go');
  calm = await withInstallation('calm', async (at) => {
    await at.startWorker('control,io,media,render', 2);
    await ingestBoth(at);
    taken(await (await submit(at, material)).result());
    const delivered = deliveryOf(await exportPackage(at));
    expect(Object.keys(delivered).filter((path) => path.endsWith('.exr'))).toHaveLength(LONG_FRAMES + 24);
    return { package: delivered };
  });
});

async function ingestBoth(at: TestInstallation): Promise<void> {
  await Promise.all([ingest(at, material.movie), ingest(at, material.sequence)]);
}

const GATED = { gated: ['studio'] };

/**
 * Waits until some frames of the long plate stand in the store and nothing says yet that they count; gives the programs that
 * each worker was seen to run meanwhile. ExifTool stays open for the next file: it belongs to a worker, not to an attempt.
 */
async function untilHalfRendered(
  at: TestInstallation,
  workers: readonly WorkerProcess[],
): Promise<Map<WorkerProcess, ToolProcess[]>> {
  const seen = new Map(workers.map((worker) => [worker, new Map<number, ToolProcess>()]));
  const held = untilHeld(at).then(() => true);
  do
    for (const [worker, tools] of seen)
      for (const tool of worker.tools()) if (!tool.command.includes('-stay_open')) tools.set(tool.pid, tool);
  while (!(await Promise.race([held, sleep(20, false)])));
  return new Map([...seen].map(([worker, tools]) => [worker, [...tools.values()]]));
}

async function statusOf(at: TestInstallation) {
  const told = await at.command('turnover', 'status', TURNOVER, '--json');
  const status = TurnoverStatus.parse(JSON.parse(told.stdout));
  return { status, long: status.shots.find(({ name }) => name === 'RUS_010_0010')!.plates[0]! };
}

/** The worker process that holds the long plate's segment, by what the server says of the pending activity. */
async function rendererOfLongPlate(at: TestInstallation, renderers: WorkerProcess[]): Promise<WorkerProcess> {
  const { raw } = await at.rushes.temporal.workflow
    .getHandle(`${TURNOVER_WORKFLOW}/RUS_010_0010_PL01`)
    .describe();
  const identity = raw.pendingActivities?.find(
    ({ activityType }) => activityType?.name === 'renderTogether',
  )?.lastWorkerIdentity;
  return renderers.find(({ pid }) => identity?.endsWith(`/${pid}`))!;
}

describe.concurrent('the same work from empty stores', () => {
  test('kill -9 of a render worker in the middle of a segment: the other makes the missing frames, and only those', () =>
    withInstallation(
      'killed',
      async (at) => {
        const { renderers } = await at.startWorkers();
        await ingestBoth(at);
        holdLongPlate(at);
        const submitted = await submit(at, material);
        const programs = await untilHalfRendered(at, renderers);
        for (const worker of renderers) worker.freeze();
        const victim = await rendererOfLongPlate(at, renderers);
        const other = renderers.find((worker) => worker !== victim)!;
        other.thaw();
        const tools = [...programs.get(victim)!, ...victim.tools()];
        expect(
          tools.map(({ command }) => command),
          'programs of the killed worker',
        ).not.toEqual([]);
        await victim.kill();
        const { frames: kept, hasManifest } = longPlateInStore(at);
        expect(hasManifest).toBe(false);
        expect(kept.length).toBeGreaterThan(0);
        expect(kept.length).toBeLessThan(LONG_FRAMES);
        const identities = kept.map(identityOf);
        expect(await survivors(tools, victim.scratch)).toEqual([]);
        at.gate().open();

        expect(taken(await submitted.result())).toMatchObject({
          state: 'published',
          plates: { made: 2, failed: 0 },
        });
        const { long } = await statusOf(at);
        expect(long.framesWanted).toBe(LONG_FRAMES);
        expect(long.framesMade + long.framesReused).toBe(LONG_FRAMES);
        // More, where an attempt was lost for being slow: what it had made is found too.
        expect(long.framesReused).toBeGreaterThanOrEqual(kept.length);
        const worker = expect.stringMatching(new RegExp(`/${other.pid}$`));
        const attempt = expect.any(Number);
        expect(long.segments).toEqual([{ first: 0, last: LONG_FRAMES - 1, worker, attempt }]);
        expect(long.segments[0]!.attempt).toBeGreaterThan(1);
        expect(kept.map(identityOf)).toEqual(identities);
        expect(deliveryOf(await exportPackage(at))).toEqual(calm.package);
      },
      GATED,
    ));

  test('a turnover that is terminated and submitted again goes on with what is there', () =>
    withInstallation(
      'terminated',
      async (at) => {
        const worker = await at.startWorker('control,io,media,render', 2);
        await ingestBoth(at);
        holdLongPlate(at);
        const submitted = await submit(at, material);
        const ended = submitted.result().then(
          () => null,
          (error: unknown) => error,
        );
        const tools = (await untilHalfRendered(at, [worker])).get(worker)!;
        expect(
          tools.map(({ command }) => command),
          'programs of the terminated turnover',
        ).not.toEqual([]);
        await at.rushes.temporal.workflow.getHandle(TURNOVER_WORKFLOW).terminate('a person in the web UI');
        const kept = longPlateInStore(at).frames.map((file) => [file, identityOf(file)]);
        at.gate().open();

        expect(taken(await (await submit(at, material)).result())).toMatchObject({
          state: 'published',
          plates: { made: 2, failed: 0 },
        });
        expect(await ended).toMatchObject({ code: 'ended' });
        await until('the end of the programs', () => !tools.some(isAlive));
        for (const [file, identity] of kept) expect(identityOf(file!)).toBe(identity);
        expect((await statusOf(at)).long.framesReused).toBeGreaterThanOrEqual(kept.length);
        expect(deliveryOf(await exportPackage(at))).toEqual(calm.package);
      },
      GATED,
    ));

  test('a turnover that is reset in the UI while it renders delivers the same', () =>
    withInstallation(
      'reset',
      async (at) => {
        await at.startWorker('control,io,media,render', 2);
        await ingestBoth(at);
        holdLongPlate(at);
        const submitted = await submit(at, material);
        await untilHeld(at);
        await resetToStart(at, TURNOVER_WORKFLOW);
        at.gate().open();
        expect(taken(await submitted.result())).toMatchObject({
          state: 'published',
          plates: { made: 2, failed: 0 },
        });
        expect(deliveryOf(await exportPackage(at))).toEqual(calm.package);
      },
      GATED,
    ));

  test('one turnover started twice at once: one makes it, the other is refused and names it', () =>
    withInstallation('twice', async (at) => {
      await at.startWorker('control,io,media');
      await ingestBoth(at);
      const started = await Promise.all([submit(at, material), submit(at, material)]);
      const results = started.map((one) => one.result());
      // Nothing renders before one is refused, or the first might be done when the second comes.
      await Promise.race(results);
      await at.startWorker('render', 2);
      const outcomes = await Promise.all(results);
      const refused = outcomes.filter(isRefusal);
      expect(refused).toHaveLength(1);
      expect(refused[0]!.refused).toMatchObject({
        code: 'already-running',
        sentence: expect.stringContaining(TURNOVER_WORKFLOW),
      });
      expect(outcomes.find((one) => !isRefusal(one))).toMatchObject({
        state: 'published',
        plates: { made: 2, failed: 0 },
      });
      expect(deliveryOf(await exportPackage(at))).toEqual(calm.package);
    }));
});
