import type { Rational } from '../../schemas/rational.ts';
import { nominalBase } from '../time/frame-rate.ts';
import {
  absolute,
  add,
  compare,
  divide,
  multiply,
  parseRational,
  rational,
  subtract,
  toNumber,
} from '../time/rational.ts';
import { type ShownFrames, type SourceRange, shownFrames, sourceRange } from '../time/source-range.ts';

/** What decides the frames of a use: list numbers in frames, rates exact. `sourceIn` counts from 00:00:00:00. */
export type Use = {
  sourceIn: number;
  /** Frames from source in to the exclusive source out, as the list says; negative when out lies before in. */
  sourceFrames: number;
  recordFrames: number;
  sourceRate: Rational;
  recordRate: Rational;
  /** 1/1 normal; null when the list tells no speed. */
  speed: Rational | null;
  /** Where an M2 says that motion begins, from 00:00:00:00; null when it does not. */
  motionAt: number | null;
};

/** The frames of a use and how they were found. `covered` is the exact source time, null when nothing is shown. */
export type Retimed = {
  shown: ShownFrames | null;
  covered: SourceRange | null;
  speed: Rational;
  /** Source frames per record frame: the speed times the ratio of the rates. */
  step: Rational;
  /** Source, record and speed contradict each other; the sentence says which was followed. */
  conflict: { wanted: Rational; followed: 'speed' | 'source' | 'record' } | null;
};

/**
 * Finds the source frames really shown. With a speed, the speed and the record duration decide, from source in on; without one, the
 * list's source in and out do. In reverse the range is mirrored, unless source out is only a place-holder (Avid writes one or two
 * frames): then source in is the first frame shown and motion runs down from it.
 */
export function retime(use: Use): Retimed {
  const speed = use.speed ?? rational(1);
  const step = multiply(speed, rateRatio(use.sourceRate, use.recordRate));
  if (use.recordFrames === 0 && use.sourceFrames === 0)
    return { shown: null, covered: null, speed, step, conflict: null };
  if (use.speed === null) return retimeUnsaid(use, speed, step);
  if (speed.num === 0) {
    return {
      shown: { first: use.sourceIn, last: use.sourceIn },
      covered: sourceRange(use.sourceIn, 1, step),
      speed,
      step,
      conflict: null,
    };
  }
  const wanted = multiply(absolute(step), rational(use.recordFrames));
  const agrees = isNear(Math.abs(use.sourceFrames), wanted, tolerance(use, step));
  const conflict = agrees ? null : { wanted, followed: 'speed' as const };
  if (use.recordFrames === 0) {
    return { ...listed(use), speed, step, conflict: { wanted, followed: 'source' } };
  }
  if (agrees && speed.num === speed.den && speed.num === 1)
    return { ...listed(use), speed, step, conflict: null };
  const entry = step.num > 0 ? use.sourceIn : reverseEntry(use, wanted, agrees);
  return {
    shown: shownFrames(entry, use.recordFrames, step),
    covered: sourceRange(entry, use.recordFrames, step),
    speed,
    step,
    conflict,
  };
}

/**
 * Speed of an M2: frames per second over the source's counting base; 47.952 over 23.976 is exactly 2. Where the written value is a
 * quarter multiple of the exact NTSC rate, that is what was meant.
 * @returns null when the text is no number
 */
export function readSpeed(text: string, rate: Rational): Rational | null {
  const value = parseRational(text);
  if (value === null) return null;
  const base = rational(nominalBase(rate));
  const decimals = /[.,](\d+)/.exec(text)?.[1]?.length ?? 0;
  if (compare(base, rate) === 0) return divide(value, base);
  const quarters = Math.round(toNumber(divide(value, rate)) * 4);
  const meant = multiply(rate, rational(quarters, 4));
  const halfUnit = rational(1, 2 * 10 ** decimals);
  const isWhole = compare(multiply(base, rational(quarters, 4)), value) === 0;
  if (quarters !== 0 && (isWhole || compare(absolute(subtract(value, meant)), halfUnit) <= 0))
    return rational(quarters, 4);
  return divide(value, base);
}

