import { z } from 'zod';
import { Rational } from './rational.ts';

/** Whose sound a movie carries. */
export const SoundChoice = z
  .enum(['camera', 'sound-roll', 'both', 'none'])
  .describe(
    "camera: as the camera recorded it; sound-roll: of the sound roll that runs under the take, else the camera's; both: the sound roll's tracks, then the camera's",
  );
export type SoundChoice = z.infer<typeof SoundChoice>;

/** A recorder's clock at the first sample of a file. Sources: EBU Tech 3285 (time reference); iXML specification 3.0, SPEED. */
export const SoundClock = z.looseObject({
  samples: z.int().nonnegative().describe('since midnight'),
  sampleRate: z.number().positive().describe('that the samples since midnight count at'),
  timecodeRate: Rational.nullable(),
  dropFrame: z.boolean().nullable(),
  digitizerRate: z.number().positive().optional().describe('samples a second while it recorded'),
  toldSampleRate: z.number().positive().optional().describe('sample rate of the file by its iXML'),
  toldSamples: z
    .int()
    .nonnegative()
    .optional()
    .describe('samples since midnight by its iXML, beside the bext'),
});
export type SoundClock = z.infer<typeof SoundClock>;

/** One stream of sound of a file as inspection finds it; a recorder's file has one, of several channels. */
export const SoundFormat = z.looseObject({
  format: z.string(),
  channels: z.int().positive(),
  sampleRate: z.number().positive(),
  samples: z.int().nonnegative().nullable().optional().describe('per channel'),
  tracks: z
    .array(z.looseObject({ index: z.int(), interleave: z.int().optional(), name: z.string() }))
    .optional()
    .describe(
      "names of tracks; index: the recorder's own number, interleave: which channel of the file, from 1",
    ),
  clock: SoundClock.optional(),
});
export type SoundFormat = z.infer<typeof SoundFormat>;

/** Samples of one channel of one file, where they begin in the movie. Samples `first` to `first + count - 1` of the file. */
export const SoundPiece = z.object({
  file: z.int().nonnegative().describe('which of the job’s sound files'),
  channel: z.int().nonnegative().describe('0-based'),
  first: z.int().nonnegative(),
  count: z.int().positive(),
  sampleRate: z.int().positive().describe('of the file'),
  playRate: z
    .int()
    .positive()
    .describe('samples of the file a second of the movie; not its rate: pulled down or up'),
  at: z.int().nonnegative().describe('sample of the movie, at 48 kHz'),
});
export type SoundPiece = z.infer<typeof SoundPiece>;

/** The sound of a movie beside its pictures: tracks of the sound roll, each one channel, silent where nothing was recorded. */
export const MovieSound = z.object({
  camera: z.boolean().describe('whether the camera’s own tracks follow'),
  sampleCount: z.int().positive().describe('length of each track of the sound roll, at 48 kHz'),
  tracks: z.array(z.object({ name: z.string(), pieces: z.array(SoundPiece).min(1) })),
});
export type MovieSound = z.infer<typeof MovieSound>;
