import { z } from 'zod';

/** A file of a roll as listed: `path` is relative to the roll, `/`-separated, spelled as on the card. */
export const RollFile = z.object({
  path: z.string().min(1),
  sizeBytes: z.int().nonnegative(),
  modifiedAt: z.string().optional().describe('ISO 8601, UTC'),
});
export type RollFile = z.infer<typeof RollFile>;

/** An object in a site's store, pinned to the version that was recorded. */
export const StoredObject = z.object({
  site: z.string(),
  bucket: z.string(),
  key: z.string(),
  versionId: z.string().optional(),
  sizeBytes: z.int().nonnegative(),
  xxh128: z.string().regex(/^[0-9a-f]{32}$/),
});
export type StoredObject = z.infer<typeof StoredObject>;

/** What a file is to its clip. */
export const FileRole = z.enum([
  'essence',
  'segment',
  'frame',
  'sidecar',
  'proxy',
  'thumbnail',
  'audio',
  'other',
]);
export type FileRole = z.infer<typeof FileRole>;
