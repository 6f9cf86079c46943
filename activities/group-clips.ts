import { z } from 'zod';
import { lookAt } from '../engine/open/inspect/look-at.ts';
import { groupClips as group } from '../pipeline/ingest/group-clips.ts';
import { type Look, pathsToLookAt, settleUnclaimed } from '../pipeline/ingest/settle-unclaimed.ts';
import { type ClipGroups, type CopiedFile, RollVerdict } from '../schemas/ingest-facts.ts';
import { RollRequest, rollId } from '../schemas/roll.ts';
import { growInSmallSteps } from '../stores/heap-steps.ts';
import type { ObjectStore } from '../stores/objects/object-store.ts';
import { defineActivity } from './define-activity.ts';

/** Files looked into at once, by a few kilobytes each. */
const LOOKS_AT_ONCE = 16;

/**
 * Makes clips of the files that stand in the originals. What no name claims is looked into: media becomes a generic clip, a
 * document goes to the take it speaks of, and the card's own index is held against what came.
 * A retry is safe: it reads facts and originals and writes one fact.
 */
export const groupClips = defineActivity(
  'groupClips',
  z.object({ roll: RollRequest, verdictKey: z.string() }),
  async (
    deps,
    { roll, verdictKey },
    run,
  ): Promise<{ groupsKey: string; clips: { clipKey: string; clipName: string }[] }> => {
    const verdict = await deps.facts.get(verdictKey, RollVerdict);
    growInSmallSteps(verdict.files.length);
    const here = verdict.files.filter(({ outcome }) => outcome !== 'quarantined' && outcome !== 'damaged');
    const byName = group(here);
    const looks = await lookAtAll(deps.storeAt(roll.site), pathsToLookAt(byName), here, run.signal);
    const { grouping, indexFindings } = settleUnclaimed(
      byName,
      looks,
      new Set(verdict.files.map((file) => file.path)),
    );
    const groups: ClipGroups = {
      version: 1,
      kind: 'clip-groups',
      rollId: rollId(roll),
      verdictKey,
      clips: grouping.clips,
      unclaimed: grouping.unclaimed.map((file) => file.path),
      findings: [...grouping.findings, ...indexFindings],
      shared: grouping.shared,
    };
    const groupsKey = await deps.facts.put(
      roll.production,
      'clip-groups',
      `${roll.shootDay}/${roll.roll}`,
      groups,
    );
    return { groupsKey, clips: grouping.clips.map(({ clipKey, clipName }) => ({ clipKey, clipName })) };
  },
);

async function lookAtAll(
  store: ObjectStore,
  paths: readonly string[],
  files: readonly CopiedFile[],
  signal: AbortSignal,
): Promise<Look[]> {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const wanted = paths.flatMap((path) => byPath.get(path) ?? []);
  const looks: Look[] = [];
  for (let from = 0; from < wanted.length; from += LOOKS_AT_ONCE)
    looks.push(
      ...(await Promise.all(
        wanted.slice(from, from + LOOKS_AT_ONCE).map(async (file) => {
          const { location } = await locate(store, file);
          return { path: file.path, ...(await lookAt(location, signal)) };
        }),
      )),
    );
  return looks;
}

function locate(store: ObjectStore, { bucket, key, versionId, sizeBytes, digests }: CopiedFile) {
  return store.locate({
    site: store.site,
    bucket,
    key,
    sizeBytes,
    xxh128: digests.xxh128 ?? '',
    ...(versionId === undefined ? {} : { versionId }),
  });
}
