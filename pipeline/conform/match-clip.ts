import type { Rational } from '../../schemas/rational.ts';

/** A clip of the catalogue as matching needs it. Only camera originals are matched: `isProxy` rows are candidates that lose. */
export type MatchClip = {
  clipId: string;
  clipName: string;
  rollId: string;
  /** Reel or tape name as the camera or the file header says it. */
  reelName: string;
  cameraReel?: string;
  /** Names of the clip's files as on the card, with or without folders. */
  originalFileNames: string[];
  /** `;` before the frames when drop-frame; empty when the clip has no timecode. */
  startTimecode: string;
  frameRate: Rational;
  /** Rate its timecode counts at, where two or more frames share a number (60p on a count of 30). @default the frame rate */
  timecodeRate?: Rational;
  frameCount: number;
  dropFrame: boolean;
  isProxy: boolean;
};
