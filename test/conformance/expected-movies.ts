import { type ExpectedSample, r, size } from './expected-sample.ts';

/** Movies and camera raw. Values from the makers' documents, captured tool outputs and hand decoding: shared reference inspection sections 2, 3.3 and 5. */
export const MOVIES: ExpectedSample[] = [
  {
    file: 'synthetic/df.mov',
    fields: {
      startTimecode: '01:00:58;20',
      endTimecode: '01:01:00;21',
      frameRate: r(30000, 1001),
      frameCount: 60,
    },
    without: ['timecode-conflict', 'frame-rate-conflict'],
  },
  { file: 'synthetic/df5994.mov', fields: { frameRate: r(60000, 1001) }, without: ['timecode-conflict'] },
  {
    file: 'synthetic/tc48.mov',
    fields: { startTimecode: '01:00:58:20', frameRate: r(48), endTimecode: '01:00:59:19' },
  },
  {
    file: 'synthetic/notc.mov',
    fields: { startTimecode: null },
    findings: [['timecode-absent', /no timecode/]],
  },
  {
    file: 'synthetic/df.mxf',
    fields: { startTimecode: '01:00:58;20', frameRate: r(30000, 1001), imageSize: size(320, 180) },
    without: ['timecode-conflict', 'image-size-conflict'],
  },
  {
    file: 'synthetic/xd.mxf',
    fields: { startTimecode: '10:00:00:00', reelName: 'B002R2CD', frameRate: r(24000, 1001), frameCount: 24 },
  },
  { file: 'synthetic/arri_like_midnight_2x.mov', fields: { pixelAspectRatio: r(2), cameraMake: 'ARRI' } },
  {
    file: 'synthetic/A001_04190112_C102.braw',
    fields: {
      reelName: 'A001',
      captureRate: r(48),
      lensSqueeze: r(2),
      tStop: 2.3,
      exposureIndex: 800,
      shutterAngle: 180,
      focalLength: 50,
      whiteBalance: 6000,
      cameraMake: 'Blackmagic Design',
    },
  },
  {
    file: 'synthetic/B001C001_180327_R1ZA.1176223.ari',
    fields: {
      reelName: 'B001R1ZA',
      startTimecode: '13:36:49:07',
      frameRate: r(24),
      captureRate: r(48),
      lensSqueeze: r(2),
      imageSize: size(2880, 1620),
      exposureIndex: 800,
      shutterAngle: 172.8,
      focalLength: 40,
      lensModel: 'ARRI SP40 T1.8',
    },
  },
  {
    file: 'red/Red_S-WEAPON_A106_C037_0118G5_002.R3D',
    fields: {
      reelName: 'A106',
      startTimecode: '21:36:16:18',
      edgeTimecode: '01:49:54:11',
      frameRate: r(24000, 1001),
      imageSize: size(5120, 2560),
      clipNumber: '037',
      cameraLabel: 'A',
      exposureIndex: 1280,
      focalLength: 24,
      fStop: 4.9,
      whiteBalance: 4800,
      focusDistance: null,
    },
  },
  {
    file: 'sony/SonyXAVC_LongGOP_1080i25.mxf',
    fields: {
      startTimecode: '08:00:37:05',
      frameRate: r(25),
      imageSize: size(1920, 1080),
      scanType: 'interlaced',
      captureRate: r(25),
      gain: 0,
    },
    findings: [
      ['file-truncated', /87793664/],
      ['image-size-conflict', /1920×544 .*one field of two/],
      ['frame-rate-conflict', /25\/2/],
    ],
  },
  {
    file: 'sony/C0023S01_proxy.mxf',
    fields: { startTimecode: '01:43:48:21', frameRate: r(25), imageSize: size(352, 288) },
  },
  {
    file: 'sony/Sony-00001_IMX50.mxf',
    fields: { startTimecode: '07:12:10:00', frameRate: r(25), displaySize: size(720, 576) },
    findings: [['image-size-conflict', /720×608.*720×576/]],
  },
  {
    file: 'sony/ILCE-7M3.mts',
    fields: {
      startTimecode: '00:00:10:13',
      frameRate: r(25),
      cameraModel: 'ILCE-7M3',
      fStop: 6.3,
      exposureTime: 0.02,
      gain: 30,
      scanType: 'interlaced',
    },
    findings: [['frame-rate-conflict', /50/]],
  },
  {
    file: 'mxf/Avid_track_01_v02_tape_reel.mxf',
    fields: { startTimecode: '01:00:00:00', reelName: 'Example tape' },
    findings: [['timecode-conflict', /00:00:00:00/]],
  },
  {
    file: 'mxf/Meridian_ProResProxy_HDR10.mxf',
    fields: { startTimecode: '00:01:15;26', frameRate: r(60000, 1001), imageSize: size(1280, 720) },
  },
  {
    file: 'mxf/regxmllib_open-incomplete-header.mxf',
    fields: { startTimecode: '00:00:00:00', frameRate: r(25), imageSize: size(1920, 1080) },
    findings: [['header-open', /stands in its footer/]],
    without: ['file-unfinished', 'file-truncated'],
  },
  {
    file: 'mov/ProRes422HQ_2997exact.mov',
    fields: { frameRate: r(30000, 1001) },
    findings: [['frame-rate-conflict', /2997\/100/]],
  },
  {
    file: 'mov/XDCAM_EX_1080p24_in_25fps.mov',
    fields: { frameRate: r(25) },
    findings: [['frame-rate-conflict', /24000\/1001/]],
  },
  {
    file: 'gopro/derived_GoPro_Hero5_karma_headers-only.mp4',
    fields: { startTimecode: '19:26:48:04', frameRate: r(30000, 1001), imageSize: size(854, 480) },
    findings: [['timecode-conflict', /20:07:02:06/]],
  },
  {
    file: 'gopro/derived_GoPro_Max_tmcd29_headers-only.mp4',
    fields: { startTimecode: '15:44:35:10', frameRate: r(30000, 1001) },
    findings: [['timecode-conflict', /16:17:09:19/]],
  },
  {
    file: 'apple/iPhone15ProMax_spatial_MVHEVC.mov',
    fields: { recordedAt: '2024-07-12T13:25:29+02:00', cameraModel: 'iPhone 15 Pro Max', frameRate: r(30) },
    findings: [
      ['timecode-absent', /no timecode/],
      ['recorded-at-conflict', /2024-07-15T21:11:33Z/],
    ],
  },
  {
    file: 'apple/iPhone6_gps.mov',
    fields: { rotation: 90, recordedAt: '2019-07-24T11:25:40+03:00', isVariableFrameRate: true },
    findings: [
      ['variable-frame-rate', /variable/],
      ['frame-rate-conflict', /72000\/2401/],
    ],
  },
  {
    file: 'apple/iPadMini_livephoto_vfr.mov',
    fields: { isVariableFrameRate: true },
    findings: [
      ['variable-frame-rate', /variable/],
      ['frame-rate-conflict', /./],
    ],
  },
  {
    file: 'android/with-gps.mp4',
    fields: { cameraMake: null, imageSize: size(1920, 1080) },
    findings: [['camera-unknown', /camera/]],
  },
];
