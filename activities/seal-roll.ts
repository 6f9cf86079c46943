import { z } from 'zod';
import type { Finding } from '../schemas/finding.ts';
import { ClipGroups, RollVerdict } from '../schemas/ingest-facts.ts';
import { type RollReport, RollRequest, rollId } from '../schemas/roll.ts';
import { sha256OfCanonical } from '../standards/hash/canonical-json.ts';
import { defineActivity } from './define-activity.ts';

const Input = z.object({
  roll: RollRequest,
  startedAt: z.string(),
  verdictKey: z.string(),
  groupsKey: z.string(),
  generation: z.int().nullable(),
  clipKeys: z.array(z.string()),
});

/** A workflow's result is small: the whole report stands in the store. */
const FINDINGS_IN_RESULT = 200;

/**
 * Writes the report of a roll and its state: sealed when every recorded file is here and has its hash, else incomplete.
 * A retry is safe: it reads facts, writes one, and sets a state.
 */
export const sealRoll = defineActivity('sealRoll', Input, async (deps, input): Promise<RollReport> => {
  const { roll, generation } = input;
  const verdict = await deps.facts.get(input.verdictKey, RollVerdict);
  const groups = await deps.facts.get(input.groupsKey, ClipGroups);
  const clips = await Promise.all(
    input.clipKeys.map((key) =>
      deps.facts.get(key, z.looseObject({ findings: z.array(z.custom<Finding>()) })),
    ),
  );
  const hasHole = groups.findings.some((found) => found.severity === 'error');
  const report: RollReport = {
    version: 1,
    kind: 'roll-report',
    rollId: rollId(roll),
    state: verdict.complete && !hasHole ? 'sealed' : 'incomplete',
    counts: { ...verdict.counts, clips: clips.length },
    generation,
    findings: onceEach([...verdict.findings, ...groups.findings, ...clips.flatMap((clip) => clip.findings)]),
    startedAt: input.startedAt,
  };
  await deps.facts.put(roll.production, 'roll-reports', `${roll.shootDay}/${roll.roll}`, report);
  await deps.catalogue.saveRollReport(report);
  return {
    ...report,
    findings: report.findings.slice(0, FINDINGS_IN_RESULT),
    findingsInAll: report.findings.length,
  };
});

/** A clip's record repeats what the grouping said about it. */
function onceEach(findings: readonly Finding[]): Finding[] {
  return [...new Map(findings.map((found) => [sha256OfCanonical(found), found])).values()];
}
