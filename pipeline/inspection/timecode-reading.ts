import type { Rational } from '../../schemas/rational.ts';

/** Where in a file a timecode stands. */
export type TimecodePlace =
  | 'tmcd'
  | 'mxfMaterial'
  | 'mxfSource'
  | 'mxfTape'
  | 'sdti'
  | 'nrtLtc'
  | 'gop'
  | 'header'
  | 'sidecar'
  | 'userData'
  | 'keys'
  | 'filename'
  | 'container'
  | 'derived';

/**
 * One timecode as a source gives it: as text, as a frame count, or both. A rate is the source's own counting rate; without
 * one the clip's frame rate counts.
 */
export type TimecodeReading = {
  place: TimecodePlace;
  text?: string;
  startFrame?: number;
  rate?: Rational | null;
  dropFrame?: boolean;
};
