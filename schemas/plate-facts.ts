import { z } from 'zod';
import { EngineIdentity } from './engine.ts';
import { Finding } from './finding.ts';
import { SegmentJob } from './segment-job.ts';
import { MadeTrim, PreparedTrim } from './trim.ts';

/** One deliverable of a plate, resolved: its job, and the key under which what it makes is kept for ever. */
export const PreparedDeliverable = z.looseObject({
  name: z.string().describe('name of the deliverable spec in the recipe'),
  kind: z.enum(['sequence', 'movie']),
  contentKey: z.string().describe('pixel key of a sequence, work key of a movie'),
  job: SegmentJob,
  engine: EngineIdentity.optional().describe('what makes it; absent in facts of before engines were chosen'),
});
export type PreparedDeliverable = z.infer<typeof PreparedDeliverable>;

/** Everything that is decided about a plate before a pixel is made. */
export const PreparedPlate = z.looseObject({
  version: z.literal(1),
  kind: z.literal('prepared-plate'),
  turnover: z.string(),
  plateId: z.string(),
  deliverables: z.array(PreparedDeliverable),
  trims: z
    .array(PreparedTrim)
    .optional()
    .describe('originals to hand over; absent when the recipe asks none'),
  findings: z.array(Finding),
});
export type PreparedPlate = z.infer<typeof PreparedPlate>;

/** A frame as it stands in the store. */
export const StoredFrame = z.object({
  frame: z.int().nonnegative(),
  key: z.string(),
  sizeBytes: z.int().positive(),
  xxh128: z.string(),
});
export type StoredFrame = z.infer<typeof StoredFrame>;

/** Names the whole frames of one segment. Frames count because a manifest names them. Nothing in it varies from run to run. */
export const SegmentManifest = z.looseObject({
  version: z.literal(1),
  kind: z.literal('segment-manifest'),
  pixelKey: z.string(),
  first: z.int(),
  last: z.int(),
  frames: z.array(StoredFrame),
});
export type SegmentManifest = z.infer<typeof SegmentManifest>;

/** Names a whole movie, by work key. */
export const MovieManifest = z.looseObject({
  version: z.literal(1),
  kind: z.literal('movie-manifest'),
  workKey: z.string(),
  key: z.string(),
  sizeBytes: z.int().positive(),
  xxh128: z.string(),
  frameCount: z.int().positive(),
});
export type MovieManifest = z.infer<typeof MovieManifest>;

/** A plate, seen through its AMF, beside the dailies reference of its clip. */
export const ReferenceCheck = z.object({
  file: z.string(),
  kind: z.enum(['still', 'movie']),
  frames: z.array(z.int()).describe('source frames that were compared'),
  slipFrames: z
    .int()
    .nullable()
    .describe('frames by which the reference shows them later; null: a still has no place in time'),
  framingOffset: z
    .object({ x: z.number(), y: z.number() })
    .nullable()
    .describe(
      'how far right and down the reference has the picture, in pixels of the plate; null: not at all',
    ),
  aspects: z.object({ plate: z.number(), reference: z.number() }),
  scale: z
    .number()
    .nullable()
    .describe('how many times larger the reference shows the picture; null: as large'),
  deltaItp: z.object({ mean: z.number(), p99: z.number() }).describe('just noticeable steps, ITU-R BT.2124'),
  agrees: z.boolean(),
});
export type ReferenceCheck = z.infer<typeof ReferenceCheck>;

/** What stands in the store for a plate: the input of the package. */
export const MadePlate = z.looseObject({
  version: z.literal(1),
  kind: z.literal('made-plate'),
  turnover: z.string(),
  plateId: z.string(),
  preparedKey: z.string(),
  sequences: z.array(z.object({ name: z.string(), pixelKey: z.string(), frames: z.array(StoredFrame) })),
  movies: z.array(
    z.object({
      name: z.string(),
      workKey: z.string(),
      key: z.string(),
      sizeBytes: z.int(),
      xxh128: z.string(),
      frameCount: z.int(),
    }),
  ),
  trims: z.array(MadeTrim).optional(),
  findings: z.array(Finding).optional().describe('of the check against the source'),
  references: z.array(ReferenceCheck).optional(),
});
export type MadePlate = z.infer<typeof MadePlate>;
