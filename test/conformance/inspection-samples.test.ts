import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inspectPaths } from '../../cli/inspect-paths.ts';
import type { InspectedClip } from '../../schemas/clip.ts';
import { toolPaths } from '../support/tools.ts';

/** Camera files of other people's projects: they lie beside the repository and are never copied into it. */
const SAMPLES = join(import.meta.dirname, '../../../shared/data/camera');

const r = (num: number, den = 1) => ({ num, den });
const size = (width: number, height: number) => ({ width, height });

type Expected = {
  file: string;
  fields: Record<string, unknown>;
  /** Codes of findings that must be there, with a value that each must name. */
  findings?: [code: string, named: RegExp][];
  /** Codes that must not be there. */
  without?: string[];
};

/** Values from the makers' documents, captured tool outputs and hand decoding: shared reference inspection sections 2, 3.3 and 5. */
const EXPECTED: Expected[] = [
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
    findings: [['timecode-absent', /no timecode/]],
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
  {
    file: 'dpx/nuke_10bit_rgb.dpx',
    fields: { startTimecode: null, frameRate: null, imageSize: size(512, 512) },
    findings: [['timecode-absent', /not set/]],
  },
  {
    file: 'dpx/ExifTool_DPX_header.dpx',
    fields: { startTimecode: '00:00:10:15', imageSize: size(2048, 1556), frameRate: null },
    findings: [['file-truncated', /12812288/]],
  },
  {
    file: 'dpx/fate_cyan.dpx',
    fields: { startTimecode: '00:00:01:18', frameRate: r(24), imageSize: size(428, 240) },
  },
  {
    file: 'exr/SonyA99_Carrots_ACES.exr',
    fields: {
      cameraModel: 'SLT-A99',
      isoSpeed: 100,
      exposureTime: 0.625,
      fStop: 8,
      focalLength: 120,
      lensModel: '70-300mm F4.5-5.6 G SSM',
      colorPrimaries: 'ACES AP0',
      frameRate: null,
    },
  },
  {
    file: 'magiclantern/M19-0333_5D3.mlv',
    fields: {
      cameraModel: 'Canon EOS 5D Mark III',
      isoSpeed: 3500,
      focalLength: 50,
      whiteBalance: 5800,
      lensModel: 'EF50mm f/1.8 II',
      imageSize: size(1472, 610),
      frameCount: 1,
      captureRate: r(60000, 1001),
    },
    findings: [['file-truncated', /192 frames are announced, 1 are there/]],
  },
  {
    file: 'phantom/bayer_gbrg8_3100fps.cine',
    fields: {
      frameRate: r(3100),
      captureRate: r(3100),
      exposureTime: 0.00032,
      imageSize: size(1280, 800),
      frameCount: 100,
    },
    findings: [['file-truncated', /bytes are announced, 1036288 are there/]],
  },
  {
    file: 'panasonic/DMC-LX3_header.rw2',
    fields: { cameraModel: 'DMC-LX3', fStop: 4, focalLength: 5.1, exposureTime: 1 / 250 },
  },
  {
    file: 'canon/EOS_M50_header.cr3',
    fields: {
      cameraModel: 'Canon EOS M50',
      lensModel: 'EF-M15-45mm f/3.5-6.3 IS STM',
      focalLength: 15,
      fStop: 3.6,
      frameRate: null,
      startTimecode: null,
    },
  },
  {
    file: 'canon/EOS_350D_header.dng',
    fields: { cameraModel: 'Canon EOS 350D DIGITAL', exposureTime: 1 / 15, fStop: 8 },
  },
  {
    file: 'apple/iPhone12Pro_ProRAW_header.dng',
    fields: {
      imageSize: size(4032, 3024),
      isoSpeed: 32,
      fStop: 1.6,
      recordedAt: '2020-12-29T14:24:45-05:00',
    },
  },
  {
    file: 'sidecars/sony/D001C005_210716AGM01.xml',
    fields: {
      startTimecode: '16:47:04:19',
      endTimecode: '16:47:29:06',
      frameCount: 588,
      frameRate: r(24),
      captureRate: r(24),
      exposureIndex: 250,
      isoSpeed: 500,
      shutterAngle: 103.8,
      whiteBalance: 4300,
      lensModel: 'S7i-32',
      lensSqueeze: r(1),
      imageSize: size(5674, 3192),
      reelName: 'D001',
      cameraSerialNumber: '0010201',
    },
  },
  {
    file: 'sidecars/sony/D001C005_210716AG.csv',
    fields: { startTimecode: '16:47:04:19', focalLength: 32, frameCount: 588 },
  },
  {
    file: 'sidecars/red/A001_C066_0303LZ_001.static.csv',
    fields: {
      startTimecode: '23:17:21:08',
      edgeTimecode: '01:20:52:10',
      endTimecode: '23:17:21:09',
      frameRate: r(24),
      frameCount: 2,
      imageSize: size(4096, 2160),
      exposureIndex: 250,
      shutterAngle: 180,
      whiteBalance: 5600,
      fStop: 5.6,
      focalLength: 40,
      focusDistance: 0.41,
      reelName: 'A001',
    },
  },
  {
    file: 'sidecars/canon/20221007_TNumber_CanonCameraMetadata_Static.csv',
    fields: { lensSqueeze: r(1), imageSize: size(5952, 3140), frameCount: 135 },
  },
  {
    file: 'sidecars/canon/20221007_TNumber_CanonCameraMetadata_Frames.csv',
    fields: {
      exposureIndex: 1600,
      isoSpeed: 800,
      shutterAngle: 180,
      focalLength: 18,
      tStop: 4.5,
      focusDistance: 0.5,
      whiteBalance: 5600,
    },
  },
  {
    file: 'sidecars/bmd/metadata.txt',
    fields: {
      frameRate: r(24),
      captureRate: r(48),
      lensSqueeze: r(2),
      tStop: 2.3,
      focalLength: 50,
      focusDistance: 0.991,
      exposureIndex: 800,
      shutterAngle: 180,
      reelName: 'A001',
      whiteBalance: 6000,
    },
  },
  {
    file: 'sidecars/arri/B001C001_180327_R1ZA.mov.csv',
    fields: {
      startTimecode: '13:36:49:07',
      reelName: 'B001R1ZA',
      frameRate: r(24),
      captureRate: r(24),
      imageSize: size(1920, 1080),
      exposureIndex: 400,
      shutterAngle: 172.8,
      whiteBalance: 3200,
      lensModel: 'ARRI SP40 T1.8',
      lensSqueeze: r(1),
    },
  },
  {
    file: 'sidecars/dji/air2s.srt',
    fields: { isoSpeed: 100, exposureTime: 1 / 80, fStop: 2.8, whiteBalance: 5744 },
  },
  { file: 'sidecars/dji/p4p_sample.SRT', fields: { isoSpeed: 100, exposureTime: 1 / 160, fStop: 3.2 } },
];

