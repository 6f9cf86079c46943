import {
  CancellationScope,
  condition,
  getExternalWorkflowHandle,
  proxyActivities,
  setCurrentDetails,
  setHandler,
  uuid4,
  workflowInfo,
} from '@temporalio/workflow';
import type { Activities } from '../activities/index.ts';
import type { TurnoverRequest } from '../schemas/turnover.ts';
import { licencesWorkflowId } from './ids.ts';
import { licenceBack, licenceGranted } from './messages.ts';
import { catalogueCall } from './policies.ts';
import { CONTROL_QUEUE } from './queues.ts';

/** Licences of makers' engines, as a plate sees them. */
export type Licences = {
  /** Does `work` while one of the site's `count` licences of an engine is this plate's; waits for it without a limit. */
  during<T>(engine: string, count: number, work: () => Promise<T>): Promise<T>;
};

/** Listens for grants from now on. */
export function openLicences({ site, priority }: TurnoverRequest): Licences {
  const wanted = new Map<string, string>();
  const granted = new Set<string>();
  const giveBack = (engine: string, token: string) =>
    getExternalWorkflowHandle(licencesWorkflowId(site, engine))
      .signal(licenceBack, { token })
      // A keeper that has ended keeps nothing.
      .catch(() => {});
  setHandler(licenceGranted, ({ token }) => {
    if (wanted.has(token)) granted.add(token);
  });
  return {
    async during(engine, count, work) {
      const { askForLicence } = proxyActivities<Activities>({ ...catalogueCall, taskQueue: CONTROL_QUEUE });
      const { workflowId, runId, priority: now } = workflowInfo();
      const token = uuid4();
      wanted.set(token, engine);
      try {
        await askForLicence({
          site,
          engine,
          count,
          token,
          priority: now?.priorityKey ?? priority,
          holder: { workflowId, runId },
        });
        if (!granted.has(token)) {
          setCurrentDetails(`**waiting** — for one of ${count} licences of ${engine} at ${site}.`);
          await condition(() => granted.has(token));
        }
        return await work();
      } finally {
        wanted.delete(token);
        await CancellationScope.nonCancellable(() => giveBack(engine, token));
      }
    },
  };
}
