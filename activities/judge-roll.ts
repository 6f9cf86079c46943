import { z } from 'zod';
import { PipelineError } from '../schemas/failure.ts';
import { type Finding, finding } from '../schemas/finding.ts';
import { CopyRecord, RollListing, type RollVerdict } from '../schemas/ingest-facts.ts';
import { RollRequest, rollId } from '../schemas/roll.ts';
import { HISTORY_BREAKS, vacantChains } from '../standards/mhl/broken-history.ts';
import { isInHistoryFolder, type KnownTree, layBeside } from '../standards/mhl/known-tree.ts';
import { digestsToCheck } from '../standards/mhl/plan-hashing.ts';
import { judge, type Observation } from '../standards/mhl/verdict.ts';
import { defineActivity } from './define-activity.ts';
import type { Dependencies } from './dependencies.ts';
import { keptOut } from './kept-out.ts';
import { lostFindings, lostGenerations } from './lost-generations.ts';
import { needCard } from './need-card.ts';
import { rollPlace } from './roll-place.ts';
import { readRoll, STORED } from './roll-tree.ts';
import { strayDocuments } from './stray-documents.ts';

/** Findings after which a roll waits for a better offload. What is only worth knowing does not stop it. */
const STOPS: ReadonlySet<string> = new Set([
  ...HISTORY_BREAKS,
  'hash-mismatch',
  'file-missing',
  'quarantined',
]);

/**
 * Holds what the one read of each file gave against everything the roll's history records.
 * A retry is safe: it reads facts and manifests, and writes one fact under its digest.
 */
export const judgeRoll = defineActivity(
  'judgeRoll',
  z.object({ roll: RollRequest, listingKey: z.string(), copyKeys: z.array(z.string()) }),
  async (deps, { roll, listingKey, copyKeys }): Promise<{ verdictKey: string; complete: boolean }> => {
    const place = await rollPlace(deps, roll);
    await place.beginsVerifying();
    const listing = await outlineOf(deps, listingKey);
    const { files, copyFindings } = await copiesOf(deps, copyKeys);
    if (listing.source !== STORED) await needCard(listing.source);
    const { tree, entries, histories } = await readRoll(deps, roll, listing.source);
    const known = layBeside(histories, entries);
    const seen = observations(files, copyFindings);
    noteLatecomers(known, seen);
    needSameHistory(known, seen, listing.source);
    const verdict = judge(histories, known, seen);
    const vacant = vacantChains(histories);
    // Of a file of another card it is said better by whoever compared the two.
    const otherFiles = new Set(
      copyFindings.flatMap(({ technical, subject }) => (technical.isOtherFile === true ? subject.path : [])),
    );
    const findings = [
      ...verdict.findings.filter(
        ({ code, subject }) =>
          !(code === 'hash-mismatch' && otherFiles.has(subject.path)) &&
          !(code === 'chain-missing' && vacant.has(subject.id)),
      ),
      ...(listing.source === STORED
        ? []
        : [...keptOut(roll, histories, entries), ...(await strayDocuments(roll, tree, entries))]),
      ...lostFindings(
        roll,
        await lostGenerations(deps, roll),
        listing.source === STORED ? verdict.findings : [],
      ),
      ...copyFindings.filter((found) => found.code === 'quarantined'),
    ]
      .map((found) => asCopyingTold(found, copyFindings))
      .map((found) => (found.code === 'no-history' && !place.isHome ? notSentYet(roll, found) : found));
    const document: RollVerdict = {
      version: 1,
      kind: 'roll-verdict',
      rollId: rollId(roll),
      source: listing.source,
      complete: !findings.some((found) => STOPS.has(found.code)),
      counts: {
        files: listing.files,
        bytes: listing.bytes,
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

/** At a site beside its home a roll has the history that was sent there, or none that counts. */
function notSentYet(roll: RollRequest, { subject, technical }: Finding): Finding {
  const sentence = `The MHL history of ${rollId(roll)} is not at ${roll.site}, so nothing there vouches for these files, and no first generation is made in its place. Send the roll again from its home (rushes transfer ${rollId(roll)} --to ${roll.site}): what is there already is not sent again.`;
  return finding('manifest-missing', subject, sentence, technical);
}

/** What is wanted of a listing here: the files of a large card are not kept beside those of its copies. */
async function outlineOf(deps: Dependencies, key: string) {
  const { source, files, emptyFolders } = await deps.facts.get(key, RollListing);
  const bytes = files.reduce((sum, file) => sum + file.sizeBytes, 0);
  return { source, emptyFolders, files: files.length, bytes };
}

/** Records of batches that are read at once: each holds hundreds of files, and a large card has hundreds of them. */
const RECORDS_AT_ONCE = 8;

async function copiesOf(deps: Dependencies, keys: readonly string[]) {
  const files: CopyRecord['files'] = [];
  const copyFindings: Finding[] = [];
  for (let from = 0; from < keys.length; from += RECORDS_AT_ONCE) {
    const some = keys.slice(from, from + RECORDS_AT_ONCE);
    for (const copy of await Promise.all(some.map((key) => deps.facts.get(key, CopyRecord)))) {
      files.push(...copy.files);
      copyFindings.push(...copy.findings);
    }
  }
  return { files, copyFindings };
}

/** A file that came to the card after it was listed was read by nobody. */
function noteLatecomers({ present, known, osFiles }: KnownTree, seen: Map<string, Observation>): void {
  const systems = new Set(osFiles.map(({ path }) => path));
  for (const path of present.keys()) {
    if (seen.has(path) || isInHistoryFolder(path) || (systems.has(path) && !known.has(path))) continue;
    const error = 'it came after the card was listed; start the same ingest again once nothing writes there';
    seen.set(path, { error });
  }
}

/** @throws PipelineError source-changed when the history now asks for hashes that it did not when the files were read */
function needSameHistory({ known }: KnownTree, seen: ReadonlyMap<string, Observation>, source: string): void {
  for (const [path, file] of known) {
    const one = seen.get(path);
    if (one === undefined || 'error' in one) continue;
    const unread = digestsToCheck(file).find(({ format }) => one.digests[format] === undefined);
    if (unread === undefined) continue;
    const sentence = `The MHL history of ${source} was continued while its files were read: it now has a ${unread.format} of ${path}, which was not computed. Start the same again: what was copied is not read again.`;
    throw new PipelineError('source-changed', sentence, { source, path, format: unread.format });
  }
}

/** Why a file was not taken in is told best by who tried: it was read, and no store can hold its name. */
function asCopyingTold(found: Finding, copyFindings: readonly Finding[]): Finding {
  if (found.code !== 'unreadable' || found.subject.kind !== 'file') return found;
  const isSame = (one: Finding) => one.code === 'path-unsafe' && one.subject.path === found.subject.path;
  return copyFindings.find(isSame) ?? found;
}

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
