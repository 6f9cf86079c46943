import { describe, expect, test } from 'vitest';
import { stopOf } from '../../../pipeline/inspection/sources/sony-csv.ts';
import { decodeLtc } from '../../../pipeline/inspection/sources/sony-nrt.ts';
import { makeAri, makeBraw, makeR3d } from '../../engine/inspect/make-headers.ts';
import { makeMov } from '../../engine/inspect/make-mov.ts';
import { codes, inspectBytes, values } from './inspect-bytes.ts';

describe('RED', () => {
  test('the camera letter, reel and clip number stand under other names than tools give them', async () => {
    const clip = await inspectBytes({
      'A106_C037_0118G5_001.R3D': makeR3d({
        4097: '21:36:16:18',
        4096: '01:49:54:11',
        4121: 'A',
        4122: '106',
        4123: '037',
        4182: 'A106_C037_0118G5_001.R3D',
        16443: [1280],
        8205: [4800],
        16490: [49],
        16491: [24],
        24684: [-1],
        8200: [20833.333],
      }),
    });
    expect(
      values(
        clip,
        'reelName',
        'cameraLabel',
        'reelNumber',
        'clipNumber',
        'startTimecode',
        'edgeTimecode',
        'frameRate',
        'imageSize',
        'exposureIndex',
        'isoSpeed',
        'fStop',
        'focalLength',
        'whiteBalance',
        'focusDistance',
        'codec',
      ),
    ).toEqual({
      reelName: 'A106',
      cameraLabel: 'A',
      reelNumber: '106',
      clipNumber: '037',
      startTimecode: '21:36:16:18',
      edgeTimecode: '01:49:54:11',
      frameRate: { num: 24000, den: 1001 },
      imageSize: { width: 5120, height: 2700 },
      exposureIndex: 1280,
      isoSpeed: null,
      fStop: 4.9,
      focalLength: 24,
      whiteBalance: 4800,
      focusDistance: null,
      codec: { family: 'redcode', bayer: true },
    });
    expect(clip.fields.focusDistance?.reason).toBe('sentinel');
  });

  test('a take of several files counts the frames of all, from the REDline table where it is', async () => {
    const table =
      'Clip Name,Abs TC,Record FPS,FPS,Total Frames,CamReelID,Focus Distance\nA001_C001_0101AA,01:00:00:00,48,24,200,A001,410mm\n';
    const clip = await inspectBytes({
      'A001_C001_0101AA_001.R3D': makeR3d({}, [24, 1]),
      'A001_C001_0101AA_002.R3D': makeR3d({}, [24, 1]),
      'A001_C001_0101AA_001.csv': Buffer.from(table),
    });
    expect(values(clip, 'frameCount', 'captureRate', 'offSpeedRatio', 'focusDistance')).toEqual({
      frameCount: 200,
      captureRate: { num: 48, den: 1 },
      offSpeedRatio: { num: 2, den: 1 },
      focusDistance: 0.41,
    });
  });
});

describe('ARRIRAW', () => {
  test('rates and angles are thousandths, the iris is linear, the reel is the card', async () => {
    const clip = await inspectBytes({
      'B001R1ZA/B001C001_180327_R1ZA.1176223.ari': makeAri({ sensorFps: 48000 }),
    });
    expect(
      values(
        clip,
        'frameRate',
        'captureRate',
        'startTimecode',
        'reelName',
        'lensSqueeze',
        'exposureIndex',
        'shutterAngle',
        'exposureTime',
        'focalLength',
        'focusDistance',
        'firstFrame',
        'cameraSerialNumber',
      ),
    ).toEqual({
      frameRate: { num: 24, den: 1 },
      captureRate: { num: 48, den: 1 },
      startTimecode: '13:36:49:07',
      reelName: 'B001R1ZA',
      lensSqueeze: { num: 2, den: 1 },
      exposureIndex: 800,
      shutterAngle: 172.8,
      exposureTime: 0.02,
      focalLength: 40,
      focusDistance: 4.812,
      firstFrame: 1176223,
      cameraSerialNumber: '2566',
    });
    expect(clip.fields.tStop?.value).toBeCloseTo(1.782, 3);
  });

  test('a focus scale in inches is metres in the record', async () => {
    const clip = await inspectBytes({ 'a.0000001.ari': makeAri({ unit: 0, focus: 39370 }) });
    expect(clip.fields.focusDistance?.value).toBeCloseTo(1, 4);
  });
});

