import { ByteCursor } from '../byte-cursor.ts';
import type { FactReader } from '../fact-reader.ts';

/** The 4096-byte header of an ARRIRAW frame; parts whose validity flag is not set are null. */
export type AriFacts = {
  image: {
    width: number;
    height: number;
    active: { x: number; y: number; width: number; height: number };
  } | null;
  content: {
    whiteBalance: number;
    tint: number;
    gains: number[];
    exposureIndex: number;
    lensSqueeze: number;
    lookName: string;
    cdl: { slope: number[]; offset: number[]; power: number[]; saturation: number };
  } | null;
  camera: {
    serialNumber: number;
    cameraId: string;
    cameraIndex: number;
    exposureMicroseconds: number;
    shutterAngle: number;
    sensorFps: number;
    projectFps: number;
    timecodeBcd: string;
    timecodeFrameCount: number;
    timecodeBase: number;
    uuid: string;
    model: string;
    date: string;
    time: string;
  } | null;
  lens: {
    distanceUnit: number;
    focusDistance: number;
    focalLength: number;
    serialNumber: number;
    linearIris: number;
    ndFilterType: number;
    ndDensity: number;
    model: string;
  } | null;
  clip: {
    reel: string;
    scene: string;
    take: string;
    director: string;
    cinematographer: string;
    production: string;
    clipName: string;
    circleTake: boolean;
  } | null;
  damage: string | null;
};

const HEADER_BYTES = 4096;

/** ARRIRAW frame headers. Offsets: SMPTE RDD 30:2014 and RDD 31:2014, as listed in the shared reference inspection 3.2. */
export const ariReader: FactReader = {
  tool: 'ari-header',
  version: '1',
  async read(source): Promise<AriFacts> {
    const bytes = await source.read(0, HEADER_BYTES);
    if (bytes.length < HEADER_BYTES)
      return {
        image: null,
        content: null,
        camera: null,
        lens: null,
        clip: null,
        damage: `the header ends after ${bytes.length} of ${HEADER_BYTES} bytes`,
      };
    // The byte order mark 0x12345678 reads as 12 34 56 78 in files that are written big-endian.
    const c = new ByteCursor(bytes, true);
    const part = <T>(flag: number, read: () => T): T | null => (c.u32(flag) === 1 ? read() : null);
    return {
      image: part(0x10, () => ({
        width: c.u32(0x14),
        height: c.u32(0x18),
        active: { x: c.u32(0x24), y: c.u32(0x28), width: c.u32(0x2c), height: c.u32(0x30) },
      })),
      content: part(0x54, () => ({
        whiteBalance: c.u32(0x5c),
        tint: c.f32(0x60),
        gains: floats(c, 0x64),
        exposureIndex: c.u32(0x74),
        lensSqueeze: c.f32(0xc4),
        lookName: c.text(0xcc, 32),
        cdl: {
          saturation: c.f32(0xfc),
          slope: floats(c, 0x100),
          offset: floats(c, 0x10c),
          power: floats(c, 0x118),
        },
      })),
      camera: part(0x160, () => camera(c)),
      lens: part(0x370, () => ({
        distanceUnit: c.u32(0x374),
        focusDistance: c.u32(0x378),
        focalLength: c.u32(0x37c),
        serialNumber: c.u32(0x380),
        linearIris: c.i32(0x384),
        ndFilterType: c.u16(0x388),
        ndDensity: c.u16(0x38a),
        model: c.text(0x398, 32),
      })),
      // Older headers set no flag before the clip's names.
      clip:
        c.text(0x4f8, 8) === '' && c.text(0x698, 20) === ''
          ? null
          : {
              circleTake: c.u8(0x4f4) === 1,
              reel: c.text(0x4f8, 8),
              scene: c.text(0x500, 16),
              take: c.text(0x510, 8),
              director: c.text(0x518, 24),
              cinematographer: c.text(0x538, 24),
              production: c.text(0x558, 24),
              clipName: c.text(0x698, 20),
            },
      damage: null,
    };
  },
};

function floats(c: ByteCursor, offset: number): number[] {
  return [c.f32(offset), c.f32(offset + 4), c.f32(offset + 8)];
}

function camera(c: ByteCursor): NonNullable<AriFacts['camera']> {
  return {
    serialNumber: c.u32(0x170),
    cameraId: c.text(0x174, 4),
    cameraIndex: c.u32(0x178),
    date: bcd(c, 0x17c),
    time: bcd(c, 0x180),
    exposureMicroseconds: c.u32(0x18c),
    shutterAngle: c.u32(0x190),
    sensorFps: c.u32(0x1a0),
    projectFps: c.u32(0x1a4),
    timecodeBcd: bcd(c, 0x1a8),
    timecodeFrameCount: c.u32(0x1ac),
    timecodeBase: c.u32(0x1b0),
    uuid: c.hex(0x2d0, 16),
    model: c.text(0x2f8, 20),
  };
}

/** Four BCD bytes, the most significant last. */
function bcd(c: ByteCursor, offset: number): string {
  return c.u32(offset).toString(16).padStart(8, '0');
}
