import { type Judgement, openJudging } from '../../../pipeline/validation/judge.ts';
import type { ComparedPicture } from '../../../pipeline/validation/picture.ts';
import type { Thresholds } from '../../../schemas/engine.ts';

/** Judges two sets of frames that are in memory, as the gate does it with files: pairs in the order of the first set. */
export function judge(
  a: readonly ComparedPicture[],
  b: readonly ComparedPicture[],
  thresholds: Thresholds,
  headersCount = true,
): Judgement {
  const judging = openJudging(thresholds, { headersCount });
  for (const first of a) {
    const second = b.find(({ frame }) => frame === first.frame);
    if (second) judging.take(first, second);
  }
  const [numbersA, numbersB] = [a, b].map((set) => set.map(({ frame }) => frame));
  return judging.verdict(numbersA!, numbersB!);
}
