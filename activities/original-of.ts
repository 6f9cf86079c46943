import type { CopiedFile, RollListing } from '../schemas/ingest-facts.ts';

/** A listed file as it stands in the originals; without a recorded hash nothing vouched for it. */
export function originalOf(
  file: RollListing['files'][number],
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
