import { describe, expect, test } from 'vitest';
import { stopOf } from '../../../pipeline/inspection/sources/sony-csv.ts';
import { decodeLtc } from '../../../pipeline/inspection/sources/sony-nrt.ts';
import { timecodeOfBcd } from '../../../pipeline/inspection/timecode-bcd.ts';
import { makeAri, makeBraw, makeDpx, makeR3d, makeTiff, makeWav } from '../../engine/inspect/make-headers.ts';
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

describe('sound', () => {
  const ixml = (rate: string, flag: string) =>
    `<BWFXML><PROJECT>P</PROJECT><SCENE>12A</SCENE><TAKE>3</TAKE><TAPE>SR01</TAPE><SPEED><TIMECODE_RATE>${rate}</TIMECODE_RATE><TIMECODE_FLAG>${flag}</TIMECODE_FLAG></SPEED><TRACK_LIST><TRACK><CHANNEL_INDEX>1</CHANNEL_INDEX><NAME>Boom</NAME></TRACK></TRACK_LIST></BWFXML>`;

  test.each([
    ['24/1', 'NDF', 48000 * 3600, '01:00:00:00'],
    // An hour of clock is 3.6 s short of an hour of 23.976 timecode.
    ['24000/1001', 'NDF', 48048 * 3600, '01:00:00:00'],
    ['30000/1001', 'DF', 48048 * 60, '00:01:00;02'],
    ['25/1', 'NDF', 48000 * 86399 + 46080, '23:59:59:24'],
  ])('samples since midnight at %s %s are timecode', async (rate, flag, timeReference, expected) => {
    const clip = await inspectBytes({ 'T01.WAV': makeWav({ timeReference, ixml: ixml(rate, flag) }) });
    expect(clip.fields.startTimecode?.value).toBe(expected);
  });

  test('scene, take, sound roll and track names are kept', async () => {
    const clip = await inspectBytes({ 'T01.WAV': makeWav({ ixml: ixml('24/1', 'NDF') }) });
    expect(values(clip, 'slate', 'reelName')).toMatchObject({
      slate: { scene: '12A', take: '3', production: 'P' },
      reelName: 'SR01',
    });
    expect(clip.fields.audio?.value).toMatchObject([
      { channels: 2, sampleRate: 48000, bitDepth: 24, tracks: [{ index: 1, name: 'Boom' }] },
    ]);
  });

  test('without a rate there is no timecode to be told', async () => {
    expect((await inspectBytes({ 'T01.WAV': makeWav() })).fields.startTimecode?.value).toBeNull();
  });
});

describe('an ALE on the card', () => {
  const list = Buffer.from(
    'Heading\r\nFIELD_DELIM\tTABS\r\nFPS\t24\r\n\r\nColumn\r\nName\tStart\tEnd\tReel_name\tScene\tTake\tASC_SOP\tASC_SAT\tExposure_index\r\n\r\nData\r\nB\t02:00:00:00\t02:00:01:00\tX001\t\t\t\t\t\r\nA001C001_240426_R1AA\t10:00:00:00\t10:00:02:00\tA001R1AA\t12A\t3\t(1.1 1 0.9)(0 0.01 0)(1 1 1)\t0.9\t800\r\n',
  );

  test('speaks for the clip by its row', async () => {
    const clip = await inspectBytes({ 'A001C001_240426_R1AA.mov': makeMov(), 'A001R1AA.ale': list });
    expect(values(clip, 'reelName', 'startTimecode', 'exposureIndex', 'slate')).toEqual({
      reelName: 'A001R1AA',
      startTimecode: '10:00:00:00',
      exposureIndex: 800,
      slate: { scene: '12A', take: '3' },
    });
    expect(clip.fields.look?.value).toEqual({
      cdl: { slope: [1.1, 1, 0.9], offset: [0, 0.01, 0], power: [1, 1, 1], saturation: 0.9 },
    });
  });

  test('whose timecode differs from the media is a disagreement that the media wins', async () => {
    const clip = await inspectBytes({
      'A001C001_240426_R1AA.mov': makeMov({
        timecode: { startFrame: 24, timescale: 24, frameDuration: 1, numberOfFrames: 24 },
      }),
      'A001R1AA.ale': list,
    });
    expect(clip.fields.startTimecode?.value).toBe('00:00:01:00');
    expect(clip.findings.find((f) => f.code === 'timecode-conflict')!.forPeople).toContain('10:00:00:00');
  });
});
