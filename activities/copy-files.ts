import { z } from 'zod';
import { PipelineError } from '../schemas/failure.ts';
import { type Finding, finding } from '../schemas/finding.ts';
import { type CopiedFile, CopyBatch, type CopyRecord, RollListing } from '../schemas/ingest-facts.ts';
import { RollRequest, rollId } from '../schemas/roll.ts';
import { insidePath } from '../stores/inside-path.ts';
import { ocfKey } from '../stores/objects/keys.ts';
import { compareWithStored } from './compare-with-stored.ts';
import { copiedBefore } from './copied-before.ts';
import { type ActivityRun, defineActivity } from './define-activity.ts';
import type { Dependencies } from './dependencies.ts';
import { needCard } from './need-card.ts';
import { originalOf } from './original-of.ts';
import { type Copied, quarantine } from './quarantine.ts';
import { type VouchedFor, vouchedFor } from './vouched-for.ts';

const Input = z.object({ roll: RollRequest, listingKey: z.string(), batch: CopyBatch, offload: z.string() });
type ListedFile = RollListing['files'][number];

/**
 * Copies a batch of a card's files into the originals: each is read once, hashed and sent in the same pass, and becomes an
 * object only when its hash agrees; else it stands in quarantine and a finding tells both hashes.
 * A retry is safe: a file that was written down is not read again; an object that is there is never written over.
 */
export const copyFiles = defineActivity(
  'copyFiles',
  Input,
  async (deps, input, run): Promise<{ copyKey: string; failed: number }> => {
    const listing = await deps.facts.getShared(input.listingKey, RollListing);
    const listed = listing.files.slice(input.batch.first, input.batch.last + 1);
    const paths = listed.map((file) => file.path);
    const recorded = new Map(
      (await deps.catalogue.filesNamed(rollId(input.roll), paths)).map((file) => [file.path, file]),
    );
    const before = await copiedBefore(deps, recorded, listed);
    const vouched = vouchedFor(deps, input.roll);
    const files: CopiedFile[] = [];
    const findings: Finding[] = [];
    for (const [index, file] of listed.entries()) {
      run.progress({ path: file.path, filesDone: index, files: listed.length });
      const known = before.get(file.path);
      const copied = known
        ? { file: known, findings: [] }
        : await copyOne(
            deps,
            input,
            { listing, vouched, known: recorded.get(file.path) },
            toRepair(file, recorded.get(file.path)),
            run,
          );
      findings.push(...copied.findings);
      if (copied.file === null) continue;
      files.push(copied.file);
      if (!known) await deps.catalogue.upsertFile(rollId(input.roll), copied.file);
    }
    const record: CopyRecord = {
      version: 1,
      kind: 'copy-record',
      rollId: rollId(input.roll),
      files,
      findings,
    };
    const copyKey = await deps.facts.put(
      input.roll.production,
      'copies',
      `${input.roll.shootDay}/${input.roll.roll}/${input.batch.first}-${input.batch.last}`,
      record,
    );
    return { copyKey, failed: findings.filter((found) => found.severity === 'error').length };
  },
);

/** Of an original that was found damaged the digests of its own offload are expected too: a card without a history has no others. */
function toRepair(file: ListedFile, known: CopiedFile | undefined): ListedFile {
  return known?.outcome === 'damaged' ? { ...file, expected: { ...known.digests, ...file.expected } } : file;
}

async function copyOne(
  deps: Dependencies,
  input: z.output<typeof Input>,
  before: { listing: RollListing; vouched: VouchedFor; known: CopiedFile | undefined },
  file: ListedFile,
  run: ActivityRun,
): Promise<Copied> {
  const { roll } = input;
  const { listing } = before;
  try {
    // What stands there may have become a link since the card was listed.
    const source = insidePath(listing.source, file.path);
    const target = { bucket: deps.store.bucket('ocf'), key: ocfKey(roll, file.path) };
    const upload = await deps.store.uploadWhileHashing({
      ...target,
      file: source,
      formats: listing.hashFormats,
      expected: file.expected,
      sizeBytes: file.sizeBytes,
      signal: run.signal,
      progress: (bytesDone) => run.progress({ path: file.path, bytesDone, bytes: file.sizeBytes }),
    });
    if (upload.outcome === 'written')
      return { file: originalOf(file, upload.digests, target, upload.versionId), findings: [] };
    const offload = { ...input, file, source };
    if (upload.outcome === 'mismatch') return await quarantine(deps, offload, upload, run);
    return await compareWithStored(deps, offload, listing, target, before, run);
  } catch (error) {
    await needCard(listing.source);
    return { file: null, findings: [unreadableFinding(error, roll, file)] };
  }
}

/** What a failure says of one file. Of `input-invalid` there is one kind here: a name that no store can hold. */
const FILE_FINDINGS = {
  'not-found': 'file-missing',
  unreadable: 'unreadable',
  'source-changed': 'unreadable',
  'input-invalid': 'path-unsafe',
} as const;

/** One file that cannot be read or stored is a fact about the card: the rest of the card goes on. */
function unreadableFinding(error: unknown, roll: RollRequest, file: ListedFile): Finding {
  if (!(error instanceof PipelineError) || !(error.code in FILE_FINDINGS)) throw error;
  return finding(
    FILE_FINDINGS[error.code as keyof typeof FILE_FINDINGS],
    { kind: 'file', id: `${rollId(roll)}/${file.path}`, path: file.path },
    error.message,
    error.facts,
  );
}
