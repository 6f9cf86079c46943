import { describe, expect, it } from 'vitest';
import { comparePicture } from '../../../pipeline/validation/compare-picture.ts';
import { DEFAULT_THRESHOLDS } from '../../../pipeline/validation/judge.ts';
import { judge } from './judge-all.ts';
import { PICTURES, PLANTED, plant } from './many-pictures.ts';

/** Told where the cause is not proven: a change of colour without a name, or nothing that is known. */
const HONEST = ['colour', 'unexplained'];
/** Every picture meets every twelfth fault, each another dozen: all pairs are hundreds, and tell much the same. */
const EVERY = 12;

describe.each(PICTURES.map(([name, of], index) => [name, of, index] as const))('%s', (_, of, index) => {
  const [right] = plant(of(6), { name: 'nothing', is: [] });

  it.each(
    PLANTED.filter((__, k) => k === 0 || (k + index) % EVERY === 0).map((each) => [each.name, each] as const),
  )('%s is judged rightly, and never called by a wrong name', (__, planted) => {
    const [made] = plant(of(6), planted);
    const { passed, faults } = judge([right!], [made!], DEFAULT_THRESHOLDS);
    const { deltaItp, codeValues } = comparePicture(right!, made!);
    const isWithin = (['max', 'mean', 'p99'] as const).every(
      (key) =>
        deltaItp[key] <= DEFAULT_THRESHOLDS.deltaItp[key] &&
        codeValues[key] <= DEFAULT_THRESHOLDS.codeValues[key],
    );
    expect(passed).toBe(isWithin);
    const wrong = faults.filter(({ code }) => ![...planted.is, ...HONEST].includes(code));
    expect(wrong.map(({ code, forPeople }) => `${code}: ${forPeople}`)).toEqual([]);
  });
});
