import { z } from 'zod';
import { PipelineError } from '../schemas/failure.ts';
import { finding } from '../schemas/finding.ts';
import { type CopiedFile, CopyBatch, type CopyRecord, RollListing } from '../schemas/ingest-facts.ts';
import { RollRequest, rollId } from '../schemas/roll.ts';
import { ocfKey } from '../stores/objects/keys.ts';
import { differingFormats } from '../stores/objects/upload-while-hashing.ts';
import { type ActivityRun, defineActivity } from './define-activity.ts';
import type { Dependencies } from './dependencies.ts';
import { rollPlace } from './roll-place.ts';

const Input = z.object({ roll: RollRequest, listingKey: z.string(), batch: CopyBatch });

/**
 * Reads a batch of stored originals back and hashes them, in the recorded version. One that lost its hash is marked damaged, so
 * that no later offload takes it for whole; of a damaged one the newest version is read, which may be its repair.
 * A retry is safe: it reads, writes facts under their digests, and sets the same marks.
 */
export const hashStored = defineActivity(
  'hashStored',
  Input,
  async (deps, input, run): Promise<{ copyKey: string }> => {
    const { roll, batch } = input;
    const listing = await deps.facts.getShared(input.listingKey, RollListing);
    const place = await rollPlace(deps, roll);
    const paths = listing.files.slice(batch.first, batch.last + 1).map((file) => file.path);
    const recorded = new Map((await place.filesNamed(paths)).map((file) => [file.path, file]));
    const record: CopyRecord = {
      version: 1,
      kind: 'copy-record',
      rollId: rollId(roll),
      files: [],
      findings: [],
    };
    const changed: CopiedFile[] = [];
    for (const path of paths) {
      run.progress({ path, filesDone: record.files.length, files: batch.files });
      const known = recorded.get(path);
      try {
        const read = await readBack(deps, input, listing, path, known, run);
        record.files.push(read);
        changed.push(...standingOf(known, read));
      } catch (error) {
        if (!(error instanceof PipelineError) || !['not-found', 'unreadable'].includes(error.code))
          throw error;
        const subject = { kind: 'file', id: `${rollId(roll)}/${path}`, path } as const;
        record.findings.push(finding('unreadable', subject, error.message, error.facts));
      }
    }
    await place.mark(changed);
    const id = `${roll.shootDay}/${roll.roll}/${batch.first}-${batch.last}`;
    return { copyKey: await deps.facts.put(roll.production, 'second-reads', id, record) };
  },
);

async function readBack(
  deps: Dependencies,
  { roll }: z.output<typeof Input>,
  listing: RollListing,
  path: string,
  known: CopiedFile | undefined,
  { signal }: ActivityRun,
): Promise<CopiedFile> {
  const at = { bucket: deps.store.bucket('ocf'), key: ocfKey(roll, path) };
  const versionId =
    known?.outcome === 'damaged'
      ? ((await deps.store.stat(at.bucket, at.key))?.versionId ?? undefined)
      : known?.versionId;
  const version = versionId === undefined ? {} : { versionId };
  const { sizeBytes, digests } = await deps.store.hashObject({
    ...at,
    ...version,
    formats: listing.hashFormats,
    signal,
  });
  const modifiedAt = known?.modifiedAt === undefined ? {} : { modifiedAt: known.modifiedAt };
  return { path, sizeBytes, digests, outcome: 'verified', ...at, ...version, ...modifiedAt };
}

/** What the catalogue has to change: its digests stay those of the offload, for they are what a repair must have. */
function standingOf(known: CopiedFile | undefined, read: CopiedFile): CopiedFile[] {
  if (known === undefined || known.outcome === 'quarantined') return [];
  const expected = Object.fromEntries(
    Object.entries(known.digests).filter(([format]) => format in read.digests),
  );
  const isWhole = differingFormats(expected, read.digests).length === 0;
  if (isWhole === (known.outcome !== 'damaged')) return [];
  if (!isWhole) return [{ ...known, outcome: 'damaged' }];
  const { versionId: _, ...rest } = known;
  const version = read.versionId === undefined ? {} : { versionId: read.versionId };
  return [{ ...rest, ...version, outcome: 'verified' }];
}
