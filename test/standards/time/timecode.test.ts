import { describe, expect, it } from 'vitest';
import { allowsDropFrame, nominalBase, parseFrameRate } from '../../../standards/time/frame-rate.ts';
import {
  advance,
  formatTimecode,
  framesBetween,
  framesPerDay,
  parseTimecode,
  type Timecode,
} from '../../../standards/time/timecode.ts';

const RATES = ['23.976', '24', '25', '29.97', '30', '47.952', '48', '50', '59.94', '60', '119.88', '120'].map(
  (text) => parseFrameRate(text)!,
);

function at(text: string, rate: string, dropFrame = false): Timecode {
  const reading = parseTimecode(text, parseFrameRate(rate)!, dropFrame);
  if (!reading.ok) throw new Error(reading.sentence);
  return reading.timecode;
}

function refusal(text: string, rate: string, dropFrame = false): string {
  const reading = parseTimecode(text, parseFrameRate(rate)!, dropFrame);
  return reading.ok ? 'legal' : reading.reason;
}

describe('timecode', () => {
  it('counts 23.976 like 24', () => {
    expect(at('01:00:00:00', '23.976').frames).toBe(86400);
    expect(at('01:00:00:00', '24').frames).toBe(86400);
  });

  it('skips two numbers a minute but not at the tenth in drop-frame', () => {
    expect(at('00:00:59;29', '29.97').frames + 1).toBe(at('00:01:00;02', '29.97').frames);
    expect(at('00:09:59;29', '29.97').frames + 1).toBe(at('00:10:00;00', '29.97').frames);
    expect(at('01:00:00;00', '29.97').frames).toBe(107892);
    expect(at('00:01:00;04', '59.94').frames).toBe(3600);
    expect(at('00:01:00:008', '119.88', true).frames).toBe(7200);
  });

  it('is frame, text, frame at every frame around every minute of the day, at every rate', () => {
    for (const rate of RATES) {
      for (const dropFrame of allowsDropFrame(rate) ? [false, true] : [false]) {
        const day = framesPerDay(rate, dropFrame);
        const minute = nominalBase(rate) * 60;
        for (let frame = 0; frame < day; frame += frame % minute === 9 ? minute - 18 : 1) {
          const text = formatTimecode({ frames: frame, rate, dropFrame });
          const reading = parseTimecode(text, rate);
          if (!reading.ok || reading.timecode.frames !== frame || reading.timecode.dropFrame !== dropFrame) {
            expect.fail(`${text} at ${rate.num}/${rate.den} is not frame ${frame}`);
          }
        }
      }
    }
  });

  it('names what cannot exist', () => {
    expect(refusal('00:01:00;00', '29.97')).toBe('dropped-number');
    expect(refusal('00:01:00;03', '59.94')).toBe('dropped-number');
    expect(refusal('00:10:00;00', '29.97')).toBe('legal');
    expect(refusal('00:01:00:00', '29.97')).toBe('legal');
    expect(refusal('00:01:00:00', '29.97', true)).toBe('dropped-number');
    expect(refusal('01:00:00:24', '24')).toBe('frame-beyond-rate');
    expect(refusal('01:60:00:00', '24')).toBe('field-out-of-range');
    expect(refusal('01:00:61:00', '24')).toBe('field-out-of-range');
    expect(refusal('48:00:00:00', '24')).toBe('field-out-of-range');
    expect(refusal('01:00:00;00', '24')).toBe('drop-frame-not-allowed');
    for (const text of ['', '1:2:3', 'aa:bb:cc:dd', '01:00:00', '01:00:00:00:00', '-1:00:00:00'])
      expect(refusal(text, '24'), text).toBe('malformed');
  });

  it('reads the separators that systems write', () => {
    expect(at('01;00;00;02', '29.97').dropFrame).toBe(true);
    expect(at('01:00:00,02', '29.97').dropFrame).toBe(true);
    expect(at('01:00:00.02', '29.97').dropFrame).toBe(false);
    expect(at('1:00:00:02', '25').frames).toBe(90002);
  });

  it('runs over midnight in both directions', () => {
    expect(formatTimecode(advance(at('23:59:59:23', '24'), 1))).toBe('00:00:00:00');
    expect(formatTimecode(advance(at('00:00:00:00', '24'), -1))).toBe('23:59:59:23');
    expect(formatTimecode(advance(at('23:59:59;29', '29.97'), 1))).toBe('00:00:00;00');
    expect(framesBetween(at('23:59:59:00', '24'), at('00:00:01:00', '24'))).toBe(48);
    expect(at('25:00:00:00', '24').frames).toBe(at('01:00:00:00', '24').frames);
    expect(at('24:00:00:00', '24').frames).toBe(0);
  });
});
