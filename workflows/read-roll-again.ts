import { proxyActivities, setCurrentDetails } from '@temporalio/workflow';
import type { Activities } from '../activities/index.ts';
import type { RollReport, RollRequest } from '../schemas/roll.ts';
import { catalogueCall, wholeFile, window } from './policies.ts';
import { CONTROL_QUEUE, queueOf } from './queues.ts';
import { inWindow } from './window.ts';

/**
 * Reads every stored original back, holds it against the roll's history and the recorded chain, and appends the result as
 * the next generation. Old manifests stay as they are.
 */
export async function readRollAgain(roll: RollRequest): Promise<RollReport> {
  const control = proxyActivities<Activities>({ ...catalogueCall, taskQueue: CONTROL_QUEUE });
  const io = proxyActivities<Activities>({ ...wholeFile, taskQueue: queueOf('io', roll.site) });
  const startedAt = new Date().toISOString();

  const listing = await io.discoverStored({ roll });
  let done = 0;
  const reads = await inWindow(listing.batches, window.copyBatches, async (batch) => {
    const summary = `read back ${batch.files} files of ${roll.roll}: ${batch.label}`;
    const read = await io.hashStored.executeWithOptions({ summary }, [
      { roll, listingKey: listing.listingKey, batch },
    ]);
    setCurrentDetails(`**verifying** — read ${++done} of ${listing.batches.length} batches back.`);
    return read;
  });
  const { verdictKey } = await io.judgeRoll({
    roll,
    listingKey: listing.listingKey,
    copyKeys: reads.map((read) => read.copyKey),
  });
  const generation = await io.appendGeneration({ roll, verdictKey, at: startedAt });
  const report = await control.sealRoll({
    roll,
    startedAt,
    verdictKey,
    generation: generation.number,
    ingest: null,
  });
  setCurrentDetails(
    `**${report.state}** — ${report.counts.verified} files verified, ${report.counts.failed} failed, ${report.counts.missing} missing.`,
  );
  return report;
}
