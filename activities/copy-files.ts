import path from 'node:path';
import { z } from 'zod';
import { PipelineError } from '../schemas/failure.ts';
import { type Finding, finding } from '../schemas/finding.ts';
import { type CopiedFile, CopyBatch, type CopyRecord, RollListing } from '../schemas/ingest-facts.ts';
import { RollRequest, rollId } from '../schemas/roll.ts';
import { ocfKey, quarantineKey } from '../stores/objects/keys.ts';
import { copiedBefore, storedDigests } from './copied-before.ts';
import { type ActivityRun, defineActivity } from './define-activity.ts';
import type { Dependencies } from './dependencies.ts';

const Input = z.object({ roll: RollRequest, listingKey: z.string(), batch: CopyBatch, offload: z.string() });
type ListedFile = RollListing['files'][number];
type Copied = { file: CopiedFile | null; findings: Finding[] };

/**
 * Copies a batch of a card's files into the originals: each is read once, hashed and sent in the same pass, and becomes an
 * object only when its hash agrees; else it stands in quarantine and a finding tells both hashes.
 * A retry is safe: a file that was written down is not read again; an object that is there is never written over.
 */
export const copyFiles = defineActivity(
  'copyFiles',
  Input,
  async (deps, input, run): Promise<{ copyKey: string; failed: number }> => {
    const listing = await deps.facts.get(input.listingKey, RollListing);
    const listed = listing.files.slice(input.batch.first, input.batch.last + 1);
    const before = await copiedBefore(deps, rollId(input.roll), listed);
    const files: CopiedFile[] = [];
    const findings: Finding[] = [];
    for (const [index, file] of listed.entries()) {
      run.progress({ path: file.path, filesDone: index, files: listed.length });
      const known = before.get(file.path);
      const copied = known ? { file: known, findings: [] } : await copyOne(deps, input, listing, file, run);
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

async function copyOne(
  deps: Dependencies,
  input: z.output<typeof Input>,
  listing: RollListing,
  file: ListedFile,
  run: ActivityRun,
): Promise<Copied> {
  const { roll } = input;
  const target = { bucket: deps.store.bucket('ocf'), key: ocfKey(roll, file.path) };
  try {
    const upload = await deps.store.uploadWhileHashing({
      ...target,
      file: path.join(listing.source, file.path),
      formats: listing.hashFormats,
      expected: file.expected,
      signal: run.signal,
      progress: (bytesDone) => run.progress({ path: file.path, bytesDone, bytes: file.sizeBytes }),
    });
    if (upload.outcome === 'written')
      return { file: entry(file, upload.digests, target, upload.versionId), findings: [] };
    if (upload.outcome === 'mismatch')
      return await quarantine(deps, input, listing, file, run, upload.expected, upload.digests);
    return await compareWithStored(deps, input, listing, file, target, run);
  } catch (error) {
    return { file: null, findings: [unreadableFinding(error, roll, file)] };
  }
}

/** The key is taken by an earlier attempt or offload that was not written down: what stands there is read back and compared. */
async function compareWithStored(
  deps: Dependencies,
  input: z.output<typeof Input>,
  listing: RollListing,
  file: ListedFile,
  target: { bucket: string; key: string },
  run: ActivityRun,
): Promise<Copied> {
  const stored = await storedDigests(deps, target, listing.hashFormats, file.expected, run.signal);
  const source = await deps.files.hash(path.join(listing.source, file.path), {
    formats: listing.hashFormats,
    signal: run.signal,
  });
  const expectation = Object.keys(file.expected).length > 0 ? file.expected : source.digests;
  const sourceAgrees = Object.entries(expectation).every(
    ([format, digest]) => source.digests[format as keyof typeof source.digests] === digest,
  );
  if (sourceAgrees && stored.digests.xxh128 === source.digests.xxh128)
    return { file: entry(file, stored.digests, target, stored.versionId), findings: [] };
  return quarantine(
    deps,
    input,
    listing,
    file,
    run,
    sourceAgrees ? stored.digests : file.expected,
    source.digests,
  );
}

async function quarantine(
  deps: Dependencies,
  input: z.output<typeof Input>,
  listing: RollListing,
  file: ListedFile,
  run: ActivityRun,
  expected: CopiedFile['digests'],
  got: CopiedFile['digests'],
): Promise<Copied> {
  const target = {
    bucket: deps.store.bucket('work'),
    key: quarantineKey(input.roll, input.offload, file.path),
  };
  await deps.store.uploadWhileHashing({
    ...target,
    file: path.join(listing.source, file.path),
    signal: run.signal,
  });
  const formats = Object.keys(expected) as (keyof typeof expected)[];
  const format = formats.find((one) => expected[one] !== got[one]) ?? 'xxh128';
  const sentence = `${file.path} does not have its recorded hash: ${format} should be ${expected[format]}, is ${got[format]}. It stands in quarantine; offload the file again from the card.`;
  const technical = { expected, got, format, bucket: target.bucket, key: target.key };
  return {
    file: {
      path: file.path,
      sizeBytes: file.sizeBytes,
      ...(file.modifiedAt === undefined ? {} : { modifiedAt: file.modifiedAt }),
      digests: got,
      outcome: 'quarantined',
      ...target,
    },
    findings: [
      finding(
        'quarantined',
        { kind: 'file', id: `${rollId(input.roll)}/${file.path}`, path: file.path },
        sentence,
        technical,
      ),
    ],
  };
}

function entry(
  file: ListedFile,
  digests: CopiedFile['digests'],
  target: { bucket: string; key: string },
  versionId: string | null,
): CopiedFile {
  return {
    path: file.path,
    sizeBytes: file.sizeBytes,
    digests,
    ...target,
    ...(file.modifiedAt === undefined ? {} : { modifiedAt: file.modifiedAt }),
    ...(versionId === null ? {} : { versionId }),
    outcome: Object.keys(file.expected).length > 0 ? 'verified' : 'unlisted',
  };
}

/** One file that cannot be read is a fact about the card: the rest of the card goes on. */
function unreadableFinding(error: unknown, roll: RollRequest, file: ListedFile): Finding {
  if (
    !(error instanceof PipelineError) ||
    !['not-found', 'unreadable', 'source-changed'].includes(error.code)
  )
    throw error;
  const code = error.code === 'not-found' ? 'file-missing' : 'unreadable';
  return finding(
    code,
    { kind: 'file', id: `${rollId(roll)}/${file.path}`, path: file.path },
    error.message,
    error.facts,
  );
}
