import type { Rational } from '../../schemas/rational.ts';
import { nominalBase } from '../time/frame-rate.ts';
import {
  absolute,
  add,
  ceil,
  compare,
  divide,
  floor,
  multiply,
  negate,
  rational,
  subtract,
} from '../time/rational.ts';
import { framesHolding, type ShownFrames, shownFrames, sourceRange } from '../time/source-range.ts';

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

/** The frames of a use, in the order of showing, and how they were found. */
export type Retimed = {
  /** Null when nothing is shown. */
  shown: ShownFrames | null;
  speed: Rational;
  /** Source frames per record frame: the speed times the ratio of the rates. */
  step: Rational;
  /** Source, record and speed contradict each other: source frames that speed and record want, and what was followed. */
  conflict: { wanted: Rational; followed: 'speed' | 'source' | 'record' } | null;
};

/**
 * Finds the source frames of a use. Where the list's source range agrees with its speed, it is the answer, mirrored in reverse. Where they
 * contradict each other, the speed wins: the range runs from source in over the record length times the speed, rounded outward. Without
 * a speed the list's range stands.
 */
export function retime(use: Use): Retimed {
  const speed = use.speed ?? rational(1);
  const step = multiply(speed, rateRatio(use.sourceRate, use.recordRate));
  const done = (shown: ShownFrames | null, conflict: Retimed['conflict'] = null): Retimed => ({
    shown,
    speed,
    step,
    conflict,
  });
  if (use.recordFrames === 0 && use.sourceFrames === 0) return done(null);
  if (speed.num === 0) return done({ first: use.sourceIn, last: use.sourceIn });
  const wanted = multiply(absolute(step), rational(use.recordFrames));
  if (use.speed === null) return retimeUnsaid(use, wanted, done);
  if (use.recordFrames === 0) return done(listed(use, step), { wanted, followed: 'source' });
  if (agreesWithSpeed(use, step, wanted)) return done(listed(use, step));
  const entry = step.num > 0 ? use.sourceIn : reverseEntry(use, wanted);
  return done(shownFrames(framesHolding(sourceRange(entry, use.recordFrames, step)), step), {
    wanted,
    followed: 'speed',
  });
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

function retimeUnsaid(
  use: Use,
  wanted: Rational,
  done: (shown: ShownFrames, conflict?: Retimed['conflict']) => Retimed,
): Retimed {
  if (use.sourceFrames === 0) {
    const last = use.sourceIn + Math.max(1, floor(wanted)) - 1;
    return done({ first: use.sourceIn, last }, { wanted, followed: 'record' });
  }
  if (use.sourceFrames < 0) {
    const { step } = done({ first: 0, last: 0 });
    return {
      shown: listed(use, negate(step)),
      speed: rational(-1),
      step: negate(step),
      conflict: { wanted, followed: 'source' },
    };
  }
  const slack = rational(compare(rateRatio(use.sourceRate, use.recordRate), rational(1)) === 0 ? 0 : 1);
  const agrees = compare(absolute(subtract(rational(use.sourceFrames), wanted)), slack) <= 0;
  return done(listed(use, rational(1)), agrees ? null : { wanted, followed: 'source' });
}

/** The frames between the list's in and exclusive out; down from in when out lies before it, from the top when the step is negative. */
function listed(use: Use, step: Rational): ShownFrames {
  if (use.sourceFrames < 0) return { first: use.sourceIn, last: use.sourceIn + use.sourceFrames + 1 };
  return shownFrames({ first: use.sourceIn, last: use.sourceIn + Math.max(1, use.sourceFrames) - 1 }, step);
}

/** Source frames per record frame at normal speed: 23.976 in a 24 list (and the like) is conformed frame for frame, although the clocks differ by 0.1 %. */
function rateRatio(sourceRate: Rational, recordRate: Rational): Rational {
  return nominalBase(sourceRate) === nominalBase(recordRate) ? rational(1) : divide(sourceRate, recordRate);
}

/**
 * Whether the list's source length can be what the speed shows: at least the frames from the first shown to the last, at most what the
 * speed covers and one frame more for blending, give or take the one decimal of an M2. Normal speed leaves no room.
 */
function agreesWithSpeed(use: Use, step: Rational, wanted: Rational): boolean {
  const length = rational(Math.abs(use.sourceFrames));
  if (compare(absolute(step), rational(1)) === 0) return compare(length, wanted) === 0;
  const rounding = rational(use.recordFrames, 20 * nominalBase(use.sourceRate));
  const shortest = subtract(subtract(wanted, absolute(step)), rounding);
  const longest = add(add(wanted, rational(1)), rounding);
  return compare(length, shortest) > 0 && compare(length, longest) <= 0;
}

/**
 * The first frame shown (the highest) of a reverse use whose source range contradicts its speed. Equal source and record lengths are a
 * range written without regard to speed: it runs from source in up, and motion begins at its top. Else source out is a place-holder
 * (Avid writes one or two frames): motion begins at source in, or where the M2 says when that is the end.
 */
function reverseEntry(use: Use, wanted: Rational): number {
  if (use.sourceFrames < 0) return use.sourceIn;
  const out = use.sourceIn + use.sourceFrames;
  if (use.motionAt !== null && use.sourceFrames > 1 && use.motionAt >= out - 1 && use.motionAt <= out)
    return out - 1;
  return use.sourceFrames === use.recordFrames && use.sourceFrames > 2
    ? use.sourceIn + ceil(wanted) - 1
    : use.sourceIn;
}
