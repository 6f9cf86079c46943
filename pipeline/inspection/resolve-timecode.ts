import type { Rational } from '../../schemas/rational.ts';
import { allowsDropFrame } from '../../standards/time/frame-rate.ts';
import { formatTimecode, framesPerDay, parseTimecode } from '../../standards/time/timecode.ts';
import type { Reading } from './reading.ts';
import type { TimecodePlace, TimecodeReading } from './timecode-reading.ts';

/** A start timecode in its final form. `startFrame` counts from 00:00:00:00; null when the rate is not known or the number cannot exist. */
export type ResolvedTimecode = {
  text: string;
  startFrame: number | null;
  rate: Rational | null;
  dropFrame: boolean;
  place: TimecodePlace;
  /** One sentence when the timecode cannot exist at its rate. */
  illegal: string | null;
  reading: Reading;
};

/** Works out each timecode reading at its own rate, or at the clip's where it has none; most trusted first, impossible ones last. */
export function resolveTimecodes(
  readings: readonly Reading[],
  clipRate: Rational | null,
): ResolvedTimecode[] {
  const resolved = readings
    .filter((r) => r.value !== null)
    .map((reading) => resolveOne(reading, reading.value as TimecodeReading, clipRate));
  return resolved.filter((r) => isTimecode(r) && !isUnsetGop(r)).sort((a, b) => trust(b) - trust(a));
}

function trust(timecode: ResolvedTimecode): number {
  return timecode.reading.confidence - (timecode.illegal ? 1 : 0);
}

/** Tools print other things where a timecode is expected: whole seconds, one digit of frames. */
function isTimecode(timecode: ResolvedTimecode): boolean {
  return /^\d{1,2}[:;.]\d\d[:;.]\d\d[:;.]\d{2,3}$/.test(timecode.text);
}

/** Encoders that know no timecode start their groups of pictures at zero. */
function isUnsetGop(timecode: ResolvedTimecode): boolean {
  return timecode.place === 'gop' && /^00:00:00[:;]00$/.test(timecode.text);
}

function resolveOne(reading: Reading, told: TimecodeReading, clipRate: Rational | null): ResolvedTimecode {
  const rate = told.rate ?? clipRate;
  const base = { rate, place: told.place, reading };
  if (told.startFrame !== undefined && rate)
    return { ...base, ...fromFrame(told.startFrame, rate, told.dropFrame ?? false) };
  const text = (told.text ?? '').trim();
  const dropFrame = told.dropFrame ?? /[;,]\d+$/.test(text);
  if (!rate) return { ...base, text, startFrame: null, dropFrame, illegal: null };
  const parsed = parseTimecode(text, rate, dropFrame);
  if (!parsed.ok) return { ...base, text, startFrame: null, dropFrame, illegal: parsed.sentence };
  return {
    ...base,
    text: formatTimecode(parsed.timecode),
    startFrame: parsed.timecode.frames,
    dropFrame: parsed.timecode.dropFrame,
    illegal: null,
  };
}

function fromFrame(
  frame: number,
  rate: Rational,
  flagged: boolean,
): Pick<ResolvedTimecode, 'text' | 'startFrame' | 'dropFrame' | 'illegal'> {
  const dropFrame = flagged && allowsDropFrame(rate);
  const day = framesPerDay(rate, dropFrame);
  const startFrame = ((frame % day) + day) % day;
  const text = formatTimecode({ frames: startFrame, rate, dropFrame });
  const illegal =
    flagged && !dropFrame
      ? `"${text}" is marked drop-frame, which does not exist at ${(rate.num / rate.den).toFixed(3)} frames per second`
      : null;
  return { text, startFrame, dropFrame, illegal };
}

/** Whether two timecodes name the same frame: same digits, and the same counting where both say it. */
export function sameTimecode(a: ResolvedTimecode, b: ResolvedTimecode): boolean {
  return a.text.replaceAll(';', ':') === b.text.replaceAll(';', ':');
}