const scratch = await mkdtemp(join(tmpdir(), 'inspection-samples-'));
const clips = new Map<string, InspectedClip>();

describe.skipIf(!existsSync(SAMPLES))(
  'camera files of the field (skipped where the sample folder is not beside the repository)',
  () => {
    const present = EXPECTED.filter((e) => existsSync(join(SAMPLES, e.file)));

    beforeAll(async () => {
      const { clips: found } = await inspectPaths(
        present.map((e) => join(SAMPLES, e.file)),
        { tools: toolPaths(), scratch },
      );
      // One clip for each path, in order: no sample here is a list of several clips.
      for (const [i, expected] of present.entries()) clips.set(expected.file, found[i]!);
    });
    afterAll(() => rm(scratch, { recursive: true, force: true }));

    test.each(present)('$file has the values its maker wrote', ({ file, fields }) => {
      const clip = clips.get(file)!;
      expect(Object.fromEntries(Object.keys(fields).map((name) => [name, clip.fields[name]?.value]))).toEqual(
        fields,
      );
    });

    test.each(present.filter((e) => e.findings || e.without))(
      '$file has the findings that its disagreements call for',
      ({ file, findings = [], without = [] }) => {
        const clip = clips.get(file)!;
        for (const [code, named] of findings)
          expect(clip.findings.filter((f) => f.code === code).map((f) => f.forPeople)).toContainEqual(
            expect.stringMatching(named),
          );
        for (const code of without) expect(clip.findings.map((f) => f.code)).not.toContain(code);
      },
    );
  },
);
