import { type Client, Connection, Client as TemporalClient } from '@temporalio/client';
import {
  DefaultLogger,
  NativeConnection,
  Runtime,
  Worker,
  type WorkflowBundleWithSourceMap,
} from '@temporalio/worker';
import { connectRushes, type RushesClient } from '../../service/client.ts';
import { bundleWorkflows } from '../../service/workflow-bundle.ts';
import { CONTROL_QUEUE, engineQueue, POOLS, queueOf } from '../../workflows/queues.ts';
import { freshNamespace } from '../support/stack.ts';
import type { StandIns } from './stand-in-activities.ts';

/** A namespace in which our workflows run, as bundled for workers, over stand-in activities. */
export type Stage = {
  client: Client;
  /** What activities use to reach workflows. */
  rushes: RushesClient;
  namespace: string;
  bundle: WorkflowBundleWithSourceMap;
  /** Serves every queue while `tell` runs; beats go to the server at once, or as seldom as a worker of ours sends them. */
  play<T>(standIns: StandIns, tell: () => Promise<T>, beats?: 'at once' | 'as ours'): Promise<T>;
  close(): Promise<void>;
};

/** Those of the site, where a transfer goes, and where FilmLight's software is. */
const QUEUES = [
  ...POOLS.map((pool) => queueOf(pool, 'studio')),
  queueOf('io', 'annex'),
  engineQueue('studio', 'flapi'),
];

/** Opens a stage on the shared server. The caller closes it. */
export async function openStage(): Promise<Stage> {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  const { address, namespace } = await freshNamespace();
  const [bundle, rushes, connection, native] = await Promise.all([
    bundleWorkflows(),
    connectRushes({ address, namespace }),
    Connection.connect({ address }),
    NativeConnection.connect({ address }),
  ]);
  return {
    client: new TemporalClient({ connection, namespace, identity: 'stage' }),
    rushes,
    namespace,
    bundle,
    async play(standIns, tell, beats = 'at once') {
      const { activities } = standIns;
      const workers = await Promise.all(
        QUEUES.map((taskQueue) =>
          Worker.create({
            connection: native,
            namespace,
            identity: 'stage',
            taskQueue,
            activities,
            ...(taskQueue === CONTROL_QUEUE ? { workflowBundle: bundle } : {}),
            ...(beats === 'at once' ? { maxHeartbeatThrottleInterval: 100 } : {}),
          }),
        ),
      );
      const running = Promise.all(workers.map((worker) => worker.run()));
      try {
        return await tell();
      } finally {
        for (const worker of workers) worker.shutdown();
        await running;
      }
    },
    async close() {
      await native.close();
      await rushes.close();
      await connection.close();
    },
  };
}
