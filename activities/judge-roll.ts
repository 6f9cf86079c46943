import { z } from 'zod';
import type { Finding } from '../schemas/finding.ts';
import { CopyRecord, RollListing, type RollVerdict } from '../schemas/ingest-facts.ts';
import { RollRequest, rollId } from '../schemas/roll.ts';
import { layBeside } from '../standards/mhl/known-tree.ts';
import { judge, type Observation } from '../standards/mhl/verdict.ts';
import { defineActivity } from './define-activity.ts';
import { needCard } from './need-card.ts';
import { rollPlace } from './roll-place.ts';
import { readRoll, STORED } from './roll-tree.ts';

/** Findings after which a roll waits for a better offload. What is only worth knowing does not stop it. */
const STOPS: ReadonlySet<string> = new Set([
  'hash-mismatch',
  'file-missing',
  'unreadable',
  'quarantined',
  'manifest-altered',
  'manifest-missing',
  'manifest-unlisted',
  'chain-missing',
  'sequence-gap',
  'path-unsafe',
]);

/**
 * Holds what the one read of each file gave against everything the roll's history records.
 * A retry is safe: it reads facts and manifests, and writes one fact under its digest.
 */
export const judgeRoll = defineActivity(
  'judgeRoll',
  z.object({ roll: RollRequest, listingKey: z.string(), copyKeys: z.array(z.string()) }),
  async (deps, { roll, listingKey, copyKeys }): Promise<{ verdictKey: string; complete: boolean }> => {
    await (await rollPlace(deps, roll)).beginsVerifying();
    const listing = await deps.facts.get(listingKey, RollListing);
    const copies = await Promise.all(copyKeys.map((key) => deps.facts.get(key, CopyRecord)));
    const files = copies.flatMap((copy) => copy.files);
    const copyFindings = copies.flatMap((copy) => copy.findings);
    if (listing.source !== STORED) await needCard(listing.source);
    const { entries, histories } = await readRoll(deps, roll, listing.source);
    const verdict = judge(histories, layBeside(histories, entries), observations(files, copyFindings));
    // Of a file of another card it is said better by whoever compared the two.
    const otherFiles = new Set(
      copyFindings.flatMap(({ technical, subject }) => (technical.isOtherFile === true ? subject.path : [])),
    );
    const findings = [
      ...verdict.findings.filter(
        ({ code, subject }) => code !== 'hash-mismatch' || !otherFiles.has(subject.path),
      ),
      ...copyFindings.filter((found) => found.code === 'quarantined'),
    ];
    const document: RollVerdict = {
      version: 1,
      kind: 'roll-verdict',
      rollId: rollId(roll),
      source: listing.source,
      complete: !findings.some((found) => STOPS.has(found.code)),
      counts: {
        files: listing.files.length,
        bytes: listing.files.reduce((sum, file) => sum + file.sizeBytes, 0),
        verified: verdict.counts.verified,
        failed: verdict.counts.failed,
        missing: verdict.counts.missing,
      },
      files,
      missing: verdict.findings
        .filter((found) => found.code === 'file-missing')
        .map((found) => found.subject.path ?? found.subject.id),
      emptyFolders: listing.emptyFolders,
      findings,
    };
    const verdictKey = await deps.facts.put(
      roll.production,
      'verdicts',
      `${roll.shootDay}/${roll.roll}`,
      document,
    );
    return { verdictKey, complete: document.complete };
  },
);

function observations(files: CopyRecord['files'], findings: readonly Finding[]): Map<string, Observation> {
  const seen = new Map<string, Observation>(
    files.map((file) => [file.path, { digests: file.found ?? file.digests }]),
  );
  for (const found of findings) {
    const path = found.subject.path;
    if (path !== undefined && !seen.has(path)) seen.set(path, { error: found.forPeople });
  }
  return seen;
}
