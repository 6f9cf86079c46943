import type { Rational } from '../../schemas/rational.ts';
import { nominalBase } from '../../standards/time/frame-rate.ts';
import { advance, formatTimecode, parseTimecode, type Timecode } from '../../standards/time/timecode.ts';

/**
 * Ticks of a timecode second: every usual base (24, 25, 30, 48, 50, 60, 96, 100, 120) divides 2400, so the labels that people
 * type and read compare exactly between clips of different rates.
 */
export const TICKS_PER_SECOND = 2400;

/** Ticks of a day of labels. */
export const TICKS_PER_DAY = 86_400 * TICKS_PER_SECOND;

/** A half-open stretch of the day in ticks; `start` > `end` or equal runs past midnight. */
export type TickSpan = { start: number; end: number };

/** Position in the day of a label, taken as written: drop-frame labels skip numbers, so they only leave holes. */
export function ticksOfLabel(label: string, base: number): number {
  const [hours = 0, minutes = 0, seconds = 0, frames = 0] = label.split(/[:;.]/).map(Number);
  return (
    ((((hours % 24) * 60 + minutes) * 60 + seconds) * TICKS_PER_SECOND +
      Math.floor((frames * TICKS_PER_SECOND) / base)) %
    TICKS_PER_DAY
  );
}

/**
 * Start of a clip in frames, modulo 24 h, and the labels its frames bear; null when the timecode cannot exist at the rate.
 * @param frameCount frames of the media at `frameRate`, at least 1
 */
export function timecodeOfClip(
  label: string,
  rates: { frameRate: Rational; timecodeRate: Rational },
  frameCount: number,
): { timecode: Timecode; base: number; span: TickSpan } | null {
  const { frameRate, timecodeRate } = rates;
  const reading = parseTimecode(label, timecodeRate);
  if (!reading.ok) return null;
  const base = nominalBase(timecodeRate);
  // At 59.94 with a timecode that counts 30, two frames share a label.
  const labels = Math.max(
    1,
    Math.ceil((frameCount * timecodeRate.num * frameRate.den) / (timecodeRate.den * frameRate.num)),
  );
  const start = ticksOfLabel(formatTimecode(reading.timecode), base);
  const lastLabel = ticksOfLabel(formatTimecode(advance(reading.timecode, labels - 1)), base);
  const end = (lastLabel + Math.ceil(TICKS_PER_SECOND / base)) % TICKS_PER_DAY;
  const isWholeDay = labels >= base * 86_400;
  return {
    timecode: reading.timecode,
    base,
    span: isWholeDay ? { start: 0, end: TICKS_PER_DAY } : { start, end },
  };
}

/** The span as PostgreSQL's int4multirange: two pieces when it runs past midnight. */
export function multirangeText({ start, end }: TickSpan): string {
  if (start < end) return `{[${start},${end})}`;
  return end === 0 ? `{[${start},${TICKS_PER_DAY})}` : `{[0,${end}),[${start},${TICKS_PER_DAY})}`;
}
