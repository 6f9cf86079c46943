import { setTimeout as sleep } from 'node:timers/promises';
import type { NativeConnection } from '@temporalio/worker';
import { engineQueue, type Pool, queueOf } from '../workflows/queues.ts';

/** `TASK_QUEUE_TYPE_ACTIVITY`. */
const ACTIVITIES = 2;
/** A queue that a worker process serves: a pool's, or that of a maker's engine in it. */
export type Served = { pool: Pool; engine?: string };

/** Its name at a site. */
export function servedQueue({ pool, engine }: Served, site: string): string {
  return engine === undefined ? queueOf(pool, site) : engineQueue(site, engine);
}

/** How often the queues are asked, ms. */
const LOOK_EVERY_MS = 500;

/**
 * Waits until one of the queues has activities that nobody took yet, and names it; the first named wins. Null when the
 * signal ended the wait.
 * Source: Temporal API, DescribeTaskQueue with report_stats (approximate_backlog_count).
 */
export async function queueWithWork(
  connection: NativeConnection,
  namespace: string,
  served: readonly Served[],
  site: string,
  signal?: AbortSignal,
): Promise<Served | null> {
  while (!signal?.aborted) {
    for (const one of served) {
      const { stats } = await connection.workflowService.describeTaskQueue({
        namespace,
        taskQueue: { name: servedQueue(one, site) },
        taskQueueType: ACTIVITIES,
        reportStats: true,
      });
      if (Number(stats?.approximateBacklogCount ?? 0) > 0) return one;
    }
    await sleep(LOOK_EVERY_MS);
  }
  return null;
}
