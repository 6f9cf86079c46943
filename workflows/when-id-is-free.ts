import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { sleep } from '@temporalio/workflow';
import { earlierRun } from './policies.ts';

/**
 * Starts a child under an id that an earlier run of the same workflow may still hold: a run that was terminated or reset
 * leaves children that end in their own time, and do the same work. Any other failure passes.
 */
export async function whenIdIsFree<T>(start: () => Promise<T>): Promise<T> {
  for (let pauseMs: number = earlierRun.firstMs; ; pauseMs = Math.min(2 * pauseMs, earlierRun.mostMs)) {
    try {
      return await start();
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      await sleep(pauseMs, { summary: 'an earlier run of this work is still ending' });
    }
  }
}
