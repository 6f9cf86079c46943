import { z } from 'zod';
import { Cdl, CutEvent, RetimeCurve } from './cut-list.ts';
import { Finding } from './finding.ts';
import { LegalName, Priority, SiteName } from './names.ts';
import { Rational } from './rational.ts';
import { FrameNumbering } from './recipe.ts';
import { SoundChoice } from './sound.ts';

export const TurnoverState = z.enum(['waiting', 'rendering', 'partial', 'published', 'failed', 'cancelled']);
export type TurnoverState = z.infer<typeof TurnoverState>;
export const PlateState = z.enum([
  'waiting',
  'ambiguous',
  'planned',
  'rendering',
  'made',
  'failed',
  'cancelled',
]);
export type PlateState = z.infer<typeof PlateState>;

/** An AMF with the CLF, CTF and CCC files it names, by relative path: what travels with a turnover. */
export const AmfBundle = z.strictObject({
  name: z.string().min(1),
  text: z.string().min(1),
  files: z.record(z.string(), z.string()).default({}),
});
export type AmfBundle = z.infer<typeof AmfBundle>;

/** A cut list as sent: a path under a listed root, an object key, or its text. */
const CutListSource = z.union([
  z.strictObject({ path: z.string().min(1) }),
  z.strictObject({ key: z.string().min(1) }),
  z.strictObject({ text: z.string().min(1), fileName: z.string().min(1) }),
]);

/** Lists of one turnover: a sequence has a few layers, each a list of its own. */
const MOST_LISTS = 32;

/** A document that travels as its text. */
const GivenText = z.strictObject({ fileName: z.string().min(1), text: z.string().min(1) });

/** The input of `turnover`. The cut list travels as a path under a listed root, as an object key, or as its text. */
export const TurnoverSubmission = z.strictObject({
  production: LegalName,
  cutList: z
    .union([CutListSource, z.array(CutListSource).min(1).max(MOST_LISTS)])
    .describe('one list, or the layers of one sequence from the lowest up: V1.edl, V2.edl'),
  recipe: z
    .union([z.string().min(1), z.record(z.string(), z.unknown())])
    .default('vfx-plates')
    .describe("name of a shipped recipe, or a recipe of one's own in full, as schemas/recipe.ts has it"),
  name: LegalName.optional().describe('default: the file name without its ending'),
  revision: z.int().positive().default(1).describe('version of the turnover'),
  handles: z.int().nonnegative().max(10000).optional().describe('default: of the recipe'),
  numbering: FrameNumbering.pick({ first: true, at: true })
    .partial()
    .optional()
    .describe('number of the first frame, and which frame bears it; default: of the recipe'),
  shotTemplate: z
    .string()
    .min(1)
    .optional()
    .describe(
      'name of a shot that the list does not name, of {list}, {number} and {reel}; default {list}_{number}',
    ),
  fps: z
    .string()
    .optional()
    .describe('record rate of the list, e.g. 24 or 24000/1001; default: the rate of the matched media'),
  amf: z
    .union([z.string().min(1), AmfBundle, z.array(AmfBundle).min(1).max(10000)])
    .optional()
    .describe('AMF text, the text with the files it names, or several: each for the clip its clipId names'),
  fdl: z.string().optional().describe('FDL text'),
  looks: z
    .array(GivenText)
    .max(10000)
    .optional()
    .describe('.cc, .ccc and .cdl files; a correction is for the shot, plate or clip that its id names'),
  references: z
    .array(z.string().min(1))
    .max(10000)
    .optional()
    .describe(
      'dailies stills and movies to compare the plates with: paths of files or folders under a listed root',
    ),
  sound: SoundChoice.optional().describe('whose sound all movies carry; default: as the recipe has it'),
  site: SiteName.optional(),
  priority: Priority.default(3),
  deadline: z.iso.datetime().optional(),
});
export type TurnoverSubmission = z.input<typeof TurnoverSubmission>;

/** The submission with defaults filled and its documents stored: what the child workflow receives. Keys, never bytes. */
export const TurnoverRequest = z.object({
  production: LegalName,
  name: LegalName,
  revision: z.int().positive(),
  recipe: LegalName,
  handles: z.int().nonnegative(),
  fps: Rational.nullable(),
  site: SiteName,
  priority: Priority,
  cutListKey: z.string(),
  cutListFileName: z.string(),
  furtherLists: z
    .array(z.object({ key: z.string(), fileName: z.string() }))
    .optional()
    .describe('the layers above the first list, from the lowest up'),
  numbering: FrameNumbering.pick({ first: true, at: true }).partial().optional(),
  shotTemplate: z.string().optional(),
  amfKey: z.string().nullable(),
  fdlKey: z.string().nullable(),
  looksKey: z.string().optional().describe('the look files that came with it'),
  referencesKey: z.string().optional().describe('the paths of dailies references'),
  sound: SoundChoice.optional(),
  recipeKey: z.string().optional().describe("a recipe of the sender's own"),
  deadline: z.string().nullable(),
});
export type TurnoverRequest = z.infer<typeof TurnoverRequest>;

