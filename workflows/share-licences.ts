import {
  allHandlersFinished,
  condition,
  continueAsNew,
  getExternalWorkflowHandle,
  proxyActivities,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { Activities } from '../activities/index.ts';
import { type LicenceRequest, licenceBack, licenceGranted, licences, licenceWanted } from './messages.ts';
import { catalogueCall, lookAfterHoldersEveryMs } from './policies.ts';
import { CONTROL_QUEUE } from './queues.ts';

/** Who has a licence, and who waits, in the order of asking. */
export type LicenceBook = { count: number; holders: LicenceRequest[]; waiting: LicenceRequest[] };

/**
 * Keeps the licences that an engine has at a site: grants them to plates by priority, then in the order of asking, and
 * takes them back. It runs while anybody has or wants one. A lease is a plate's, not a worker's: a worker that is killed
 * leaves it with the plate, whose retry uses it.
 */
export async function shareLicences(book: LicenceBook): Promise<void> {
  const { endedHolders } = proxyActivities<Activities>({ ...catalogueCall, taskQueue: CONTROL_QUEUE });
  let { count, holders, waiting } = book;
  let news = true;
  const drop = (tokens: ReadonlySet<string>) => {
    holders = holders.filter(({ token }) => !tokens.has(token));
    waiting = waiting.filter(({ token }) => !tokens.has(token));
    news = true;
  };
  setHandler(licences, () => ({ holders, waiting }));
  setHandler(licenceWanted, (request) => {
    count = request.count;
    const isKnown = [...holders, ...waiting].some(({ token }) => token === request.token);
    if (!isKnown) waiting.push(request);
    news = true;
  });
  setHandler(licenceBack, ({ token }) => drop(new Set([token])));

  while (holders.length + waiting.length > 0 || news) {
    news = false;
    while (holders.length < count && waiting.length > 0) {
      const next = waiting.reduce((best, one) => (one.priority < best.priority ? one : best));
      waiting = waiting.filter((one) => one !== next);
      holders.push(next);
      if (!(await grant(next))) drop(new Set([next.token]));
    }
    setCurrentDetails(`${holders.length} of ${count} licences in use, ${waiting.length} waiting.`);
    if (holders.length + waiting.length === 0 && !news) break;
    if (workflowInfo().continueAsNewSuggested && allHandlersFinished())
      await continueAsNew<typeof shareLicences>({ count, holders, waiting });
    if (waiting.length === 0) await condition(() => news);
    else if (!(await condition(() => news, lookAfterHoldersEveryMs))) {
      const ended = await endedHolders({ holders: holders.map(({ holder }) => holder) });
      const gone = new Set(ended.map(({ runId }) => runId));
      const left = holders.filter(({ holder }) => gone.has(holder.runId));
      if (left.length > 0) drop(new Set(left.map(({ token }) => token)));
    }
  }
}

/** False when the plate that asked is gone. */
async function grant({ token, holder }: LicenceRequest): Promise<boolean> {
  const { workflowId, runId } = holder;
  return getExternalWorkflowHandle(workflowId, runId)
    .signal(licenceGranted, { token })
    .then(
      () => true,
      () => false,
    );
}
