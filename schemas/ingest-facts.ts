import { z } from 'zod';
import { ClipFile } from './clip.ts';
import { RollFile } from './file.ts';
import { Finding } from './finding.ts';
import { Digests, HashAlgorithm } from './hash.ts';

/** What a card holds and what its manifests say, before a byte is copied. Kept as a fact; travels as its key. */
export const RollListing = z.looseObject({
  version: z.literal(1),
  kind: z.literal('roll-listing'),
  rollId: z.string(),
  source: z.string(),
  files: z.array(
    RollFile.extend({
      expected: Digests.describe('hashes the card’s history vouches for; empty: unlisted'),
    }),
  ),
  emptyFolders: z.array(z.string()),
  hashFormats: z.array(HashAlgorithm).describe('formats to compute in the one read'),
  hasHistory: z.boolean(),
  findings: z.array(Finding),
});
export type RollListing = z.infer<typeof RollListing>;

/** A run of files of the listing that one activity copies. `label` is for people. */
export const CopyBatch = z.object({
  first: z.int().nonnegative(),
  last: z.int().nonnegative(),
  files: z.int(),
  bytes: z.int(),
  label: z.string(),
});
export type CopyBatch = z.infer<typeof CopyBatch>;

/** One file after its one read: in the originals, or in quarantine because its hash disagrees; `damaged` when an original was found to have lost its hash since. */
export const CopiedFile = z.looseObject({
  path: z.string(),
  sizeBytes: z.int().nonnegative(),
  modifiedAt: z.string().optional(),
  digests: Digests,
  found: Digests.optional().describe(
    'of a damaged original: what stands in the store, where `digests` are those it should have',
  ),
  outcome: z.enum(['verified', 'unlisted', 'quarantined', 'damaged']),
  bucket: z.string(),
  key: z.string(),
  versionId: z.string().optional(),
});
export type CopiedFile = z.infer<typeof CopiedFile>;

export const CopyRecord = z.looseObject({
  version: z.literal(1),
  kind: z.literal('copy-record'),
  rollId: z.string(),
  sentTo: z.string().optional().describe('site that a transfer put the files at; absent: the roll’s home'),
  files: z.array(CopiedFile),
  findings: z.array(Finding),
});
export type CopyRecord = z.infer<typeof CopyRecord>;

/** The MHL verdict over a whole roll, with every file that stands in the originals. */
export const RollVerdict = z.looseObject({
  version: z.literal(1),
  kind: z.literal('roll-verdict'),
  rollId: z.string(),
  source: z.string(),
  complete: z.boolean(),
  counts: z.object({ files: z.int(), bytes: z.int(), verified: z.int(), failed: z.int(), missing: z.int() }),
  files: z.array(CopiedFile),
  missing: z.array(z.string()),
  emptyFolders: z.array(z.string()),
  findings: z.array(Finding),
});
export type RollVerdict = z.infer<typeof RollVerdict>;

/** A clip as grouped from the listing, before inspection. */
export const GroupedClip = z.looseObject({
  clipKey: z.string(),
  clipName: z.string(),
  files: z.array(ClipFile),
  cardRule: z.string(),
});
export type GroupedClip = z.infer<typeof GroupedClip>;

export const ClipGroups = z.looseObject({
  version: z.literal(1),
  kind: z.literal('clip-groups'),
  rollId: z.string(),
  verdictKey: z.string(),
  clips: z.array(GroupedClip),
  unclaimed: z.array(z.string()),
  findings: z.array(Finding),
});
export type ClipGroups = z.infer<typeof ClipGroups>;
