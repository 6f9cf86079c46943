import { availableParallelism } from 'node:os';
import {
  NativeConnection,
  Worker,
  type WorkerOptions,
  type WorkflowBundleWithSourceMap,
} from '@temporalio/worker';
import { createActivities } from '../activities/index.ts';
import { endStragglers } from '../engine/tools/end-stragglers.ts';
import type { Pool } from '../workflows/queues.ts';
import { keepAnnouncing, makersHere } from './announce-engines.ts';
import { type Configuration, workerIdentity } from './configuration.ts';
import { openDependencies, prepareBuckets, prepareStores } from './dependencies.ts';
import { queueWithWork, type Served, servedQueue } from './queue-with-work.ts';
import { RenderSlots } from './render-slots.ts';
import { registerSearchAttributes } from './search-attribute-registration.ts';
import { SingleSlot } from './single-slot.ts';
import { controlSiteOf } from './sites.ts';
import { bundleWorkflows } from './workflow-bundle.ts';

/** What a worker process serves. */
export type WorkerPlan = {
  configuration: Configuration;
  tools: Record<string, string>;
  pools: readonly Pool[];
  /** One permit for the whole process: does one activity and ends. */
  once: boolean;
  signal?: AbortSignal;
  /** Called when every pool polls. */
  ready?: () => void;
};

/** Activities at once per pool. Copying waits for disks, not cores; a render fills its core. */
function slotsOf(pool: Pool, configuration: Configuration): number {
  if (pool === 'render') return configuration.renderSlots ?? availableParallelism();
  if (pool === 'media') return availableParallelism();
  return pool === 'io' ? 4 : 50;
}

/**
 * Serves the named pools of the configured site until it is told to stop, or until it has done one activity.
 * @throws PipelineError service-away, tool-missing
 */
export async function runWorker(plan: WorkerPlan): Promise<void> {
  const deps = await openDependencies(plan.configuration, plan.tools, plan.pools);
  const connection = await NativeConnection.connect({ address: plan.configuration.temporal.address });
  try {
    // Programs of a worker that was killed may have helpers that work on in its folders.
    for (const folder of await deps.scratch.sweep()) await endStragglers(folder);
    if (plan.pools.includes('control')) await prepare(plan.configuration, connection);
    else if (isOutpost(plan)) await prepareBuckets(plan.configuration);
    const slots = new RenderSlots(slotsOf('render', plan.configuration));
    const activities = createActivities({ ...deps, leaveCore: () => slots.leave() });
    const served = servedBy(plan, makersHere(deps));
    const announcing = plan.pools.includes('render') ? keepAnnouncing(deps, plan.signal) : undefined;
    try {
      if (plan.once) return await serveOnce(plan, served, connection, activities);
      const bundle = plan.pools.includes('control') ? await bundleWorkflows() : undefined;
      const workers = await Promise.all(
        served.map((one) =>
          Worker.create(
            optionsOf(one, plan, connection, activities, bundle, isOpen(one) ? slots : undefined),
          ),
        ),
      );
      await serve(workers, plan);
    } finally {
      announcing?.stop();
    }
  } finally {
    await connection.close();
    await deps.close();
  }
}

/** What workflows take for granted; the control pool makes it, on whatever servers it is pointed at. */
async function prepare(configuration: Configuration, connection: NativeConnection): Promise<void> {
  await prepareStores(configuration);
  await registerSearchAttributes(connection, configuration.temporal.namespace);
}

/** A site without a control pool of its own makes its buckets where it copies. */
function isOutpost({ configuration, pools }: WorkerPlan): boolean {
  return pools.includes('io') && configuration.site !== controlSiteOf(configuration);
}

/** The queues of a process: one for each pool, and in the render pool one more for each maker's engine it has. */
function servedBy({ pools }: WorkerPlan, makers: readonly string[]): Served[] {
  const own = pools.map((pool): Served => ({ pool }));
  return pools.includes('render')
    ? [...own, ...makers.map((engine) => ({ pool: 'render' as const, engine }))]
    : own;
}

/** The queue of the site's own renders, whose attempts tell when they leave their core. */
function isOpen({ pool, engine }: Served): boolean {
  return pool === 'render' && engine === undefined;
}

function optionsOf(
  served: Served,
  plan: WorkerPlan,
  connection: NativeConnection,
  activities: ReturnType<typeof createActivities>,
  bundle: WorkflowBundleWithSourceMap | undefined,
  slots?: SingleSlot | RenderSlots,
): WorkerOptions {
  const { pool } = served;
  const { configuration } = plan;
  const fixed = (numSlots: number) => ({ type: 'fixed-size' as const, numSlots });
  return {
    connection,
    namespace: configuration.temporal.namespace,
    taskQueue: servedQueue(served, configuration.site),
    identity: workerIdentity(configuration, plan.pools),
    activities,
    ...(pool === 'control' && bundle ? { workflowBundle: bundle, maxCachedWorkflows: 500 } : {}),
    tuner: {
      workflowTaskSlotSupplier: fixed(40),
      activityTaskSlotSupplier: slots ?? fixed(slotsOf(pool, configuration)),
      localActivityTaskSlotSupplier: fixed(1),
      nexusTaskSlotSupplier: fixed(1),
    },
    maxHeartbeatThrottleInterval: '1 second',
    shutdownGraceTime: plan.once ? '10 minutes' : '5 seconds',
    shutdownForceTime: plan.once ? '15 minutes' : '30 seconds',
  };
}

async function serve(workers: Worker[], plan: WorkerPlan): Promise<void> {
  const stop = () => {
    for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
  };
  plan.signal?.addEventListener('abort', stop, { once: true });
  const running = Promise.all(workers.map((worker) => worker.run().finally(stop)));
  plan.ready?.();
  await running;
}

/** How long a process that does one activity waits where work was seen before it looks at its other pools again. */
const PATIENCE_MS = 10_000;

/**
 * One permit for the whole process. A permit that a poll holds cannot be used by another poll, and a poll lasts a
 * minute: so of several pools only one that has work is polled.
 */
async function serveOnce(
  plan: WorkerPlan,
  served: readonly Served[],
  connection: NativeConnection,
  activities: ReturnType<typeof createActivities>,
): Promise<void> {
  const { namespace } = plan.configuration.temporal;
  plan.ready?.();
  while (!plan.signal?.aborted) {
    const [only, ...others] = served;
    const chosen = others.length
      ? await queueWithWork(connection, namespace, served, plan.configuration.site, plan.signal)
      : only!;
    if (!chosen) return;
    const single = new SingleSlot();
    const worker = await Worker.create(optionsOf(chosen, plan, connection, activities, undefined, single));
    const stop = () => void (worker.getState() === 'RUNNING' && worker.shutdown());
    const patience = others.length ? setTimeout(() => single.isSpent || stop(), PATIENCE_MS) : undefined;
    plan.signal?.addEventListener('abort', stop, { once: true });
    void single.used.then(stop);
    await worker.run();
    clearTimeout(patience);
    plan.signal?.removeEventListener('abort', stop);
    if (single.isSpent) return;
  }
}
