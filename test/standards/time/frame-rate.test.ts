import { describe, expect, it } from 'vitest';
import {
  allowsDropFrame,
  droppedPerMinute,
  nominalBase,
  parseFrameRate,
} from '../../../standards/time/frame-rate.ts';
import { rational } from '../../../standards/time/rational.ts';

describe('frame rates', () => {
  it('are read as people and cameras print them, and become exact', () => {
    const ntsc24 = rational(24000, 1001);
    for (const text of ['23.976', '23.98', '23.98p', '23,976', '24000/1001', '23.976024', ' 23.976 fps']) {
      expect(parseFrameRate(text), text).toEqual(ntsc24);
    }
    expect(parseFrameRate('24')).toEqual(rational(24));
    expect(parseFrameRate('24.000')).toEqual(rational(24));
    expect(parseFrameRate('29.97 DF')).toEqual(rational(30000, 1001));
    expect(parseFrameRate('47.95')).toEqual(rational(48000, 1001));
    expect(parseFrameRate('59.94i')).toEqual(rational(60000, 1001));
    expect(parseFrameRate('119.88')).toEqual(rational(120000, 1001));
    expect(parseFrameRate('33')).toEqual(rational(33));
  });

  it('that are no rates are not guessed', () => {
    for (const text of ['', 'fast', '0', '-24', '5000', '24/0'])
      expect(parseFrameRate(text), text).toBeNull();
  });

  it('count in the next whole base', () => {
    expect(
      ['23.976', '24', '29.97', '47.952', '50', '59.94', '119.88', '120'].map((text) =>
        nominalBase(parseFrameRate(text)!),
      ),
    ).toEqual([24, 24, 30, 48, 50, 60, 120, 120]);
  });

  it('know drop-frame only at 29.97 and its doubles', () => {
    const yes = ['29.97', '59.94', '119.88'];
    const no = ['23.976', '24', '25', '30', '47.952', '48', '50', '60', '120'];
    for (const text of yes) expect(allowsDropFrame(parseFrameRate(text)!), text).toBe(true);
    for (const text of no) expect(allowsDropFrame(parseFrameRate(text)!), text).toBe(false);
    expect([30, 60, 120].map(droppedPerMinute)).toEqual([2, 4, 8]);
  });
});