function retimeUnsaid(use: Use, speed: Rational, step: Rational): Retimed {
  const wanted = multiply(step, rational(use.recordFrames));
  if (use.sourceFrames === 0) {
    return {
      shown: { first: use.sourceIn, last: use.sourceIn + Math.max(1, Math.floor(toNumber(wanted))) - 1 },
      covered: sourceRange(use.sourceIn, Math.max(1, use.recordFrames), step),
      speed,
      step,
      conflict: { wanted, followed: 'record' },
    };
  }
  if (use.sourceFrames < 0) {
    const reverse = { num: -step.num, den: step.den };
    return { ...listed(use), speed: rational(-1), step: reverse, conflict: { wanted, followed: 'source' } };
  }
  const slack =
    compare(rateRatio(use.sourceRate, use.recordRate), rational(1)) === 0 ? rational(0) : rational(1);
  const agrees = isNear(use.sourceFrames, wanted, slack);
  return { ...listed(use), speed, step, conflict: agrees ? null : { wanted, followed: 'source' } };
}

/** The frames between the list's in and exclusive out; down from in when out lies before it. */
function listed(use: Use): Pick<Retimed, 'shown' | 'covered'> {
  if (use.sourceFrames < 0) {
    const last = use.sourceIn + use.sourceFrames + 1;
    return {
      shown: { first: use.sourceIn, last },
      covered: { start: rational(last), end: rational(use.sourceIn + 1) },
    };
  }
  const last = use.sourceIn + Math.max(1, use.sourceFrames) - 1;
  return {
    shown: { first: use.sourceIn, last },
    covered: { start: rational(use.sourceIn), end: rational(last + 1) },
  };
}

/** Source frames per record frame at normal speed: 23.976 in a 24 list (and the like) is conformed frame for frame, although the clocks differ by 0.1 %. */
function rateRatio(sourceRate: Rational, recordRate: Rational): Rational {
  return nominalBase(sourceRate) === nominalBase(recordRate) ? rational(1) : divide(sourceRate, recordRate);
}

/**
 * Frames from source in to the exclusive source out. Out before in is the next day, unless the day would be far longer than the use
 * and the way back is not: then the list writes reverse, and the number is negative.
 * @param day frames in 24 h at the source's counting
 */
export function sourceDistance(
  sourceIn: number,
  sourceOut: number,
  recordFrames: number,
  rate: Rational,
  day: number,
): number {
  const distance = sourceOut - sourceIn;
  if (distance >= 0) return distance;
  const plausible = Math.max(recordFrames * 8, nominalBase(rate) * 600);
  return distance + day <= plausible || -distance > plausible ? distance + day : distance;
}

/**
 * The first frame shown in reverse (the highest). A list whose durations agree, or are equal although the speed is not 1, gives the
 * range from source in up: its mirror begins at the top. Otherwise source out is a place-holder, and source in (or the M2's own
 * timecode, when that lies at the end) is where motion begins.
 */
function reverseEntry(use: Use, wanted: Rational, agrees: boolean): number {
  if (use.sourceFrames < 0) return use.sourceIn;
  const out = use.sourceIn + use.sourceFrames;
  if (use.motionAt !== null && use.sourceFrames > 1 && (use.motionAt === out || use.motionAt === out - 1))
    return out - 1;
  if (agrees && use.sourceFrames >= 1) return out - 1;
  if (use.sourceFrames === use.recordFrames && use.sourceFrames > 2) {
    return use.sourceIn + Math.ceil(toNumber(wanted)) - 1;
  }
  return use.sourceIn;
}

/** How far source and speed may disagree: rounding of both ends, of the M2's one decimal, and frames skipped at the end of a fast use. */
function tolerance(use: Use, step: Rational): Rational {
  const base = nominalBase(use.sourceRate);
  const quantized = rational(use.recordFrames, 20 * base);
  const skipped =
    compare(absolute(step), rational(1)) > 0 ? subtract(absolute(step), rational(1)) : rational(0);
  return add(add(quantized, skipped), rational(1));
}

function isNear(frames: number, wanted: Rational, slack: Rational): boolean {
  return compare(absolute(subtract(rational(frames), wanted)), slack) <= 0;
}
