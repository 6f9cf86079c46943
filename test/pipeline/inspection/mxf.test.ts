import { describe, expect, test } from 'vitest';
import { makeMxf } from '../../engine/inspect/make-mxf.ts';
import { inspectBytes, values } from './inspect-bytes.ts';

describe('an MXF clip', () => {
  test('has timecode and reel of the tape behind it, and the material package that starts at zero is named', async () => {
    const clip = await inspectBytes({
      'V01.mxf': makeMxf({
        rate: [25, 1],
        material: { start: 0, base: 25 },
        tape: { name: 'Example tape', timecode: { start: 90000, base: 25 }, clipStart: 250 },
      }),
    });
    expect(values(clip, 'startTimecode', 'reelName', 'tapeName', 'frameRate', 'frameCount')).toEqual({
      startTimecode: '01:00:10:00',
      reelName: 'Example tape',
      tapeName: 'Example tape',
      frameRate: { num: 25, den: 1 },
      frameCount: 48,
    });
    expect(clip.findings.find((f) => f.code === 'timecode-conflict')).toMatchObject({
      technical: {
        values: [
          { value: '01:00:10:00', place: 'mxfTape' },
          { value: '00:00:00:00', place: 'mxfMaterial' },
        ],
      },
    });
    expect(clip.fields.timecodes?.value).toHaveLength(2);
  });

  test('counts drop-frame where its timecode component says so', async () => {
    const clip = await inspectBytes({
      'a.mxf': makeMxf({ rate: [30000, 1001], material: { start: 109652, base: 30, dropFrame: true } }),
    });
    expect(clip.fields.startTimecode?.value).toBe('01:00:58;20');
  });

  test('of 59.94 frames a second may count by 30', async () => {
    const clip = await inspectBytes({
      'a.mxf': makeMxf({
        rate: [60000, 1001],
        frames: 120,
        material: { start: 1800, base: 30, dropFrame: true },
      }),
    });
    expect(values(clip, 'startTimecode', 'endTimecode', 'timecodeRate', 'frameRate')).toEqual({
      startTimecode: '00:01:00;02',
      endTimecode: '00:01:02;01',
      timecodeRate: { num: 30000, den: 1001 },
      frameRate: { num: 60000, den: 1001 },
    });
  });

  test('that stores fields has the height of both', async () => {
    const clip = await inspectBytes({ 'a.mxf': makeMxf({ storedHeight: 540, frameLayout: 1 }) });
    expect(values(clip, 'imageSize', 'scanType')).toEqual({
      imageSize: { width: 1920, height: 1080 },
      scanType: 'interlaced',
    });
  });

  test('that was still being written is read by its footer', async () => {
    const clip = await inspectBytes({ 'a.mxf': makeMxf({ status: 1, metadataInFooter: true, frames: 77 }) });
    expect(clip.fields.frameCount?.value).toBe(77);
  });

  test('keeps ARRI metadata sets', async () => {
    const json = [
      { schema: 'camera_device', value: { cameraModel: 'ARRI ALEXA 35', cameraSerialNumber: '70253' } },
      { schema: 'lens_device', value: { lensModel: 'S7i 32', lensSqueezeFactor: '2/1' } },
    ];
    const clip = await inspectBytes({ 'a.mxf': makeMxf({ company: 'ARRI', json }) });
    expect(values(clip, 'cameraMake', 'cameraModel', 'lensModel', 'lensSqueeze')).toEqual({
      cameraMake: 'ARRI',
      cameraModel: 'ALEXA 35',
      lensModel: 'S7i 32',
      lensSqueeze: { num: 2, den: 1 },
    });
  });

  test('is identified by its UMID, wherever it lies', async () => {
    const bytes = makeMxf();
    const [a, b] = [await inspectBytes({ 'x/a.mxf': bytes }), await inspectBytes({ 'y/b.mxf': bytes })];
    expect(a.fields.clipId?.value).toBe(b.fields.clipId?.value);
  });
});
