import { z } from 'zod';
import { FileRole } from './file.ts';
import { Finding } from './finding.ts';

/** Why a field has no value. */
export const AbsenceReason = z.enum(['notPresent', 'notApplicable', 'unreadable', 'sentinel']);

/** One candidate for a field's value, as one source gave it. */
export const FieldCandidate = z.looseObject({
  value: z.unknown(),
  source: z
    .string()
    .describe('tool or reader, e.g. ffprobe, mediainfo, exiftool, r3d-header, ale, file-name'),
  sourceTag: z.string().describe('the tag in that source, verbatim'),
  rawValue: z.unknown(),
});
export type FieldCandidate = z.infer<typeof FieldCandidate>;

/** A normalized field: the chosen value, where it comes from, and what other sources said. */
export const InspectedField = z.looseObject({
  value: z.unknown().describe('null when absent'),
  unit: z.string().optional(),
  source: z.string().optional(),
  sourceTag: z.string().optional(),
  rawValue: z.unknown().optional(),
  confidence: z.number().min(0).max(1).optional(),
  scope: z.enum(['clip', 'frame0', 'perFrame-summary']).optional(),
  alternatives: z.array(FieldCandidate).optional(),
  range: z
    .object({ min: z.number(), max: z.number() })
    .optional()
    .describe("over the take, where the setting changes; value is the first frame's"),
  reason: AbsenceReason.optional(),
});
export type InspectedField = z.infer<typeof InspectedField>;

/** A file of a clip; `frame` is the 0-based index in recorded time when the clip is a sequence (gaps keep their index). */
export const ClipFile = z.object({
  path: z.string(),
  role: FileRole,
  frame: z.int().nonnegative().optional(),
});
export type ClipFile = z.infer<typeof ClipFile>;

/** A sound recording that runs while a clip runs. Seconds; a negative offset: the sound began first. */
export const SoundUnderClip = z.object({
  clipName: z.string(),
  clipId: z.string().nullable(),
  path: z.string(),
  soundRoll: z.string().nullable(),
  offsetSeconds: z.number(),
  overlapSeconds: z.number(),
});
export type SoundUnderClip = z.infer<typeof SoundUnderClip>;

/** One recorded take after normalization: `inspect --json` prints these. Field names: shared reference inspection 3.1. */
export const InspectedClip = z.looseObject({
  clipName: z.string(),
  files: z.array(ClipFile),
  fields: z.record(z.string(), InspectedField),
  findings: z.array(Finding),
  sound: z
    .array(SoundUnderClip)
    .optional()
    .describe('which sound runs under this clip, of the sound inspected with it; the longest overlap first'),
});
export type InspectedClip = z.infer<typeof InspectedClip>;

/** The document of `rushes inspect --json`. */
export const Inspection = z.looseObject({
  version: z.literal(1),
  kind: z.literal('inspection'),
  clips: z.array(InspectedClip),
  findings: z.array(Finding).optional().describe('about paths that belong to no clip'),
});
export type Inspection = z.infer<typeof Inspection>;
