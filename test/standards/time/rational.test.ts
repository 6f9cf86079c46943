import { describe, expect, it } from 'vitest';
import {
  add,
  ceil,
  compare,
  divide,
  floor,
  formatRational,
  isEqual,
  multiply,
  parseRational,
  rational,
} from '../../../standards/time/rational.ts';

describe('exact fractions', () => {
  it('are kept in lowest terms with a positive denominator', () => {
    expect(rational(48000, 2002)).toEqual({ num: 24000, den: 1001 });
    expect(rational(1, -2)).toEqual({ num: -1, den: 2 });
    expect(rational(0, 5)).toEqual({ num: 0, den: 1 });
  });

  it('refuse a zero denominator and numbers that a float would round', () => {
    expect(() => rational(1, 0)).toThrow(RangeError);
    expect(() => rational(2n ** 60n, 1n)).toThrow(RangeError);
  });

  it('round toward minus infinity and plus infinity, also below zero', () => {
    expect([floor(rational(-1, 2)), ceil(rational(-1, 2))]).toEqual([-1, 0]);
    expect([floor(rational(7, 2)), ceil(rational(7, 2))]).toEqual([3, 4]);
    expect([floor(rational(4)), ceil(rational(4))]).toEqual([4, 4]);
  });

  it('stay exact where floats do not', () => {
    const tenth = rational(1, 10);
    expect(add(add(tenth, tenth), tenth)).toEqual(rational(3, 10));
    expect(isEqual(multiply(rational(24000, 1001), rational(1001, 24000)), rational(1))).toBe(true);
    expect(compare(rational(24000, 1001), rational(23976, 1000))).toBe(1);
    expect(divide(rational(-3), rational(-6))).toEqual(rational(1, 2));
  });

  it('are read as written, digit for digit', () => {
    expect(parseRational('23.976')).toEqual(rational(2997, 125));
    expect(parseRational('24000/1001')).toEqual(rational(24000, 1001));
    expect(parseRational('-092.8')).toEqual(rational(-464, 5));
    expect(parseRational('000.0')).toEqual(rational(0));
    expect(parseRational('29,97')).toEqual(rational(2997, 100));
    for (const text of ['', '.', 'abc', '1/0', '24/', '1e3', '99999999999999999999.123456789'])
      expect(parseRational(text)).toBeNull();
  });

  it('are written so that reading gives them back', () => {
    for (const value of [rational(24), rational(24000, 1001), rational(-1, 3)]) {
      expect(parseRational(formatRational(value).replace('-', '')), formatRational(value)).toEqual({
        ...value,
        num: Math.abs(value.num),
      });
    }
    expect(formatRational(rational(30000, 1001))).toBe('30000/1001');
  });
});
