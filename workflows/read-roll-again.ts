import { proxyActivities, setCurrentDetails } from '@temporalio/workflow';
import type { Activities } from '../activities/index.ts';
import type { RollReport, RollRequest } from '../schemas/roll.ts';
import { catalogueCall, wholeFile } from './policies.ts';
import { CONTROL_QUEUE, queueOf } from './queues.ts';
import { readBack } from './read-back.ts';

/**
 * Reads every stored original back, holds it against the roll's history and the recorded chain, and appends the result as
 * the next generation. Old manifests stay as they are.
 */
export async function readRollAgain(roll: RollRequest): Promise<RollReport> {
  const control = proxyActivities<Activities>({ ...catalogueCall, taskQueue: CONTROL_QUEUE });
  const io = proxyActivities<Activities>({ ...wholeFile, taskQueue: queueOf('io', roll.site) });
  const startedAt = new Date().toISOString();

  const { verdictKey } = await readBack(roll, io, (done, of) =>
    setCurrentDetails(`**verifying** — read ${done} of ${of} batches back.`),
  );
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
