import { describe, expect, test } from 'vitest';
import { timecodeOfBcd } from '../../../pipeline/inspection/timecode-bcd.ts';
import { makeDpx, makeTiff } from '../../engine/inspect/make-headers.ts';
import { codes, inspectBytes, values } from './inspect-bytes.ts';

describe('numbered pictures', () => {
  test('DPX: timecode, rate and reel of the header, and the end from the last number', async () => {
    const files = Object.fromEntries(
      [0, 1, 3].map((i) => [`A001/A001C001.${1000 + i}.dpx`, makeDpx({ timecode: 0x10151200 + i })]),
    );
    const clip = await inspectBytes(files);
    expect(
      values(
        clip,
        'startTimecode',
        'endTimecode',
        'frameRate',
        'reelName',
        'frameCount',
        'durationFrames',
        'droppedFrames',
        'firstFrame',
        'lastFrame',
      ),
    ).toEqual({
      startTimecode: '10:15:12:00',
      endTimecode: '10:15:12:03',
      frameRate: { num: 24, den: 1 },
      reelName: 'A001R1AB',
      frameCount: 3,
      durationFrames: 4,
      droppedFrames: 1,
      firstFrame: 1000,
      lastFrame: 1003,
    });
    expect(codes(clip)).toEqual(['camera-unknown', 'frame-missing']);
  });

  test('DPX: a timecode that does not run with the frame numbers is told', async () => {
    const clip = await inspectBytes({
      'c.1.dpx': makeDpx({ timecode: 0x10151200 }),
      'c.2.dpx': makeDpx({ timecode: 0x10151205 }),
    });
    expect(clip.findings.find((f) => f.code === 'timecode-conflict')!.forPeople).toContain('10:15:12:05');
  });

  test('DPX: rate 0 and timecode 0 are "not set", and so are fields of all ones', async () => {
    for (const timecode of [0, 0xffffffff]) {
      const clip = await inspectBytes({ 'a.1.dpx': makeDpx({ timecode, rate: 0 }) });
      expect(values(clip, 'startTimecode', 'frameRate')).toEqual({ startTimecode: null, frameRate: null });
    }
    expect(
      (await inspectBytes({ 'a.1.dpx': makeDpx({ timecode: 0, rate: 24 }) })).fields.startTimecode?.value,
    ).toBe('00:00:00:00');
  });

  test('DPX: a file shorter than it announces is cut off', async () => {
    const whole = makeDpx({ bytes: 5000 });
    expect(codes(await inspectBytes({ 'a.1.dpx': whole.subarray(0, 3000) }))).toContain('file-truncated');
  });

  test('CinemaDNG: timecode bytes run from frames to hours, the rate is a fraction', async () => {
    const dng = makeTiff([
      [256, 4, [640]],
      [257, 4, [360]],
      [271, 2, 'Maker'],
      [272, 2, 'Camera One'],
      [50706, 1, [1, 4, 0, 0]],
      [51043, 1, [0x12, 0x59, 0x59, 0x23, 0, 0, 0, 0]],
      [51044, 10, [24000, 1001]],
      [51081, 2, 'A001'],
    ]);
    const clip = await inspectBytes({ 'A001_C001/A001_C001_000000.dng': dng });
    expect(
      values(
        clip,
        'startTimecode',
        'endTimecode',
        'frameRate',
        'reelName',
        'imageSize',
        'cameraModel',
        'codec',
      ),
    ).toMatchObject({
      startTimecode: '23:59:59:12',
      endTimecode: '23:59:59:12',
      frameRate: { num: 24000, den: 1001 },
      reelName: 'A001',
      imageSize: { width: 640, height: 360 },
      cameraModel: 'Camera One',
      codec: { family: 'cinemadng' },
    });
  });

  test('flag bits of BCD timecodes are no digits', () => {
    expect(timecodeOfBcd('01020352')).toEqual({ text: '01:02:03;12', dropFrame: true });
    expect(timecodeOfBcd('8182c392')).toEqual({ text: '01:02:43:12', dropFrame: false });
    expect(timecodeOfBcd('0a000000')).toBeNull();
  });

  test('at 48 and 60 frames a second, where nothing drops, the bit of drop-frame is a digit', () => {
    expect(timecodeOfBcd('01020347', { num: 48, den: 1 })).toEqual({ text: '01:02:03:47', dropFrame: false });
    expect(timecodeOfBcd('01020359', { num: 60, den: 1 })).toEqual({ text: '01:02:03:59', dropFrame: false });
    expect(timecodeOfBcd('01020352', { num: 60000, den: 1001 })).toEqual({
      text: '01:02:03;12',
      dropFrame: true,
    });
  });
});
