import type { Rational } from '../schemas/rational.ts';

// Written apart from standards/time on purpose: what the makers say is the ground truth that tests hold that code against.

/** Frames counted per second of timecode: 24 for 24000/1001. */
export function timecodeBase(rate: Rational): number {
  return Math.round(rate.num / rate.den);
}

/** Frame labels from 00:00:00:00 to the end of the day. Drop-frame leaves out two labels (four at 60) in nine minutes of ten. Source: SMPTE ST 12-1, 5.2.2. */
export function framesPerDay(rate: Rational, dropFrame: boolean): number {
  const base = timecodeBase(rate);
  return base * 86400 - (dropFrame ? (base / 15) * 9 * 144 : 0);
}

/** Frames since 00:00:00:00 of `HH:MM:SS:FF` (or `HH:MM:SS;FF`, drop-frame). */
export function frameOfTimecode(timecode: string, rate: Rational): number {
  const [hours, minutes, seconds, frames] = timecode.split(/[:;]/).map(Number) as [
    number,
    number,
    number,
    number,
  ];
  const base = timecodeBase(rate);
  const label = ((hours * 60 + minutes) * 60 + seconds) * base + frames;
  if (!timecode.includes(';')) return label;
  const minute = hours * 60 + minutes;
  return label - (base / 15) * (minute - Math.floor(minute / 10));
}

/** The label of a frame counted from 00:00:00:00, going on at 00:00:00:00 after the end of the day. */
export function timecodeOfFrame(frame: number, rate: Rational, dropFrame: boolean): string {
  const day = framesPerDay(rate, dropFrame);
  const inDay = ((frame % day) + day) % day;
  const base = timecodeBase(rate);
  const label = dropFrame ? labelWithDrops(inDay, base) : inDay;
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0');
  const seconds = label / base;
  return `${two(seconds / 3600)}:${two((seconds / 60) % 60)}:${two(seconds % 60)}${dropFrame ? ';' : ':'}${two(label % base)}`;
}

function labelWithDrops(frame: number, base: number): number {
  const dropped = base / 15;
  const perMinute = base * 60 - dropped;
  const perTenMinutes = base * 600 - dropped * 9;
  const tens = Math.floor(frame / perTenMinutes);
  const rest = frame % perTenMinutes;
  // The first minute of ten keeps all its labels.
  const drops = rest < base * 60 ? 0 : 1 + Math.floor((rest - base * 60) / perMinute);
  return frame + dropped * (tens * 9 + drops);
}

/** The four numbers of a label: hours, minutes, seconds, frames. */
export function timecodeParts(timecode: string): [number, number, number, number] {
  return timecode.split(/[:;]/).map(Number) as [number, number, number, number];
}

/** A number below 100 as two decimal digits in one byte. */
export function binaryCodedDecimal(value: number): number {
  return (Math.floor(value / 10) << 4) | (value % 10);
}
