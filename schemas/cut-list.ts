import { z } from 'zod';
import { Rational } from './rational.ts';

/** ASC CDL v1.2 numbers: slope, offset, power per channel R, G, B, and saturation. */
export const Cdl = z.object({
  slope: z.tuple([z.number(), z.number(), z.number()]),
  offset: z.tuple([z.number(), z.number(), z.number()]),
  power: z.tuple([z.number(), z.number(), z.number()]),
  saturation: z.number().nonnegative(),
});
export type Cdl = z.infer<typeof Cdl>;

/** Timecode strings as in the list: `HH:MM:SS:FF`, `;` before the frames when drop-frame; `out` is exclusive. */
export const TimecodeRange = z.object({ in: z.string(), out: z.string() });
export type TimecodeRange = z.infer<typeof TimecodeRange>;

/** A speed that changes within a use: points of record frames from the event's in, and source frames, counted as `sourceFrames` are. */
export const RetimeCurve = z.object({
  interpolation: z.string().describe('between points: linear, or as the system that wrote it calls it'),
  points: z.array(z.object({ record: Rational, source: Rational })).min(2),
});
export type RetimeCurve = z.infer<typeof RetimeCurve>;

/** One use of a source range. Shape fixed by design.md section 9. */
export const CutEvent = z.looseObject({
  index: z.int().nonnegative().describe('0-based position in the list, one per event line'),
  number: z.string().describe('the event number as written'),
  line: z.int().positive().optional().describe('line of the event in the file, from 1'),
  reel: z.string(),
  tracks: z.array(z.string()),
  kind: z.enum(['cut', 'dissolve', 'wipe', 'key']),
  class: z.enum(['picture', 'audio', 'black', 'aux']),
  source: TimecodeRange,
  record: TimecodeRange,
  sourceFrames: z
    .object({ first: z.int(), last: z.int() })
    .nullable()
    .describe(
      'frames really shown, inclusive, first > last in reverse, from 00:00:00:00 at the source rate; null for what shows no source',
    ),
  speed: Rational,
  transition: z
    .looseObject({
      type: z.string(),
      durationFrames: z.int().nonnegative(),
      from: z.looseObject({ reel: z.string(), source: TimecodeRange }).nullable(),
    })
    .nullable(),
  clipName: z.string().nullable(),
  sourceFile: z.string().nullable(),
  shotName: z.string().nullable(),
  cdl: Cdl.nullable(),
  notes: z.array(z.string()),
  list: z.string().optional().describe('file name of the list, where a turnover has several'),
  recordRate: Rational.optional().describe('rate of its own list, where a turnover has several'),
  tapeName: z
    .string()
    .optional()
    .describe('full reel name where a remark tells what stands behind a short one'),
  side: z.enum(['single', 'from', 'to']).optional().describe('which line of a transition an event line is'),
  frameCodeMode: z
    .boolean()
    .nullable()
    .optional()
    .describe('FCM in force at the line: true drop-frame, null never told'),
  locators: z.array(z.object({ at: z.string().nullable(), colour: z.string(), note: z.string() })).optional(),
  frameCount: z
    .object({ start: z.int(), end: z.int().nullable(), duration: z.int().nullable() })
    .nullable()
    .optional()
    .describe('FRMC remark: frame numbers that the list asks for'),
  dropFrame: z.boolean().optional().describe('source counted as drop-frame'),
  motion: z
    .object({ framesPerSecond: z.string(), at: z.string().nullable() })
    .nullable()
    .optional()
    .describe('the M2 line as written: speed in source frames per second, and the source timecode it names'),
  step: Rational.optional().describe(
    'source frames per record frame: speed times source rate over record rate',
  ),
  sourceCount: z
    .object({ in: z.int(), frames: z.int().nonnegative(), rate: Rational })
    .optional()
    .describe(
      'source range as frames from 00:00:00:00, where the list counts frames and not timecode: drop-frame or not is then the clip’s alone',
    ),
  curve: RetimeCurve.optional().describe(
    'of a speed that changes within the event; `sourceFrames` is then what it can reach',
  ),
  recordFrames: z
    .object({ in: z.int(), duration: z.int() })
    .nullable()
    .optional()
    .describe('from 00:00:00:00 at the record rate'),
});
export type CutEvent = z.infer<typeof CutEvent>;

/** A problem in a list; the rest of the list is still read. */
export const CutListProblem = z.looseObject({
  line: z.int().nonnegative(),
  code: z.string(),
  severity: z.enum(['info', 'warning', 'error']).optional(),
  event: z.string().nullable().optional().describe('event number as written'),
  forPeople: z.string(),
  technical: z.record(z.string(), z.unknown()),
});
export type CutListProblem = z.infer<typeof CutListProblem>;

/** What editorial asks for: the document of `rushes cutlist show --json`. */
export const CutList = z.looseObject({
  version: z.literal(1),
  kind: z.literal('cut-list'),
  title: z.string(),
  rate: Rational.nullable().optional().describe('record rate used; null when nobody told it'),
  sourceRate: Rational.nullable().optional(),
  inferredRate: z
    .object({ rate: Rational, certain: z.boolean(), because: z.string() })
    .nullable()
    .optional()
    .describe('the rate that counted when nobody told one'),
  frameCodeMode: z.boolean().nullable().optional().describe('FCM of the record side'),
  notes: z.array(z.string()).optional().describe('what the list says outside its events'),
  events: z.array(CutEvent),
  problems: z.array(CutListProblem),
});
export type CutList = z.infer<typeof CutList>;
