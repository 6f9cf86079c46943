import type { CutList } from '../../schemas/cut-list.ts';
import type { Rational } from '../../schemas/rational.ts';
import type { EventMatch } from '../../schemas/turnover.ts';
import { type Problem, problem } from '../../standards/cutlist/problem.ts';
import { nominalBase } from '../../standards/time/frame-rate.ts';
import { formatRational, isEqual, rational } from '../../standards/time/rational.ts';
import type { MatchClip } from './match-clip.ts';

/** The rate of a list that tells none, and what a person must be asked; null when not even a guess can be made. */
export type FoundRate = { rate: Rational | null; problems: Problem[] };

/**
 * Infers the rate of a list that tells none. The frame numbers of its record side bound it, the media it asks for tells which of the
 * rates that count alike; where the two contradict each other, or the media disagree and the numbers leave a doubt, a person is asked.
 */
export function rateOfMedia(
  list: CutList,
  matches: readonly EventMatch[],
  clips: readonly MatchClip[],
): FoundRate {
  const used = new Set(matches.flatMap((match) => match.clipId ?? []));
  const rates = clips.filter((clip) => used.has(clip.clipId)).map((clip) => clip.frameRate);
  const numbers = list.inferredRate ?? null;
  if (rates.length === 0 || numbers === null) return { rate: null, problems: [] };
  const [first] = rates;
  const one = rates.every((rate) => isEqual(rate, first!)) ? first! : null;
  const counted = nominalBase(numbers.rate);
  const alike = rates.filter((rate) => nominalBase(rate) === counted);
  const [beside] = alike;
  if (beside && (one || numbers.certain) && alike.every((rate) => isEqual(rate, beside)))
    return { rate: beside, problems: [] };
  if (numbers.certain) return { rate: besideMedia(numbers.rate, rates), problems: [] };
  const taken = one !== null && nominalBase(one) > counted ? one : besideMedia(numbers.rate, rates);
  return { rate: taken, problems: [askedFor(taken, numbers.because, rates)] };
}

/** Of two rates that count alike, the one that keeps time with the media: a cut of 59.94 media that counts to 23 is 23.976. */
function besideMedia(rate: Rational, media: readonly Rational[]): Rational {
  const isNtsc = media.every((one) => one.den === 1001);
  return isNtsc && rate.den === 1 && [24, 30, 48, 60, 120].includes(rate.num)
    ? rational(rate.num * 1000, 1001)
    : rate;
}

function askedFor(taken: Rational, because: string, media: readonly Rational[]): Problem {
  const told = [...new Set(media.map(formatRational))].join(', ');
  return problem(
    'cut-list-rate-unknown',
    { line: 0 },
    {
      what: `its frame rate is not told and does not follow from the media (${told}); ${formatRational(taken)} was taken, because ${because}.`,
      why: 'At another rate the record lengths are others, and with them the ranges of retimed events.',
      fix: 'Tell it with --fps.',
    },
    { assumed: taken, media },
  );
}
