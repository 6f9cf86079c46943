import { proxyActivities } from '@temporalio/workflow';
import type { Activities } from '../activities/index.ts';
import type { RollReport, RollRequest } from '../schemas/roll.ts';
import { catalogueCall, inspectMedia, wholeFile, window } from './policies.ts';
import { CONTROL_QUEUE, queueOf } from './queues.ts';
import { tellStage } from './tell-stage.ts';
import { inWindow } from './window.ts';

/**
 * The life of a roll: discover, compare lists, copy and hash in one read, verdict, new generation, clips, inspection,
 * catalogue. Content that is wrong becomes findings of the report; nothing of the card is ever written to.
 */
export async function receiveRoll(roll: RollRequest): Promise<RollReport> {
  const control = proxyActivities<Activities>({ ...catalogueCall, taskQueue: CONTROL_QUEUE });
  const io = proxyActivities<Activities>({ ...wholeFile, taskQueue: queueOf('io', roll.site) });
  const media = proxyActivities<Activities>({ ...inspectMedia, taskQueue: queueOf('media', roll.site) });
  // Looks into files that no name explains: short, and done where the originals lie.
  const look = proxyActivities<Activities>({ ...catalogueCall, taskQueue: queueOf('media', roll.site) });
  const startedAt = new Date().toISOString();

  tellStage('discovering', `Listing ${roll.source} and comparing it with the card's MHL.`);
  const listing = await io.discoverRoll({ roll, startedAt });

  let done = 0;
  tellStage('copying', `Copying ${listing.files} files, ${listing.bytes} bytes: each is read once.`);
  const copies = await inWindow(listing.batches, window.copyBatches, async (batch) => {
    const summary = `copy and hash ${batch.files} files of ${roll.roll}: ${batch.label}`;
    const copied = await io.copyFiles.executeWithOptions({ summary }, [
      { roll, listingKey: listing.listingKey, batch, offload: startedAt },
    ]);
    tellStage('copying', `Copied ${++done} of ${listing.batches.length} batches.`);
    return copied;
  });
  const copyKeys = copies.map((copy) => copy.copyKey);

  tellStage('verifying', "Holding the hashes against the card's MHL.");
  const verdict = await io.judgeRoll({ roll, listingKey: listing.listingKey, copyKeys });
  const generation = await io.appendGeneration({ roll, verdictKey: verdict.verdictKey, at: startedAt });

  const groups = await look.groupClips({ roll, verdictKey: verdict.verdictKey });
  tellStage('inspecting', `Inspecting ${groups.clips.length} clips.`);
  const inspected = await inWindow(groups.clips, window.clips, (clip) =>
    media.inspectClip.executeWithOptions({ summary: `inspect ${clip.clipName}` }, [
      { roll, groupsKey: groups.groupsKey, clipKey: clip.clipKey },
    ]),
  );

  const report = await control.sealRoll({
    roll,
    startedAt,
    verdictKey: verdict.verdictKey,
    generation: generation.number,
    ingest: { groupsKey: groups.groupsKey, clipKeys: inspected.map((clip) => clip.factKey) },
  });
  await control.announceRoll({ production: roll.production, rollId: report.rollId });
  tellStage(
    report.state,
    `Roll ${roll.roll} is ${report.state}: ${report.counts.verified} files verified, ${report.counts.failed} failed, ${report.counts.missing} missing, ${report.counts.clips} clips.`,
  );
  return report;
}
