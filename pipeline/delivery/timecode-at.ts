import { advance, formatTimecode, parseTimecode } from '../../standards/time/timecode.ts';
import { type ClipSource, rationalField, textField } from './clip-source.ts';

/**
 * The timecode of a source frame, drop-frame where the clip's own is; null when the clip records none that can exist.
 * @param frame 0-based from the clip's first frame
 */
export function timecodeAt(source: Pick<ClipSource, 'clip'>, frame: number): string | null {
  const start = textField(source.clip, 'startTimecode');
  const rate = rationalField(source.clip, 'frameRate');
  if (start === null || rate === null) return null;
  const reading = parseTimecode(start, rate);
  return reading.ok ? formatTimecode(advance(reading.timecode, frame)) : null;
}
