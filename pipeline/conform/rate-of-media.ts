import type { Rational } from '../../schemas/rational.ts';
import type { EventMatch } from '../../schemas/turnover.ts';
import { isEqual } from '../../standards/time/rational.ts';
import type { MatchClip } from './match-clip.ts';

/**
 * The one rate of all media that a list's events matched: the rate of a list that tells none.
 * Null when the media disagree or nothing matched: then a person tells it.
 */
export function rateOfMedia(matches: readonly EventMatch[], clips: readonly MatchClip[]): Rational | null {
  const used = new Set(matches.flatMap((match) => match.clipId ?? []));
  const rates = clips.filter((clip) => used.has(clip.clipId)).map((clip) => clip.frameRate);
  const [first] = rates;
  return first !== undefined && rates.every((rate) => isEqual(rate, first)) ? first : null;
}
