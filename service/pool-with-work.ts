import { setTimeout as sleep } from 'node:timers/promises';
import type { NativeConnection } from '@temporalio/worker';
import { type Pool, queueOf } from '../workflows/queues.ts';

/** `TASK_QUEUE_TYPE_ACTIVITY`. */
const ACTIVITIES = 2;
/** How often the queues are asked, ms. */
const LOOK_EVERY_MS = 500;

/**
 * Waits until one of the pools has activities that nobody took yet, and names it; the first named wins. Null when the
 * signal ended the wait.
 * Source: Temporal API, DescribeTaskQueue with report_stats (approximate_backlog_count).
 */
export async function poolWithWork(
  connection: NativeConnection,
  namespace: string,
  pools: readonly Pool[],
  site: string,
  signal?: AbortSignal,
): Promise<Pool | null> {
  while (!signal?.aborted) {
    for (const pool of pools) {
      const { stats } = await connection.workflowService.describeTaskQueue({
        namespace,
        taskQueue: { name: queueOf(pool, site) },
        taskQueueType: ACTIVITIES,
        reportStats: true,
      });
      if (Number(stats?.approximateBacklogCount ?? 0) > 0) return pool;
    }
    await sleep(LOOK_EVERY_MS);
  }
  return null;
}