/** Every list of a turnover, from the lowest layer up. */
export function listsOf(
  request: Pick<TurnoverRequest, 'cutListKey' | 'cutListFileName' | 'furtherLists'>,
): { key: string; fileName: string }[] {
  return [{ key: request.cutListKey, fileName: request.cutListFileName }, ...(request.furtherLists ?? [])];
}

/** `<production>/<name>/<revision>`: identifies a turnover everywhere. */
export function turnoverId(t: { production: string; name: string; revision: number }): string {
  return `${t.production}/${t.name}/${t.revision}`;
}

/** A clip that was considered for an event, the rule that found it, and why it lost when it did. */
export const MatchCandidate = z.looseObject({
  clipId: z.string(),
  clipName: z.string(),
  rollId: z.string(),
  rule: z.enum([
    'person',
    'reel-and-timecode',
    'source-file',
    'clip-name',
    'truncated-reel',
    'normalized-spelling',
  ]),
  confidence: z.number().min(0).max(1),
  rejected: z.string().nullable().describe('one clause, null for the chosen or for equals'),
});
export type MatchCandidate = z.infer<typeof MatchCandidate>;

export const EventMatch = z.looseObject({
  eventIndex: z.int().nonnegative(),
  verdict: z.enum(['matched', 'ambiguous', 'not-found', 'nothing-to-match']),
  clipId: z.string().nullable(),
  candidates: z.array(MatchCandidate),
});
export type EventMatch = z.infer<typeof EventMatch>;

const FrameRange = z.object({ first: z.int().nonnegative(), last: z.int().nonnegative() });

/** One plate of the plan: what will be rendered. Source frames are 0-based in recorded time from the clip's first frame, inclusive. */
export const PlannedPlate = z.looseObject({
  plateId: z.string().describe('<shot>_<plate>, unique in the turnover'),
  shot: z.string(),
  plate: z.string().describe('PL01, PL02, …'),
  eventIndex: z.int().nonnegative(),
  clipId: z.string(),
  clipName: z.string(),
  rollId: z.string(),
  sourceFrames: FrameRange.describe('with handles'),
  cutFrames: FrameRange.describe('without handles'),
  handles: z
    .object({ head: z.int().nonnegative(), tail: z.int().nonnegative() })
    .describe('given, in source frames'),
  handlesAsked: z.object({ head: z.int().nonnegative(), tail: z.int().nonnegative() }),
  firstFrameNumber: z.int().describe('number of the first delivered frame, e.g. 1001'),
  speed: Rational,
  reverse: z.boolean(),
  curve: RetimeCurve.optional().describe('of a speed that changes; its source frames are those of the clip'),
  cdl: Cdl.nullable(),
  cdlSource: z.string().optional().describe('where the CDL is from; default: the cut list'),
  reel: z.string().optional().describe('reel of the event, for names'),
  turnoverName: z.string().optional().describe('for names'),
  plateVersion: z
    .int()
    .positive()
    .optional()
    .describe('in a later revision: version of the plate, up by one when it is delivered again'),
  isDelivered: z.boolean().optional().describe('false: what was delivered covers it'),
  sounds: z
    .array(z.string())
    .optional()
    .describe('xxh128 of the recordings of the sound roll that run under it, where its movies carry them'),
});
export type PlannedPlate = z.infer<typeof PlannedPlate>;

/** The plan of a turnover: what exists, what is asked of a person, what waits. */
export const TurnoverPlan = z.looseObject({
  version: z.literal(1),
  kind: z.literal('turnover-plan'),
  turnover: z.string(),
  events: z.array(CutEvent),
  matches: z.array(EventMatch),
  plates: z.array(PlannedPlate),
  documents: z
    .record(z.string(), z.string())
    .optional()
    .describe('digests of what else decides the plates: AMF, FDL, recipe'),
  findings: z.array(Finding),
});
export type TurnoverPlan = z.infer<typeof TurnoverPlan>;

/** The document of `rushes turnover status --json`. Shape fixed by design.md section 9. */
export const TurnoverStatus = z.looseObject({
  version: z.literal(1),
  kind: z.literal('turnover-status'),
  turnover: z.string(),
  state: TurnoverState,
  shots: z.array(
    z.looseObject({
      name: z.string(),
      plates: z.array(
        z.looseObject({
          name: z.string(),
          clipId: z.string().nullable(),
          state: PlateState,
          sourceFrames: FrameRange.nullable(),
          handles: z.object({ head: z.int(), tail: z.int() }).nullable(),
          framesWanted: z.int(),
          framesMade: z.int(),
          framesReused: z.int(),
          segments: z.array(
            z.object({ first: z.int(), last: z.int(), worker: z.string(), attempt: z.int() }),
          ),
          package: z.string().nullable(),
        }),
      ),
    }),
  ),
  findings: z.array(Finding),
});
export type TurnoverStatus = z.infer<typeof TurnoverStatus>;
