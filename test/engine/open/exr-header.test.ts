import { describe, expect, it } from 'vitest';
import { frameTimecode, timecodeBits } from '../../../engine/open/exr-header.ts';
import type { Rational } from '../../../schemas/rational.ts';
import type { PictureHeader } from '../../../schemas/segment-job.ts';
import { formatTimecode } from '../../../standards/time/timecode.ts';

const header = (
  startTimecode: string,
  framesPerSecond: Rational,
  other: Partial<PictureHeader> = {},
): PictureHeader => ({ startTimecode, framesPerSecond, strings: {}, numbers: {}, ...other });
const at = (from: PictureHeader, frame: number) => formatTimecode(frameTimecode(from, frame)!);
const NTSC = { num: 30000, den: 1001 };

describe('the timecode of a frame', () => {
  it('runs on from the clip start and wraps at midnight', () => {
    expect(at(header('23:59:59:22', { num: 24, den: 1 }), 0)).toBe('23:59:59:22');
    expect(at(header('23:59:59:22', { num: 24, den: 1 }), 2)).toBe('00:00:00:00');
  });

  it('skips the dropped numbers, but not in a tenth minute', () => {
    expect(at(header('01:00:59;29', NTSC), 1)).toBe('01:01:00;02');
    expect(at(header('01:09:59;29', NTSC), 1)).toBe('01:10:00;00');
    expect(at(header('23:59:59;29', NTSC), 1)).toBe('00:00:00;00');
  });

  it('is drop-frame when the header says so, though the text has a colon', () => {
    expect(at(header('01:00:59:29', NTSC, { dropFrame: true }), 1)).toBe('01:01:00;02');
  });

  it('counts in its own base where that is not the frame rate', () => {
    expect(at(header('01:00:00:23', { num: 48, den: 1 }, { timecodeBase: 24 }), 1)).toBe('01:00:01:00');
  });

  it('that cannot exist is refused in words', () => {
    expect(() => frameTimecode(header('01:00:00:24', { num: 24, den: 1 }), 0)).toThrow(
      /startTimecode.*frame numbers end at 23/,
    );
    expect(() => frameTimecode({ startTimecode: '01:00:00:00', strings: {}, numbers: {} }, 0)).toThrow(
      /no rate/,
    );
  });
});

describe('the timecode as OpenEXR packs it', () => {
  const bits = (text: string, rate: Rational, frame = 0) =>
    timecodeBits(frameTimecode(header(text, rate), frame)!)
      .toString(16)
      .padStart(8, '0');

  it('is binary coded decimal, with the drop-frame flag in bit 6', () => {
    expect(bits('12:34:56:21', { num: 24, den: 1 })).toBe('12345621');
    expect(bits('12:34:56;28', NTSC)).toBe('12345668');
  });

  it('counts pairs above 30 frames a second, the second of a pair in bit 15', () => {
    expect(bits('10:00:00:47', { num: 48, den: 1 })).toBe('10008023');
    expect(bits('10:00:00:58', { num: 60, den: 1 })).toBe('10000029');
  });

  it('counts fours at 120 frames a second, because two digits of frames hold no more', () => {
    expect(bits('10:00:00:119', { num: 120, den: 1 })).toBe('10000029');
  });
});
