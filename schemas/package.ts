import { z } from 'zod';
import { Finding } from './finding.ts';
import { ReferenceCheck } from './plate-facts.ts';
import { Rational } from './rational.ts';
import { DeliveredTrim } from './trim.ts';

/** A file of a package under its delivery name; the bytes stay in the object it points at until export. */
export const PackageEntry = z.object({
  path: z.string().describe('delivery path, relative to the package'),
  bucket: z.string(),
  key: z.string(),
  versionId: z.string().optional().describe('of an original, which is read at its recorded version'),
  sizeBytes: z.int().nonnegative(),
  xxh128: z.string().regex(/^[0-9a-f]{32}$/),
  role: z.enum([
    'frame',
    'proxy',
    'trim',
    'still',
    'amf',
    'fdl',
    'cdl',
    'cut-list',
    'report',
    'mhl',
    'manifest',
    'thumbnail',
    'other',
  ]),
});
export type PackageEntry = z.infer<typeof PackageEntry>;

/** One plate as delivered, for the vendor's pipeline and for `package verify`. */
export const DeliveredPlate = z.looseObject({
  plateId: z.string(),
  shot: z.string(),
  plate: z.string(),
  clipName: z.string(),
  reelName: z.string().nullable(),
  folder: z.string(),
  frames: z.object({ firstNumber: z.int(), count: z.int().positive(), firstSourceFrame: z.int() }),
  size: z.object({ width: z.int().positive(), height: z.int().positive() }),
  startTimecode: z.string().nullable().describe('of the first delivered frame'),
  handles: z.object({ head: z.int(), tail: z.int() }),
  pixelKey: z.string(),
  ocf: z
    .array(z.object({ path: z.string(), xxh128: z.string() }))
    .describe('files of the clip and their hash in the card MHL'),
  making: z.string().optional().describe('path of the document whose digest is the pixel key'),
  references: z.array(ReferenceCheck).optional().describe('comparisons with dailies stills and movies'),
});
export type DeliveredPlate = z.infer<typeof DeliveredPlate>;

/** A movie or still of a package, with what there is to know of it without opening it. */
export const DeliveredMovie = z.looseObject({
  plateId: z.string(),
  deliverable: z.string(),
  path: z.string(),
  codec: z.string(),
  container: z.string(),
  size: z.object({ width: z.int().positive(), height: z.int().positive() }),
  frameCount: z.int().positive(),
  frameRate: Rational,
  startTimecode: z.string().nullable(),
  reelName: z.string().nullable(),
  sound: z
    .object({
      camera: z.boolean(),
      tracks: z.array(
        z.object({ name: z.string(), files: z.array(z.object({ name: z.string(), xxh128: z.string() })) }),
      ),
    })
    .optional()
    .describe(
      'tracks of the sound roll, the recordings they are made of, and whether those of the camera follow',
    ),
  workKey: z.string(),
});
export type DeliveredMovie = z.infer<typeof DeliveredMovie>;

/** `manifest.json` of a package: it makes the package visible, and is written last. */
export const PackageManifest = z.looseObject({
  version: z.literal(1),
  kind: z.literal('package'),
  turnover: z.string(),
  recipe: z.object({
    name: z.string(),
    revision: z.int(),
    digest: z.string().optional().describe('sha256 of the recipe as canonical JSON'),
  }),
  engine: z.record(z.string(), z.string()).describe('versions of what made the pixels'),
  plates: z.array(DeliveredPlate),
  movies: z.array(DeliveredMovie).optional(),
  trims: z.array(DeliveredTrim).optional(),
  entries: z.array(PackageEntry),
  findings: z.array(Finding),
});
export type PackageManifest = z.infer<typeof PackageManifest>;
