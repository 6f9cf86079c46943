import { describe, expect, test } from 'vitest';
import { makeMov } from '../../engine/inspect/make-mov.ts';
import { codes, inspectBytes, values } from './inspect-bytes.ts';

describe('a QuickTime clip', () => {
  test('has its timecode, reel, rate and size from its own atoms', async () => {
    const clip = await inspectBytes({
      'A001.mov': makeMov({
        timecode: {
          startFrame: 864000,
          timescale: 24,
          frameDuration: 1,
          numberOfFrames: 24,
          reel: 'A001R1AB',
        },
      }),
    });
    expect(
      values(
        clip,
        'startTimecode',
        'endTimecode',
        'reelName',
        'frameRate',
        'frameCount',
        'imageSize',
        'container',
      ),
    ).toEqual({
      startTimecode: '10:00:00:00',
      endTimecode: '10:00:01:23',
      reelName: 'A001R1AB',
      frameRate: { num: 24, den: 1 },
      frameCount: 48,
      imageSize: { width: 1920, height: 1080 },
      container: 'mov',
    });
    expect(clip.fields.startTimecode).toMatchObject({
      source: 'mov-atoms',
      place: 'tmcd',
      startFrame: 864000,
      rate: { num: 24, den: 1 },
      dropFrame: false,
    });
  });

  test.each([
    [24000, 1001, 24, false, 24, '00:00:01:00'],
    [24, 1, 24, false, 24, '00:00:01:00'],
    [25, 1, 25, false, 25, '00:00:01:00'],
    [30000, 1001, 30, true, 1800, '00:01:00;02'],
    [30000, 1001, 30, false, 1800, '00:01:00:00'],
    [30, 1, 30, false, 1800, '00:01:00:00'],
    [48000, 1001, 48, false, 48, '00:00:01:00'],
    [48, 1, 48, false, 48, '00:00:01:00'],
    [50, 1, 50, false, 50, '00:00:01:00'],
    [60000, 1001, 60, true, 3600, '00:01:00;04'],
    [60, 1, 60, false, 3600, '00:01:00:00'],
    [120000, 1001, 120, false, 120, '00:00:01:000'],
    [120, 1, 120, false, 120, '00:00:01:000'],
  ])(
    'counts at %i/%i with base %i, drop-frame %s: frame %i is %s',
    async (timescale, frameDuration, numberOfFrames, dropFrame, startFrame, expected) => {
      const clip = await inspectBytes({
        'a.mov': makeMov({
          timescale,
          durations: [[10, frameDuration]],
          timecode: { startFrame, timescale, frameDuration, numberOfFrames, dropFrame },
        }),
      });
      expect(clip.fields.startTimecode?.value).toBe(expected);
      expect(clip.fields.startTimecode?.startFrame).toBe(startFrame);
    },
  );

  test.each([
    ['23.976 counted by 24', [24000, 1001], [24, 1], 48, '01:00:01:23'],
    ['24 counted by 23.976', [24, 1], [24000, 1001], 48, '01:00:01:23'],
    ['50 counted by 25', [50, 1], [25, 1], 100, '01:00:01:24'],
    ['119.88 counted by 29.97', [120000, 1001], [30000, 1001], 240, '01:00:01:29'],
    ['47.952 counted by 23.976', [48000, 1001], [24000, 1001], 96, '01:00:01:23'],
  ] as const)(
    'of %s ends where its numbers do',
    async (_, [num, den], [timescale, frameDuration], frames, end) => {
      const base = Math.round(timescale / frameDuration);
      const clip = await inspectBytes({
        'a.mov': makeMov({
          timescale: num,
          durations: [[frames, den]],
          timecode: { startFrame: base * 3600, timescale, frameDuration, numberOfFrames: base },
        }),
      });
      expect(values(clip, 'startTimecode', 'endTimecode')).toEqual({
        startTimecode: '01:00:00:00',
        endTimecode: end,
      });
    },
  );

  test('that runs over midnight ends in the next day', async () => {
    const clip = await inspectBytes({
      'a.mov': makeMov({
        timecode: { startFrame: 24 * 3600 * 24 - 24, timescale: 24, frameDuration: 1, numberOfFrames: 24 },
      }),
    });
    expect(values(clip, 'startTimecode', 'endTimecode')).toEqual({
      startTimecode: '23:59:59:00',
      endTimecode: '00:00:00:23',
    });
  });

  test('writes 29 frames a second for 29.97: the base is that of the time scale, and the tool that believed the byte is named', async () => {
    const wrong = {
      media: {
        track: [
          {
            '@type': 'Other',
            Type: 'Time code',
            Format: 'QuickTime TC',
            FrameRate_Num: '30000',
            FrameRate_Den: '1001',
            TimeCode_FirstFrame: '20:07:02:06',
            TimeCode_DropFrame: 'No',
          },
        ],
      },
    };
    const clip = await inspectBytes(
      {
        'GX010001.MP4': makeMov({
          brand: 'mp41',
          timescale: 30000,
          durations: [[362, 1001]],
          timecode: { startFrame: 2100244, timescale: 30000, frameDuration: 1001, numberOfFrames: 29 },
        }),
      },
      { 'GX010001.MP4': [{ tool: 'mediainfo', output: wrong }] },
    );
    expect(clip.fields.startTimecode?.value).toBe('19:26:48:04');
    expect(clip.findings).toContainEqual(
      expect.objectContaining({
        code: 'timecode-conflict',
        technical: expect.objectContaining({ chosen: '19:26:48:04' }),
      }),
    );
    expect(clip.findings.find((f) => f.code === 'timecode-conflict')!.forPeople).toContain('20:07:02:06');
  });

  test('marked drop-frame at 25 frames a second has an impossible timecode, told and not trusted', async () => {
    const clip = await inspectBytes({
      'a.mov': makeMov({
        timescale: 25,
        timecode: { startFrame: 100, timescale: 25, frameDuration: 1, numberOfFrames: 25, dropFrame: true },
      }),
    });
    expect(codes(clip)).toContain('timecode-illegal');
    expect(clip.fields.startTimecode?.confidence).toBeLessThan(0.2);
  });

  test('without a time code track says so and invents none', async () => {
    const clip = await inspectBytes({ 'a.mov': makeMov() });
    expect(clip.fields.startTimecode).toMatchObject({ value: null, reason: 'notPresent' });
    expect(codes(clip)).toContain('timecode-absent');
  });

  test('at 2997/100 is taken for 29.97 and named, because it drifts', async () => {
    const clip = await inspectBytes({ 'a.mov': makeMov({ timescale: 2997, durations: [[10, 100]] }) });
    expect(clip.fields.frameRate?.value).toEqual({ num: 30000, den: 1001 });
    expect(clip.findings.find((f) => f.code === 'frame-rate-conflict')!.forPeople).toContain('2997/100');
  });

  test('whose frames follow unevenly is flagged as variable', async () => {
    const clip = await inspectBytes({
      'a.mov': makeMov({
        timescale: 600,
        durations: [
          [50, 20],
          [30, 25],
          [20, 20],
        ],
      }),
    });
    expect(clip.fields.isVariableFrameRate?.value).toBe(true);
    expect(codes(clip)).toContain('variable-frame-rate');
  });

  test('whose time scale only rounds a known rate is constant', async () => {
    const clip = await inspectBytes({
      'a.mov': makeMov({
        timescale: 1000,
        durations: [
          [2, 42],
          [1, 41],
          [2, 42],
          [1, 41],
          [2, 42],
          [2, 41],
          [2, 42],
        ],
      }),
    });
    expect(clip.fields.isVariableFrameRate?.value).toBe(false);
    expect(clip.fields.frameRate?.value).toEqual({ num: 24, den: 1 });
  });

  test('keeps sensor rate, squeeze and exposure index apart from project rate, pixel aspect and base sensitivity', async () => {
    const keys = {
      'com.arri.camera.CameraModel': 'ALEXA Mini',
      'com.arri.camera.SensorFps': '48000',
      'com.arri.camera.ExposureIndexAsa': '1600',
      'com.arri.camera.ShutterAngle': '1728',
      'com.arri.camera.ColorGammaSxS': 'LOG-C',
      'com.arri.camera.WhiteBalanceKelvin': '5600',
      'com.arri.camera.NdFilterDensity': '0.6',
    };
    for (const keysInUserData of [false, true]) {
      const clip = await inspectBytes({ 'a.mov': makeMov({ keys, keysInUserData, pixelAspect: [2, 1] }) });
      expect(
        values(
          clip,
          'cameraMake',
          'cameraModel',
          'frameRate',
          'captureRate',
          'offSpeedRatio',
          'exposureIndex',
          'isoSpeed',
          'shutterAngle',
          'pixelAspectRatio',
          'lensSqueeze',
          'desqueezeFactor',
          'transferFunction',
          'whiteBalance',
        ),
      ).toEqual({
        cameraMake: 'ARRI',
        cameraModel: 'ALEXA Mini',
        frameRate: { num: 24, den: 1 },
        captureRate: { num: 48, den: 1 },
        offSpeedRatio: { num: 2, den: 1 },
        exposureIndex: 1600,
        isoSpeed: null,
        shutterAngle: 172.8,
        pixelAspectRatio: { num: 2, den: 1 },
        lensSqueeze: null,
        desqueezeFactor: { num: 2, den: 1 },
        transferFunction: 'LOG-C',
        whiteBalance: 5600,
      });
      expect(clip.fields.ndFilter?.value).toMatchObject({ density: 0.6, stops: 2 });
    }
  });

  test('whose lens and pixels are squeezed unlike is for a person', async () => {
    const clip = await inspectBytes({
      'a.mov': makeMov({ keys: { 'com.arri.camera.LensSqueeze': '2.0' }, pixelAspect: [4, 3] }),
    });
    expect(values(clip, 'lensSqueeze', 'pixelAspectRatio', 'desqueezeFactor')).toEqual({
      lensSqueeze: { num: 2, den: 1 },
      pixelAspectRatio: { num: 4, den: 3 },
      desqueezeFactor: null,
    });
    expect(codes(clip)).toContain('squeeze-conflict');
  });

  test('rotated by its track header is told with the turn', async () => {
    const clip = await inspectBytes({ 'a.mov': makeMov({ matrix: [0, 1, 0, -1, 0, 0, 0, 0, 1] }) });
    expect(clip.fields.rotation?.value).toBe(90);
  });
});
