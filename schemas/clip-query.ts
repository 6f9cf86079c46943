import { z } from 'zod';
import { Rational } from './rational.ts';

type Row = { meaning: string; example: string };

/**
 * Every key of a clip query. Help, completion and the documentation page are made from this table. Words without a key are
 * looked for in the whole record, each as a whole word, or from its beginning with a * at its end; quotes keep a value together,
 * and a - before a term turns it round.
 */
export const QUERY_KEYS = {
  reel: { meaning: 'reel name, from its beginning', example: 'reel:A001' },
  clip: { meaning: 'clip name, from its beginning', example: 'clip:A001C003' },
  file: { meaning: 'name of a media file, from its beginning', example: 'file:A001C003_001.R3D' },
  roll: { meaning: 'roll (card), from its beginning', example: 'roll:A001R1AB' },
  production: { meaning: 'production, exactly', example: 'production:agm' },
  camera: { meaning: 'camera letter, or words of maker and model', example: 'camera:venice' },
  lens: { meaning: 'words of the lens', example: 'lens:"signature 35"' },
  codec: { meaning: 'words of the codec and its profile', example: 'codec:prores' },
  fps: { meaning: 'playback rate', example: 'fps:23.976' },
  size: { meaning: 'stored picture size', example: 'size:4096x2160' },
  tc: {
    meaning: 'timecode, or a range of the day whose end is exclusive; it may run past midnight',
    example: 'tc:10:01:05:00-10:02:00:00',
  },
  day: { meaning: 'shoot day, or first-last', example: 'day:20260930' },
  date: {
    meaning: 'day of recording as the camera wrote it, or first-last',
    example: 'date:20260929-20260930',
  },
  scene: { meaning: 'scene, exactly; a * at the end means anything', example: 'scene:12*' },
  shot: { meaning: 'shot on the slate, exactly', example: 'shot:B' },
  take: { meaning: 'take, exactly', example: 'take:3' },
  missing: { meaning: 'a field that inspection could not fill', example: 'missing:lens' },
  format: { meaning: 'camera format, by its id', example: 'format:5f0c' },
  is: { meaning: 'proxy or original', example: 'is:original' },
} as const satisfies Record<string, Row>;

/** A key of the query language. */
export type QueryKey = keyof typeof QUERY_KEYS;

/** A moment of the day as typed; `parts` tells how many of hours, minutes, seconds and frames were given. */
export const DayMoment = z.object({
  hours: z.int(),
  minutes: z.int(),
  seconds: z.int(),
  frames: z.int(),
  parts: z.int().min(1).max(4),
});
export type DayMoment = z.infer<typeof DayMoment>;

const Wanted = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('words'),
    key: z.enum(['camera', 'lens', 'codec', 'text']),
    words: z.array(z.string()).min(1),
    isPrefix: z.boolean(),
  }),
  z.object({
    kind: z.literal('name'),
    key: z.enum([
      'reel',
      'clip',
      'file',
      'roll',
      'production',
      'scene',
      'shot',
      'take',
      'format',
      'is',
      'missing',
      'size',
    ]),
    value: z.string().min(1),
    isPrefix: z.boolean(),
  }),
  z.object({ kind: z.literal('rate'), rate: Rational }),
  z.object({
    kind: z.literal('timecode'),
    from: DayMoment,
    to: DayMoment.nullable().describe(
      'exclusive; null: the moment, or the whole hour, minute or second that was typed',
    ),
  }),
  z.object({ kind: z.literal('days'), key: z.enum(['day', 'date']), first: z.string(), last: z.string() }),
]);

/** One condition of a query: what is wanted, as it was typed. */
export const QueryTerm = z.object({ wanted: Wanted, isNegated: z.boolean(), typed: z.string() });
export type QueryTerm = z.infer<typeof QueryTerm>;

/** A parsed query: every term holds. */
export const ClipQuery = z.object({ text: z.string(), terms: z.array(QueryTerm) });
export type ClipQuery = z.infer<typeof ClipQuery>;

/** Why a clip is in a result: the term as typed, the field that answered it, and its value. */
export const MatchReason = z.object({ term: z.string(), field: z.string(), value: z.string() });
export type MatchReason = z.infer<typeof MatchReason>;

/** A clip in a result, with what a list of clips shows. */
export const ClipHit = z.object({
  clipId: z.string(),
  production: z.string(),
  shootDay: z.string(),
  rollId: z.string(),
  clipName: z.string(),
  reelName: z.string().nullable(),
  camera: z.string().nullable(),
  lens: z.string().nullable(),
  startTimecode: z.string().nullable(),
  frameRate: Rational.nullable(),
  frameCount: z.int().nullable(),
  size: z.object({ width: z.int(), height: z.int() }).nullable(),
  codec: z.string().nullable(),
  scene: z.string().nullable(),
  take: z.string().nullable(),
  isProxy: z.boolean(),
  cameraFormatId: z.string().nullable(),
  missing: z.array(z.string()),
  why: z.array(MatchReason),
});
export type ClipHit = z.infer<typeof ClipHit>;

/** A page of a result, in the order of production, shoot day and clip name. */
export const ClipSearchResult = z.object({
  version: z.literal(1),
  kind: z.literal('clip-search'),
  query: ClipQuery,
  clips: z.array(ClipHit),
  next: z.string().nullable().describe('ask with this as `after` for the next page; null: there is none'),
});
export type ClipSearchResult = z.infer<typeof ClipSearchResult>;
