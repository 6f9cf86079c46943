import type { DayMoment, QueryTerm } from '../../../schemas/clip-query.ts';

type TimecodeWanted = Extract<QueryTerm['wanted'], { kind: 'timecode' }>;

/** Largest frame number of a timecode: bases end at 120. */
const MOST_FRAMES = 119;

/** Reads `HH[:MM[:SS[:FF]]]`, or two of them with a hyphen between; a sentence's clause when it cannot be read. */
export function parseTimecodeTerm(text: string): TimecodeWanted | string {
  const [first = '', second, third] = text.split('-');
  if (third !== undefined) return 'it has more than one hyphen';
  const from = momentOf(first);
  if (typeof from === 'string') return from;
  if (second === undefined) return { kind: 'timecode', from, to: null };
  const to = momentOf(second);
  if (typeof to === 'string') return to;
  if (isSame(from, to) && !second.startsWith('24'))
    return 'its end is its beginning, and an end is exclusive';
  return { kind: 'timecode', from, to };
}

function isSame(a: DayMoment, b: DayMoment): boolean {
  return a.hours === b.hours && a.minutes === b.minutes && a.seconds === b.seconds && a.frames === b.frames;
}

function momentOf(text: string): DayMoment | string {
  const match = /^(\d{1,2})(?::(\d{1,2})(?::(\d{1,2})(?:[:;.](\d{1,3}))?)?)?$/.exec(text);
  if (!match) return `“${text}” is no timecode`;
  const given = match
    .slice(1)
    .filter((part) => part !== undefined)
    .map(Number);
  const [hours = 0, minutes = 0, seconds = 0, frames = 0] = given;
  const isEndOfDay = hours === 24 && minutes === 0 && seconds === 0 && frames === 0;
  if (hours > 23 && !isEndOfDay) return `hours end at 23, and “${text}” has ${hours}`;
  if (minutes > 59 || seconds > 59) return `minutes and seconds end at 59 in “${text}”`;
  if (frames > MOST_FRAMES) return `no rate has ${frames} frames in a second`;
  return { hours: hours % 24, minutes, seconds, frames, parts: given.length };
}
