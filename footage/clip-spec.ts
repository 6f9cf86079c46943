import { createHash } from 'node:crypto';
import type { Rational } from '../schemas/rational.ts';
import type { ColourEncoding } from './camera-encoding.ts';
import { frameOfTimecode, timecodeOfFrame } from './record-timecode.ts';

/** The cameras we can play. */
export type CardKind = 'prores' | 'dpx' | 'mxf' | 'cinemadng' | 'exr';

/** Codecs that a camera offers beside its usual one (ProRes 422 HQ, DNxHR HQX, 16-bit DNG). */
export type OtherCodec = 'prores-4444' | 'xavc-intra' | 'dng-12';

/** What to record. Everything that is written follows from it: equal specs give equal bytes. */
export type ClipSpec = {
  clipName: string;
  reel: string;
  width: number;
  height: number;
  frames: number;
  rate: Rational;
  /** `HH:MM:SS:FF`; `;` before the frames makes it drop-frame. */
  startTimecode: string;
  seed: number;
  /** `YYYYMMDD`: all dates written are of this day. */
  shootDay: string;
  /** A 1 kHz tone of 48 kHz beside the picture, where the format holds sound. */
  withTone: boolean;
  /** Silence but for one full sample at the beginning of this frame, instead of the tone: a clap. */
  clapFrame?: number;
  /** @default the usual one of the format */
  codec?: OtherCodec;
};

/** A recorded clip and its ground truth. */
export type MadeClip = {
  kind: CardKind;
  clipName: string;
  reel: string;
  startTimecode: string;
  dropFrame: boolean;
  rate: Rational;
  frameCount: number;
  width: number;
  height: number;
  colour: ColourEncoding;
  hasSound: boolean;
  /** Of the material package of an MXF: 64 hex digits; null elsewhere. */
  umid: string | null;
  /** What the counter shows as its tag. */
  tag: number;
  /** Of the movie, or of the folder of a sequence; relative to the roll, `/`-separated. */
  path: string;
  /** All files of the clip, relative to the roll: media first, the frames of a sequence in recorded order; then sidecars. */
  files: string[];
  /** Number in the name of the first file of a sequence; null for a movie. */
  firstNumber: number | null;
};

/** The counter's tag of a clip, 0..255: tells two clips apart whose frame numbers are equal. */
export function clipTag(clipName: string): number {
  return createHash('sha256').update(clipName).digest()[0]!;
}

/** Timecode label of a source frame (0-based) of a clip or spec. */
export function frameTimecode(clip: { startTimecode: string; rate: Rational }, frame: number): string {
  return timecodeOfFrame(
    frameOfTimecode(clip.startTimecode, clip.rate) + frame,
    clip.rate,
    isDropFrame(clip),
  );
}

/** Whether the clip counts drop-frame. */
export function isDropFrame(clip: { startTimecode: string }): boolean {
  return clip.startTimecode.includes(';');
}

/** `YYYY-MM-DDT09:00:00Z` of a shoot day. */
export function recordedAt(shootDay: string): string {
  return `${shootDay.slice(0, 4)}-${shootDay.slice(4, 6)}-${shootDay.slice(6)}T09:00:00Z`;
}
