import { z } from 'zod';
import { Finding } from '../schemas/finding.ts';
import { ClipGroups, CopyRecord, RollVerdict } from '../schemas/ingest-facts.ts';
import { type RollReport, RollRequest, rollId } from '../schemas/roll.ts';
import { TransferFacts } from '../schemas/transfer.ts';
import { sha256OfCanonical } from '../standards/hash/canonical-json.ts';
import { isInHistoryFolder } from '../standards/mhl/known-tree.ts';
import { defineActivity } from './define-activity.ts';
import type { Dependencies } from './dependencies.ts';
import { isHistoryKeptOut } from './kept-out.ts';
import { rollPlace } from './roll-place.ts';

const Input = z.object({
  roll: RollRequest,
  startedAt: z.string(),
  verdictKey: z.string(),
  generation: z.int().nullable(),
  ingest: z
    .object({ groupsKey: z.string(), clipKeys: z.array(z.string()) })
    .nullable()
    .describe('null: a second verification, which inspects nothing'),
  transfer: z
    .object({ ...TransferFacts.shape, copyKeys: z.array(z.string()) })
    .optional()
    .describe('of a transfer: what was sent, and its records'),
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
  const { clips, findings, hasHole } = await clipsOf(deps, input);
  const faults = [...(await faultsOf(deps, input)), ...(await neverStored(deps, input, verdict))];
  const report: RollReport = {
    version: 1,
    kind: 'roll-report',
    rollId: rollId(roll),
    state: verdict.complete && !hasHole && faults.length === 0 ? 'sealed' : 'incomplete',
    counts: { ...verdict.counts, clips },
    generation,
    findings: onceEach([...verdict.findings, ...faults, ...findings]),
    startedAt: input.startedAt,
    site: roll.site,
    ...(input.transfer === undefined ? {} : { transfer: TransferFacts.parse(input.transfer) }),
  };
  await deps.facts.put(roll.production, 'roll-reports', `${roll.shootDay}/${roll.roll}`, report);
  await (await rollPlace(deps, roll)).saveReport(report);
  return {
    ...report,
    findings: report.findings.slice(0, FINDINGS_IN_RESULT),
    findingsInAll: report.findings.length,
  };
});

/** What the clips say: grouped and inspected just now, or as the catalogue knows them. */
async function clipsOf(
  deps: Dependencies,
  { roll, ingest }: z.output<typeof Input>,
): Promise<{ clips: number; findings: Finding[]; hasHole: boolean }> {
  if (ingest === null) {
    const known = await deps.catalogue.clipsOfRoll(rollId(roll));
    const findings = known.flatMap((clip) => clip.findings);
    return { clips: known.length, findings, hasHole: findings.some(isHole) };
  }
  const groups = await deps.facts.get(ingest.groupsKey, ClipGroups);
  const facts = await Promise.all(ingest.clipKeys.map((key) => deps.facts.get(key, ClipFact)));
  const findings = [...groups.findings, ...facts.flatMap((fact) => fact.findings)];
  return { clips: facts.length, findings, hasHole: findings.some(isHole) };
}

/** What did not go, of a transfer. */
async function faultsOf(deps: Dependencies, { transfer }: z.output<typeof Input>): Promise<Finding[]> {
  const records = (transfer?.copyKeys ?? []).map((key) => deps.facts.get(key, CopyRecord));
  return (await Promise.all(records)).flatMap((record) => record.findings);
}

/** Findings about files that did not become originals. */
const KEPT_OUT: ReadonlySet<string> = new Set(['path-unsafe', 'unreadable', 'quarantined']);

/**
 * What the last ingest could not take in and still is not there: a second verification sees only what is stored, and must not call
 * a roll whole that never was.
 */
async function neverStored(
  deps: Dependencies,
  { roll, ingest }: z.output<typeof Input>,
  verdict: RollVerdict,
): Promise<Finding[]> {
  if (ingest !== null) return [];
  const stored = new Set(verdict.files.map((file) => file.path));
  const told = new Set(verdict.findings.map((found) => found.subject.path));
  const hasHistory = !verdict.findings.some(({ code }) => code === 'no-history');
  const before = (await deps.catalogue.getRoll(rollId(roll)))?.report?.findings ?? [];
  return before.filter((found) => {
    const { code, subject } = found;
    if (subject.path === undefined || !KEPT_OUT.has(code)) return false;
    if (isHistoryKeptOut(found)) return !hasHistory;
    // What is wrong with documents of a history is told of the stored one anew; a stray among them still is not there.
    if (hasHistory && isInHistoryFolder(subject.path)) return code === 'quarantined';
    return !stored.has(subject.path) && !told.has(subject.path);
  });
}

const ClipFact = z.looseObject({ findings: z.array(Finding) });

/** A clip that lacks a frame or a part makes its roll incomplete. */
function isHole({ code }: Finding): boolean {
  return code === 'frame-missing' || code === 'segment-missing' || code === 'file-empty';
}

/** A clip's record repeats what the grouping said about it. */
function onceEach(findings: readonly Finding[]): Finding[] {
  return [...new Map(findings.map((found) => [sha256OfCanonical(found), found])).values()];
}
