import { z } from 'zod';
import { groupClips as group } from '../pipeline/ingest/group-clips.ts';
import { type ClipGroups, RollVerdict } from '../schemas/ingest-facts.ts';
import { RollRequest, rollId } from '../schemas/roll.ts';
import { defineActivity } from './define-activity.ts';

/**
 * Makes clips of the files that stand in the originals.
 * A retry is safe: it reads a fact and writes one.
 */
export const groupClips = defineActivity(
  'groupClips',
  z.object({ roll: RollRequest, verdictKey: z.string() }),
  async (
    deps,
    { roll, verdictKey },
  ): Promise<{ groupsKey: string; clips: { clipKey: string; clipName: string }[] }> => {
    const verdict = await deps.facts.get(verdictKey, RollVerdict);
    const grouped = group(verdict.files.filter((file) => file.outcome !== 'quarantined'));
    const groups: ClipGroups = {
      version: 1,
      kind: 'clip-groups',
      rollId: rollId(roll),
      verdictKey,
      clips: grouped.clips,
      unclaimed: grouped.unclaimed.map((file) => file.path),
      findings: grouped.findings,
      shared: grouped.shared,
    };
    const groupsKey = await deps.facts.put(
      roll.production,
      'clip-groups',
      `${roll.shootDay}/${roll.roll}`,
      groups,
    );
    return { groupsKey, clips: grouped.clips.map(({ clipKey, clipName }) => ({ clipKey, clipName })) };
  },
);