describe('Blackmagic RAW', () => {
  test('the metadata of the first frame is read where no tool reads it', async () => {
    const clip = await inspectBytes({ 'A001_04190112_C102.braw': makeBraw() });
    expect(
      values(
        clip,
        'captureRate',
        'tStop',
        'fStop',
        'shutterAngle',
        'exposureIndex',
        'whiteBalance',
        'focalLength',
        'focusDistance',
        'reelName',
        'container',
      ),
    ).toEqual({
      captureRate: { num: 48, den: 1 },
      tStop: 2.3,
      fStop: null,
      shutterAngle: 180,
      exposureIndex: 800,
      whiteBalance: 6000,
      focalLength: 50,
      focusDistance: 0.991,
      reelName: 'A001',
      container: 'braw',
    });
    expect(clip.fields.ndFilter?.value).toMatchObject({ stops: 6, density: 1.8 });
  });

  test('a squeeze that is not switched on is none', async () => {
    const text = (enable: number) =>
      Buffer.from(
        `\nClip Metadata\nmanufacturer: Blackmagic Design\ncamera_type: URSA\ncamera_number: B\nreel_name: 7\nanamorphic: 2x\nanamorphic_enable: ${enable}\nformat_frame_rate: 1572864\n\nFrame 0 Metadata\nsensor_rate: 24,1,\n`,
      );
    expect(
      values(
        await inspectBytes({ 'a.braw': makeBraw(), 'a.txt': text(0) }),
        'lensSqueeze',
        'frameRate',
        'reelName',
      ),
    ).toEqual({ lensSqueeze: { num: 1, den: 1 }, frameRate: { num: 24, den: 1 }, reelName: 'B007' });
    expect(values(await inspectBytes({ 'a.braw': makeBraw(), 'a.txt': text(1) }), 'lensSqueeze')).toEqual({
      lensSqueeze: { num: 2, den: 1 },
    });
  });
});

describe('Sony', () => {
  test.each([
    ['19044716', '16:47:04:19', false, false],
    ['06294716', '16:47:29:06', false, false],
    ['40000000', '00:00:00;00', true, false],
    ['54830000', '00:00:03;14', true, true],
  ])('an LTC value %s is %s', (value, text, dropFrame, second) => {
    expect(decodeLtc(value)).toEqual({ text, dropFrame, second });
  });

  test('an LTC value that is no BCD is none', () => {
    expect([decodeLtc('1904471F'), decodeLtc('19'), decodeLtc('')]).toEqual([null, null, null]);
  });

  const nrt = (inner: string, version = '2.20') =>
    Buffer.from(
      `<?xml version="1.0"?><NonRealTimeMeta xmlns="urn:schemas-professionalDisc:nonRealTimeMeta:ver.${version}" xmlns:lib="urn:x">${inner}</NonRealTimeMeta>`,
    );

  test('59.94 frames a second with two frames to a number, drop-frame', async () => {
    const xml = nrt(
      '<Duration value="120"/><LtcChangeTable tcFps="30" halfStep="true"><LtcChange frameCount="0" value="40000100" status="increment"/></LtcChangeTable><VideoFormat><VideoFrame captureFps="59.94p" formatFps="59.94p"/></VideoFormat>',
    );
    const clip = await inspectBytes({ 'C0001M01.XML': xml });
    expect(values(clip, 'startTimecode', 'frameRate', 'timecodeRate')).toEqual({
      startTimecode: '00:01:00;00',
      frameRate: { num: 60000, den: 1001 },
      timecodeRate: { num: 30000, den: 1001 },
    });
    expect(codes(clip)).toContain('timecode-illegal');
  });

  test('the recorder is not the camera, and the base sensitivity is not the exposure index', async () => {
    const xml = nrt(
      '<Device manufacturer="Sony" modelName="AXS-R7" serialNo="1"/><Camera manufacturer="Sony" modelName="MPC-3628" serialNo="0010201"/><AcquisitionRecord><Group name="CameraUnitMetadataSet"><Item name="ExposureIndexOfPhotoMeter" value="800"/><Item name="ISOSensitivity" value="3200"/><Item name="ShutterSpeedAngle" value="17280"/><Item name="CaptureGammaEquation" value="s-log3-cine"/></Group><Group name="LensUnitMetadataSet"><Item name="AnamorphicLensSqueezeRatio" value="200"/></Group></AcquisitionRecord>',
      '2.00',
    );
    const clip = await inspectBytes({ 'C0001.mov': makeMov(), 'C0001M01.XML': xml });
    expect(
      values(
        clip,
        'cameraSerialNumber',
        'exposureIndex',
        'isoSpeed',
        'shutterAngle',
        'lensSqueeze',
        'transferFunction',
      ),
    ).toEqual({
      cameraSerialNumber: '0010201',
      exposureIndex: 800,
      isoSpeed: 3200,
      shutterAngle: 172.8,
      lensSqueeze: { num: 2, den: 1 },
      transferFunction: 's-log3-cine',
    });
    expect(clip.fields.cameraModel?.value).toContain('VENICE 2');
    expect(clip.fields.recorder?.value).toMatchObject({ model: 'AXS-R7' });
  });

  test('stops are written with tenths of a stop', () => {
    expect(stopOf('T 2 3/10')!.value).toBeCloseTo(2 * 2 ** 0.15, 5);
    expect(stopOf('F5.6')).toEqual({ kind: 'F', value: 5.6 });
    expect(stopOf('close')).toBeNull();
  });
});
