import { proxyActivities } from '@temporalio/workflow';
import type { Activities } from '../activities/index.ts';
import type { RollReport } from '../schemas/roll.ts';
import type { TransferOrder } from '../schemas/transfer.ts';
import { catalogueCall, wholeFile, window } from './policies.ts';
import { CONTROL_QUEUE, queueOf } from './queues.ts';
import { readBack } from './read-back.ts';
import { tellStage } from './tell-stage.ts';
import { inWindow } from './window.ts';

/**
 * The journey of a roll to another site: the home lists, reads, hashes and sends each original once; the other site reads
 * back what landed, holds it against the roll's history, and appends the result there as a generation of process transfer.
 * The originals at home stay as they are.
 */
export async function sendRoll(order: TransferOrder): Promise<RollReport> {
  const control = proxyActivities<Activities>({ ...catalogueCall, taskQueue: CONTROL_QUEUE });
  const home = proxyActivities<Activities>({ ...wholeFile, taskQueue: queueOf('io', order.from) });
  const away = proxyActivities<Activities>({ ...wholeFile, taskQueue: queueOf('io', order.to) });
  const { production, shootDay, roll, priority, from, to } = order;
  const startedAt = new Date().toISOString();
  const at = (site: string) => ({ production, shootDay, roll, priority, site, source: '' });

  const listing = await home.discoverStored({ roll: at(from) });
  const listingKey = listing.listingKey;
  let done = 0;
  tellStage('sending', `Sending ${listing.files} files, ${listing.bytes} bytes, from ${from} to ${to}.`);
  const sent = await inWindow(listing.batches, window.copyBatches, async (batch) => {
    const summary = `send ${batch.files} files of ${roll} to ${to}: ${batch.label}`;
    const one = await home.sendFiles.executeWithOptions({ summary }, [{ order, listingKey, batch }]);
    tellStage('sending', `Sent ${++done} of ${listing.batches.length} batches to ${to}.`);
    return one;
  });
  const history = await home.sendHistory({ order, listingKey });

  const { verdictKey } = await readBack(at(to), away, (read, of) =>
    tellStage('verifying', `Read ${read} of ${of} batches back at ${to}.`),
  );
  const generation = await away.appendGeneration({
    roll: at(to),
    verdictKey,
    at: startedAt,
    process: 'transfer',
  });
  const report = await control.sealRoll({
    roll: at(to),
    startedAt,
    verdictKey,
    generation: generation.number,
    ingest: null,
    transfer: {
      from,
      to,
      filesSent: sent.reduce((sum, one) => sum + one.sent, 0),
      bytesSent: sent.reduce((sum, one) => sum + one.bytes, 0),
      filesThere: sent.reduce((sum, one) => sum + one.there, 0),
      copyKeys: [...sent, history].flatMap(({ copyKey }) => copyKey ?? []),
    },
  });
  await control.announceRoll({ production, rollId: report.rollId });
  tellStage(
    report.state,
    `Roll ${roll} is ${report.state} at ${to}: ${report.counts.verified} files verified, ${report.counts.failed} failed, ${report.counts.missing} missing.`,
  );
  return report;
}
