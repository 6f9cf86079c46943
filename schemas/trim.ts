import { z } from 'zod';
import { FileRole, StoredObject } from './file.ts';
import { Finding } from './finding.ts';
import { Rational } from './rational.ts';
import { JobSourceFile } from './segment-job.ts';

const FrameRange = z.object({ first: z.int().nonnegative(), last: z.int().nonnegative() });

/** A stream copy of a part of a movie: the same packets in a new file, nothing decoded. */
export const TrimJob = z.looseObject({
  version: z.literal(1),
  kind: z.literal('trim-job'),
  clip: z.object({
    clipId: z.string(),
    clipName: z.string(),
    frameRate: Rational,
    frameCount: z.int().positive(),
    startTimecode: z.string().nullable().describe('of source frame 0; null when the clip has none'),
  }),
  source: JobSourceFile,
  frames: FrameRange.describe('source frames, inclusive, 0-based'),
  startTimecode: z.string().nullable().describe('of the first frame of the trim'),
});
export type TrimJob = z.infer<typeof TrimJob>;

/** An original file that a trim hands over as it lies among the camera files. */
export const OriginalFile = z.object({
  path: z.string().describe('as on the card'),
  role: FileRole,
  frame: z.int().nonnegative().optional().describe('source frame of a sequence file'),
  object: StoredObject,
});
export type OriginalFile = z.infer<typeof OriginalFile>;

/** What a trim of one plate will be, before anything is made. */
export const PreparedTrim = z.looseObject({
  name: z.string().describe('name of the deliverable spec in the recipe'),
  contentKey: z.string().describe('work key of the cut movie; of no meaning without a job'),
  job: TrimJob.nullable().describe('null: nothing is made, originals are handed over'),
  pictures: z
    .array(OriginalFile)
    .describe('the originals of the range: of a sequence its frames, of a movie all of it'),
  companions: z.array(OriginalFile).describe('sidecars and sound files, handed over beside the picture'),
  frames: FrameRange.describe('source frames wanted'),
  covers: FrameRange.describe('source frames that `pictures` hold'),
  why: z
    .string()
    .nullable()
    .describe('why a movie goes whole without being tried; null: it is no whole movie'),
});
export type PreparedTrim = z.infer<typeof PreparedTrim>;

/** Names a cut movie by work key, or says why none could be made. */
export const TrimManifest = z.looseObject({
  version: z.literal(1),
  kind: z.literal('trim-manifest'),
  workKey: z.string(),
  made: z
    .object({
      key: z.string(),
      sizeBytes: z.int().positive(),
      xxh128: z.string(),
      frameCount: z.int().positive(),
    })
    .nullable(),
  why: z.array(z.string()).describe('why the whole file goes; empty when it was cut'),
});
export type TrimManifest = z.infer<typeof TrimManifest>;

/** What stands in the store for a trim: the cut movie, or nothing where originals go. */
export const MadeTrim = z.object({
  name: z.string(),
  made: TrimManifest.shape.made,
  findings: z.array(Finding),
});
export type MadeTrim = z.infer<typeof MadeTrim>;

/** One trim as delivered, for a finishing conform and for `package verify`. */
export const DeliveredTrim = z.looseObject({
  plateId: z.string(),
  shot: z.string(),
  plate: z.string(),
  deliverable: z.string(),
  clipName: z.string(),
  reelName: z.string().nullable(),
  folder: z.string(),
  method: z
    .enum(['frames', 'cut', 'whole-file'])
    .describe('original frame files; a stream copy of the range; the whole original movie'),
  pictures: z.array(z.string()).describe('delivery paths of the picture files, in recorded order'),
  frames: z.object({
    count: z.int().nonnegative(),
    firstSourceFrame: z.int().nonnegative(),
    wanted: FrameRange,
  }),
  startTimecode: z.string().nullable().describe('of the first delivered frame'),
  handles: z.object({ head: z.int(), tail: z.int() }),
  ocf: z
    .array(z.object({ path: z.string(), xxh128: z.string() }))
    .describe('files of the clip it comes from, and their hash in the card MHL'),
});
export type DeliveredTrim = z.infer<typeof DeliveredTrim>;
