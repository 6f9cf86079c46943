import type { ActivityInterfaceFor } from '@temporalio/workflow';
import type { Activities } from '../activities/index.ts';
import type { RollRequest } from '../schemas/roll.ts';
import { window } from './policies.ts';
import { inWindow } from './window.ts';

/**
 * Reads back every original that a site stores of a roll, in batches, and holds what was read against the roll's history.
 * `told` hears after each batch how many are done, of how many.
 */
export async function readBack(
  roll: RollRequest,
  io: ActivityInterfaceFor<Activities>,
  told: (done: number, of: number) => void,
): Promise<{ verdictKey: string }> {
  const { listingKey, batches } = await io.discoverStored({ roll });
  let done = 0;
  const reads = await inWindow(batches, window.copyBatches, async (batch) => {
    const summary = `read back ${batch.files} files of ${roll.roll} at ${roll.site}: ${batch.label}`;
    const read = await io.hashStored.executeWithOptions({ summary }, [{ roll, listingKey, batch }]);
    told(++done, batches.length);
    return read;
  });
  return io.judgeRoll({ roll, listingKey, copyKeys: reads.map(({ copyKey }) => copyKey) });
}
