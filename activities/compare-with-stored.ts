import type { Digests, HashAlgorithm } from '../schemas/hash.ts';
import type { CopiedFile, RollListing } from '../schemas/ingest-facts.ts';
import { differingFormats } from '../stores/objects/upload-while-hashing.ts';
import { storedDigests } from './copied-before.ts';
import type { ActivityRun } from './define-activity.ts';
import type { Dependencies } from './dependencies.ts';
import { originalOf } from './original-of.ts';
import { type Copied, intoQuarantine, type OffloadedFile, quarantineFinding } from './quarantine.ts';
import type { VouchedFor } from './vouched-for.ts';

/**
 * The key of a file is taken, by an attempt that died before it wrote the file down or by an earlier offload. What stands there
 * is read back and compared; it is never written over. An original that lost its hash is damaged, whatever this offload brings;
 * one that has the hash with which its own card came is good, and this is another card. One that was taken in when nothing vouched for
 * it, and still is what was taken in, is called neither: it stays, for its first generation names it.
 * @param before what is known of the original, and what the history of the roll's own card says of it
 * @throws PipelineError not-found, unreadable, source-changed, service-away; AbortError
 */
export async function compareWithStored(
  deps: Dependencies,
  from: OffloadedFile,
  listing: RollListing,
  target: { bucket: string; key: string },
  before: { known: CopiedFile | undefined; vouched: VouchedFor },
  run: ActivityRun,
): Promise<Copied> {
  const { file } = from;
  const formats = listing.hashFormats;
  const stored = await storedDigests(deps, target, formats, file.expected, run.signal);
  const source = await deps.files.hash(from.source, {
    formats: [...new Set([...formats, ...(Object.keys(file.expected) as typeof formats)])],
    signal: run.signal,
  });
  const contradicts = differingFormats(file.expected, stored.digests).length > 0;
  if (contradicts) {
    const found = { target, stored, source: source.digests };
    if (await isVouchedFor(deps, await before.vouched(file.path), target, run.signal))
      return otherFile(deps, from, found, differs, run);
    if (isAsTakenIn(before.known, stored.digests)) {
      const { file: stays, findings } = await otherFile(deps, from, found, nobodyVouched, run);
      return { file: stays && { ...stays, outcome: 'unlisted' }, findings };
    }
  }
  const stands = standing(file, stored, target);
  const isSourceGood = differingFormats(file.expected, source.digests).length === 0;
  if (stands.outcome !== 'damaged' && stored.digests.xxh128 === source.digests.xxh128)
    return { file: stands, findings: [] };
  const at = await intoQuarantine(deps, from, run);
  const facts = { expected: file.expected, stored: stored.digests, got: source.digests, ...at };
  const sentence = sentenceOf(file, stored.digests, source.digests, stands, isSourceGood);
  return { file: stands, findings: [quarantineFinding(from, sentence, facts)] };
}

type Stored = Awaited<ReturnType<typeof storedDigests>>;

async function isVouchedFor(
  deps: Dependencies,
  recorded: Digests,
  at: { bucket: string; key: string },
  signal: AbortSignal,
): Promise<boolean> {
  if (Object.keys(recorded).length === 0) return false;
  const { digests } = await storedDigests(deps, at, [], recorded, signal);
  return differingFormats(recorded, digests).length === 0;
}

/** No history vouched for it when it was taken in, and it still has what was computed then. */
function isAsTakenIn(known: CopiedFile | undefined, stored: Digests): boolean {
  return (
    known?.outcome === 'unlisted' &&
    known.digests.xxh128 !== undefined &&
    known.digests.xxh128 === stored.xxh128
  );
}

/** What the list of this card says, and what the original has, in one format. */
type Difference = { path: string; format: HashAlgorithm; expected: Digests; stored: Digests };

function differs({ path, format, expected, stored }: Difference): string {
  return `This card has another file under ${path} than the card that this roll was taken in from: its list says ${format} ${expected[format]}, the original has ${stored[format]} as its own history recorded. The original is good and stays, the file of this card stands in quarantine. It is another card: take it in under another roll name (--roll), then "rushes roll verify" seals this roll again.`;
}

function nobodyVouched({ path, format, expected, stored }: Difference): string {
  return `${path} was taken in before this card had a history, with ${format} ${stored[format]}, and is unchanged since; the list of this card now says ${expected[format]}: the file was changed on the card, or was misread when it was first taken in. The original stays, the file of this card stands in quarantine. To keep both, take this card in under another roll name (--roll); "rushes roll verify" seals this roll as it was first taken in.`;
}

/** The original is what the roll's first card said it is, or gave, and this card says something else. */
async function otherFile(
  deps: Dependencies,
  from: OffloadedFile,
  found: { target: { bucket: string; key: string }; stored: Stored; source: Digests },
  told: (difference: Difference) => string,
  run: ActivityRun,
): Promise<Copied> {
  const { path, expected } = from.file;
  const { stored, source } = found;
  const at = await intoQuarantine(deps, from, run);
  const format = differingFormats(expected, stored.digests)[0]!;
  const sentence = told({ path, format, expected, stored: stored.digests });
  const stands = originalOf(from.file, stored.digests, found.target, stored.versionId);
  const technical = { expected, stored: stored.digests, got: source, isOtherFile: true, ...at };
  return {
    file: { ...stands, sizeBytes: stored.sizeBytes },
    findings: [quarantineFinding(from, sentence, technical)],
  };
}

/** The original as it stands: damaged when a digest that somebody recorded is not its own. Without any, it is what was taken in. */
function standing(
  file: OffloadedFile['file'],
  stored: { sizeBytes: number; digests: Digests; versionId: string | null },
  target: { bucket: string; key: string },
): CopiedFile {
  const original = originalOf(file, stored.digests, target, stored.versionId);
  if (differingFormats(file.expected, stored.digests).length === 0)
    return { ...original, sizeBytes: stored.sizeBytes };
  return { ...original, digests: file.expected, found: stored.digests, outcome: 'damaged' };
}

function sentenceOf(
  { path, expected }: OffloadedFile['file'],
  stored: Digests,
  offload: Digests,
  { outcome }: CopiedFile,
  isSourceGood: boolean,
): string {
  const isDamaged = outcome === 'damaged';
  const told = isDamaged ? stored : offload;
  const format = differingFormats(expected, told)[0] ?? 'xxh128';
  const stays = 'Originals are never written over: the file of this offload stands in quarantine';
  if (isDamaged) {
    const begins = `The stored original of ${path} is damaged: ${format} should be ${expected[format]}, is ${stored[format]}`;
    return isSourceGood
      ? `${begins}. ${stays} and is good; whoever owns the bucket can put it in place, then verify the roll.`
      : `${begins}. This offload is damaged too, and stands in quarantine: offload the file from another copy.`;
  }
  if (isSourceGood)
    return `This offload has another file under ${path} than the one taken in before: ${format} ${offload[format]}, the original has ${stored[format]}. ${stays}; give the rolls different names if both are wanted.`;
  return `${path} does not have its recorded hash in this offload: ${format} should be ${expected[format]}, is ${offload[format]}. The stored original is good and stays; the file of this offload stands in quarantine.`;
}
