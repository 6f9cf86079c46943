import { describe, expect, it } from 'vitest';
import { frameOfTimecode, framesPerDay, timecodeOfFrame } from '../../footage/record-timecode.ts';

const NTSC = { num: 30000, den: 1001 };
const FILM = { num: 24000, den: 1001 };

describe('timecode of the makers', () => {
  it('leaves out labels 00 and 01 of each minute but the tenth in drop-frame', () => {
    expect(timecodeOfFrame(1799, NTSC, true)).toBe('00:00:59;29');
    expect(timecodeOfFrame(1800, NTSC, true)).toBe('00:01:00;02');
    expect(timecodeOfFrame(17981, NTSC, true)).toBe('00:09:59;29');
    expect(timecodeOfFrame(17982, NTSC, true)).toBe('00:10:00;00');
    expect(frameOfTimecode('01:00:00;00', NTSC)).toBe(107892);
    expect(framesPerDay(NTSC, true)).toBe(2589408);
  });

  it('gives back each label of a drop-frame hour', () => {
    for (let frame = 0; frame < 107892; frame += 7)
      expect(frameOfTimecode(timecodeOfFrame(frame, NTSC, true), NTSC)).toBe(frame);
  });

  it('goes on at zero after midnight', () => {
    const last = frameOfTimecode('23:59:59:23', FILM);
    expect(timecodeOfFrame(last + 1, FILM, false)).toBe('00:00:00:00');
  });
});
