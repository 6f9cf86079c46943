import { z } from 'zod';
import { PipelineError } from '../schemas/failure.ts';
import { finding } from '../schemas/finding.ts';
import { type CopiedFile, CopyBatch, type CopyRecord, RollListing } from '../schemas/ingest-facts.ts';
import { RollRequest, rollId } from '../schemas/roll.ts';
import { ocfKey } from '../stores/objects/keys.ts';
import { defineActivity } from './define-activity.ts';
import { rollPlace } from './roll-place.ts';

/**
 * Reads a batch of stored originals back and hashes them, in the recorded version.
 * A retry is safe: it only reads, and writes one fact under its digest.
 */
export const hashStored = defineActivity(
  'hashStored',
  z.object({ roll: RollRequest, listingKey: z.string(), batch: CopyBatch }),
  async (deps, { roll, listingKey, batch }, run): Promise<{ copyKey: string }> => {
    const listing = await deps.facts.get(listingKey, RollListing);
    const place = await rollPlace(deps, roll);
    const recorded = new Map((await place.files()).map((file) => [file.path, file]));
    const record: CopyRecord = {
      version: 1,
      kind: 'copy-record',
      rollId: rollId(roll),
      files: [],
      findings: [],
    };
    for (const file of listing.files.slice(batch.first, batch.last + 1)) {
      run.progress({ path: file.path, filesDone: record.files.length, files: batch.files });
      const known = recorded.get(file.path);
      const at = { bucket: deps.store.bucket('ocf'), key: ocfKey(roll, file.path) };
      const version = known?.versionId === undefined ? {} : { versionId: known.versionId };
      try {
        const { sizeBytes, digests } = await deps.store.hashObject({
          ...at,
          ...version,
          formats: listing.hashFormats,
          signal: run.signal,
        });
        const modifiedAt = known?.modifiedAt === undefined ? {} : { modifiedAt: known.modifiedAt };
        const hashed: CopiedFile = {
          path: file.path,
          sizeBytes,
          digests,
          outcome: 'verified',
          ...at,
          ...version,
          ...modifiedAt,
        };
        record.files.push(hashed);
      } catch (error) {
        if (!(error instanceof PipelineError) || !['not-found', 'unreadable'].includes(error.code))
          throw error;
        const subject = { kind: 'file', id: `${rollId(roll)}/${file.path}`, path: file.path } as const;
        record.findings.push(finding('unreadable', subject, error.message, error.facts));
      }
    }
    const id = `${roll.shootDay}/${roll.roll}/${batch.first}-${batch.last}`;
    return { copyKey: await deps.facts.put(roll.production, 'second-reads', id, record) };
  },
);
