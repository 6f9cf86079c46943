import { describe, expect, test } from 'vitest';
import { makeMov } from '../../engine/inspect/make-mov.ts';
import { makeCine, makeGpmf, makeMlv, makeRtmd } from '../../engine/inspect/make-recordings.ts';
import { codes, inspectBytes, values } from './inspect-bytes.ts';

const r = (num: number, den = 1) => ({ num, den });

describe('a Phantom recording', () => {
  test('has its counts, size and sensor rate from its own header', async () => {
    const clip = await inspectBytes({
      'shot.cine': makeCine({ images: 5, framesPerSecond: 1000, shutterNs: 500_000 }),
    });
    expect(values(clip, 'frameCount', 'captureRate', 'imageSize', 'exposureTime', 'recordedAt')).toEqual({
      frameCount: 5,
      captureRate: r(1000),
      imageSize: { width: 1280, height: 800 },
      exposureTime: 0.0005,
      recordedAt: '2023-11-14T22:13:20Z',
    });
    expect(codes(clip)).not.toContain('file-truncated');
  });

  test('that lacks its last picture is cut off', async () => {
    const whole = makeCine({ images: 5 });
    for (const lost of [1, 72, 200]) {
      const clip = await inspectBytes({ 'shot.cine': whole.subarray(0, whole.length - lost) });
      expect(clip.findings.find((f) => f.code === 'file-truncated')?.technical).toMatchObject({
        actualBytes: whole.length - lost,
      });
    }
  });
});

describe('a Magic Lantern recording', () => {
  test('has as many frames as it holds, at the rate of the sensor', async () => {
    const clip = await inspectBytes({ 'M19.mlv': makeMlv({ announced: 4, held: 4 }) });
    expect(values(clip, 'frameCount', 'captureRate')).toEqual({ frameCount: 4, captureRate: r(60000, 1001) });
    expect(codes(clip)).not.toContain('file-truncated');
  });

  test('that announces more frames than it holds is cut off, and the held ones count', async () => {
    const clip = await inspectBytes({ 'M19.mlv': makeMlv({ announced: 192, held: 3 }) });
    expect(clip.fields.frameCount).toMatchObject({ value: 3, alternatives: [{ value: 192 }] });
    expect(clip.findings.find((f) => f.code === 'file-truncated')?.forPeople).toContain(
      '192 frames are announced, 3 are there whole',
    );
  });

  test('whose header was never completed counts what it holds', async () => {
    const clip = await inspectBytes({ 'M19.mlv': makeMlv({ announced: 0, held: 3 }) });
    expect(clip.fields.frameCount?.value).toBe(3);
    expect(codes(clip)).not.toContain('file-truncated');
  });
});

describe('GoPro telemetry', () => {
  const payloads = [
    makeGpmf({ shutter: [0.01, 0.01], iso: [100, 200], kelvin: [5600] }),
    makeGpmf({ shutter: [0.02], iso: [400], kelvin: [5600] }),
  ];

  test('tells the settings of the first frame, and the range where they change over the take', async () => {
    const clip = await inspectBytes({
      'GX010001.MP4': makeMov({ brand: 'mp41', timed: { format: 'gpmd', payloads } }),
    });
    expect(values(clip, 'cameraMake', 'cameraModel')).toEqual({
      cameraMake: 'GoPro',
      cameraModel: 'Hero6 Black',
    });
    expect(clip.fields.isoSpeed).toMatchObject({ value: 100, range: { min: 100, max: 400 } });
    expect(clip.fields.exposureTime).toMatchObject({ value: 0.01, range: { min: 0.01, max: 0.02 } });
    expect(clip.fields.whiteBalance).toMatchObject({ value: 5600, scope: 'perFrame-summary' });
    expect(clip.fields.whiteBalance).not.toHaveProperty('range');
  });

  test('of many payloads is looked at in a few, first and last among them', async () => {
    const many = Array.from({ length: 500 }, (_, i) => makeGpmf({ iso: [100 + i] }));
    const clip = await inspectBytes({
      'GX010001.MP4': makeMov({ brand: 'mp41', timed: { format: 'gpmd', payloads: many } }),
    });
    expect(clip.fields.isoSpeed).toMatchObject({ value: 100, range: { min: 100, max: 599 } });
  });

  test('of a device that only calls itself a camera gives the maker and no model', async () => {
    const clip = await inspectBytes({ 'a.gpmf': makeGpmf({ device: 'Camera', shutter: [0.01] }) });
    expect(values(clip, 'cameraMake', 'cameraModel')).toEqual({ cameraMake: 'GoPro', cameraModel: null });
  });
});

describe("Sony's metadata track", () => {
  const samples = [
    makeRtmd({ fStop: 2.8, iso: 800, shutter: 50, gain: 6, serial: 'ILCE-7SM3 5072108' }),
    makeRtmd({ fStop: 2.8, iso: 1600, shutter: 100, gain: 12, serial: 'ILCE-7SM3 5072108' }),
  ];

  test('tells the settings of the first frame, their range, and the camera', async () => {
    const clip = await inspectBytes({
      'C0001.MP4': makeMov({ brand: 'mp42', timed: { format: 'rtmd', payloads: samples } }),
    });
    expect(values(clip, 'cameraMake', 'cameraModel', 'cameraSerialNumber', 'fStop', 'captureRate')).toEqual({
      cameraMake: 'Sony',
      cameraModel: 'ILCE-7SM3',
      cameraSerialNumber: '5072108',
      fStop: 2.8,
      captureRate: r(24000, 1001),
    });
    expect(clip.fields.isoSpeed).toMatchObject({ value: 800, range: { min: 800, max: 1600 } });
    expect(clip.fields.exposureTime).toMatchObject({ value: 0.02, range: { min: 0.01, max: 0.02 } });
    expect(clip.fields.fStop).not.toHaveProperty('range');
  });

  test('that is cut off in a sample tells what stands before', async () => {
    const cut = samples[0]!.subarray(0, 64);
    const clip = await inspectBytes({
      'C0001.MP4': makeMov({ brand: 'mp42', timed: { format: 'rtmd', payloads: [cut] } }),
    });
    expect(values(clip, 'cameraMake', 'fStop', 'isoSpeed')).toEqual({
      cameraMake: 'Sony',
      fStop: 2.8,
      isoSpeed: null,
    });
  });
});

describe('two time code tracks', () => {
  const first = { startFrame: 86400, timescale: 24, frameDuration: 1, numberOfFrames: 24 };

  test('that disagree are both kept, the first is taken, and the disagreement is told', async () => {
    const clip = await inspectBytes({
      'A001.mov': makeMov({ timecode: first, secondTimecode: { ...first, startFrame: 86401 } }),
    });
    expect(clip.fields.startTimecode).toMatchObject({
      value: '01:00:00:00',
      alternatives: [{ value: '01:00:00:01' }],
    });
    expect(codes(clip)).toContain('timecode-conflict');
  });

  test('that agree are no disagreement', async () => {
    const clip = await inspectBytes({ 'A001.mov': makeMov({ timecode: first, secondTimecode: first }) });
    expect(codes(clip)).not.toContain('timecode-conflict');
  });
});
