import { expect, it } from 'vitest';
import { allowsDropFrame, parseFrameRate } from '../../standards/time/frame-rate.ts';
import { formatTimecode, framesPerDay, parseTimecode } from '../../standards/time/timecode.ts';
import { askSecondReader, left } from './cutlist-second-reader.ts';

/** OpenTimelineIO's opentime knows no timecode above 60. */
const RATES = ['23.976', '24', '25', '29.97', '30', '47.952', '48', '50', '59.94', '60'];

it('timecode is frame for frame that of opentime, around every minute and at random, in both directions', () => {
  let state = 11;
  const random = (below: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state % below;
  };
  const items = RATES.flatMap((text) => {
    const rate = parseFrameRate(text)!;
    return (allowsDropFrame(rate) ? [false, true] : [false]).flatMap((drop) => {
      // opentime wraps non-drop counting at 24 hours of the clock, 86 seconds of timecode too early, at NTSC rates.
      const day = drop ? framesPerDay(rate, drop) : Math.floor((86_400 * rate.num) / rate.den);
      const minute = Math.ceil(rate.num / rate.den) * 60;
      const near = Array.from({ length: 240 }, (_, at) => at * minute + (at % 9) - 4).filter(
        (frame) => frame >= 0,
      );
      return [...near, ...Array.from({ length: 3000 }, () => random(day))].map((frames) => ({
        exact: rate,
        rate: rate.num / rate.den,
        drop,
        frames,
        text: formatTimecode({ frames, rate, dropFrame: drop }),
      }));
    });
  });
  const answers = askSecondReader<{ frames: number; text: string }[]>({
    ask: 'timecodes',
    items: items.map(({ rate, drop, frames, text }) => ({ rate, drop, frames, text })),
  });
  if (answers === null) return left('OpenTimelineIO is not installed');
  const wrong = items.filter((item, at) => {
    const reading = parseTimecode(item.text, item.exact);
    return (
      answers[at]!.text !== item.text ||
      answers[at]!.frames !== item.frames ||
      !reading.ok ||
      reading.timecode.frames !== item.frames
    );
  });
  expect(items.length).toBeGreaterThan(30_000);
  expect(wrong.slice(0, 5)).toEqual([]);
});
