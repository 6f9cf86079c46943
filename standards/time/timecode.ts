import type { Rational } from '../../schemas/rational.ts';
import { allowsDropFrame, droppedPerMinute, nominalBase } from './frame-rate.ts';

/**
 * A moment as an integer frame count. `frames` counts from 00:00:00:00; a moment of the day lies in 0 up to 24 h exclusive, an
 * exclusive end may be 24 h itself. `dropFrame` is only true where the rate allows it.
 */
export type Timecode = { readonly frames: number; readonly rate: Rational; readonly dropFrame: boolean };

/** A read timecode, or why it cannot exist; `frames` is then where plain carrying would land, to show a person. */
export type TimecodeReading =
  | { ok: true; timecode: Timecode }
  | { ok: false; reason: IllegalTimecode; sentence: string; frames: number | null };

export type IllegalTimecode =
  | 'malformed'
  | 'field-out-of-range'
  | 'frame-beyond-rate'
  | 'dropped-number'
  | 'drop-frame-not-allowed';

/** Two digits each, three for frames above 99; `;` or `,` before the frames says drop-frame, `.` is the second field of non-drop. */
const FORM = /^(\d{1,2})([:;.,])(\d{2})([:;.,])(\d{2})([:;.,])(\d{2,3})$/;

/**
 * Reads `HH:MM:SS:FF` at a rate. Hours 24 to 47 are taken modulo 24 h, as some recorders run on past midnight.
 * @param dropFrame counting mode when the text has no `;`; default non-drop
 */
export function parseTimecode(text: string, rate: Rational, dropFrame = false): TimecodeReading {
  const match = FORM.exec(text.trim());
  if (!match) return illegal('malformed', `"${text}" is not a timecode: expected HH:MM:SS:FF`, null);
  const [hours, minutes, seconds, frame] = [match[1], match[3], match[5], match[7]].map(Number) as [
    number,
    number,
    number,
    number,
  ];
  const drop = dropFrame || /[;,]/.test(match[6]!) || match[4] === ';';
  const base = nominalBase(rate);
  const carried = ((hours * 60 + minutes) * 60 + seconds) * base + frame;
  if (hours > 47 || minutes > 59 || seconds > 59) {
    return illegal(
      'field-out-of-range',
      `"${text}" cannot exist: hours end at 23, minutes and seconds at 59`,
      carried,
    );
  }
  if (frame >= base) {
    return illegal(
      'frame-beyond-rate',
      `"${text}" cannot exist at ${describe(rate)}: frame numbers end at ${base - 1}`,
      carried,
    );
  }
  if (drop && !allowsDropFrame(rate)) {
    return illegal(
      'drop-frame-not-allowed',
      `"${text}" is drop-frame, which does not exist at ${describe(rate)}: only at 29.97, 59.94 and 119.88`,
      carried,
    );
  }
  if (drop && minutes % 10 !== 0 && seconds === 0 && frame < droppedPerMinute(base)) {
    return illegal(
      'dropped-number',
      `"${text}" cannot exist: drop-frame counting skips this number`,
      carried,
    );
  }
  const frames = drop ? carried - droppedBefore(hours * 60 + minutes, base) : carried;
  return { ok: true, timecode: { frames: frames % framesPerDay(rate, drop), rate, dropFrame: drop } };
}

/** Writes `HH:MM:SS:FF`, with `;` before the frames when drop-frame; wraps at 24 h in both directions. */
export function formatTimecode(timecode: Timecode): string {
  const base = nominalBase(timecode.rate);
  const day = framesPerDay(timecode.rate, timecode.dropFrame);
  const inDay = ((timecode.frames % day) + day) % day;
  const number = timecode.dropFrame ? withDroppedNumbers(inDay, base) : inDay;
  const frame = number % base;
  const seconds = Math.floor(number / base);
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60].map((part) =>
    pad(part, 2),
  );
  return `${parts.join(':')}${timecode.dropFrame ? ';' : ':'}${pad(frame, base > 100 ? 3 : 2)}`;
}

/** Frames in 24 hours of timecode: fewer in drop-frame, because numbers are skipped. */
export function framesPerDay(rate: Rational, dropFrame: boolean): number {
  const base = nominalBase(rate);
  return 24 * 3600 * base - (dropFrame ? droppedBefore(24 * 60, base) : 0);
}

/** Frames from `start` to the exclusive `end`; an end before the start lies in the next day. */
export function framesBetween(start: Timecode, end: Timecode): number {
  const distance = end.frames - start.frames;
  return distance >= 0 ? distance : distance + framesPerDay(start.rate, start.dropFrame);
}

/** The timecode that many frames later (or earlier), wrapped at 24 h. */
export function advance(timecode: Timecode, frames: number): Timecode {
  const day = framesPerDay(timecode.rate, timecode.dropFrame);
  return { ...timecode, frames: (((timecode.frames + frames) % day) + day) % day };
}

function droppedBefore(minutes: number, base: number): number {
  return droppedPerMinute(base) * (minutes - Math.floor(minutes / 10));
}

/** Frame count to displayed number: adds the skipped numbers back, per ten minutes, then per minute after the first of the ten. */
function withDroppedNumbers(frames: number, base: number): number {
  const dropped = droppedPerMinute(base);
  const perMinute = 60 * base - dropped;
  const perTenMinutes = 10 * perMinute + dropped;
  const tens = Math.floor(frames / perTenMinutes);
  const rest = frames % perTenMinutes;
  const minutesInTen = rest < 60 * base ? 0 : 1 + Math.floor((rest - 60 * base) / perMinute);
  return frames + dropped * (9 * tens + minutesInTen);
}

function describe(rate: Rational): string {
  const value = rate.num / rate.den;
  return `${Number.isInteger(value) ? value : value.toFixed(3)} frames per second`;
}

function illegal(reason: IllegalTimecode, sentence: string, frames: number | null): TimecodeReading {
  return { ok: false, reason, sentence, frames };
}

function pad(value: number, digits: number): string {
  return String(value).padStart(digits, '0');
}
