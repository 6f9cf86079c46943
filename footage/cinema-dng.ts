import { createHash } from 'node:crypto';
import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import {
  BAYER_SENSOR,
  mosaic,
  SENSOR_FULL_AT,
  SENSOR_LEVELS,
  SENSOR_NEUTRAL,
  XYZ_TO_SENSOR,
} from './bayer-sensor.ts';
import { type ClipSpec, frameTimecode, isDropFrame, recordedAt } from './clip-spec.ts';
import type { MadeSequence } from './dpx-sequence.ts';
import { sceneOfClip } from './film-clip.ts';
import { binaryCodedDecimal, timecodeParts } from './record-timecode.ts';
import { type TiffTag, tiffHeader } from './tiff-directory.ts';

const MODEL = 'SynthCam SC-1';
const DROP_FRAME_FLAG = 0x40;

/** Records a clip as uncompressed CinemaDNG (RGGB; 16 bits, or packed 12 with `spec.codec`), numbered from 0 as Blackmagic cameras do. */
export async function makeCinemaDng(spec: ClipSpec, dir: string): Promise<MadeSequence> {
  await mkdir(dir, { recursive: true });
  const bits = spec.codec === 'dng-12' ? 12 : 16;
  const scene = sceneOfClip(spec, BAYER_SENSOR);
  const fileNames: string[] = [];
  for (let frame = 0; frame < spec.frames; frame++) {
    const codes = mosaic(scene(frame), spec.width, spec.height, bits);
    const picture = bits === 12 ? packTwelveBit(codes) : Buffer.from(codes.buffer);
    const fileName = `${spec.clipName}_${String(frame).padStart(6, '0')}.dng`;
    const header = tiffHeader(
      [...pictureTags(spec, bits, picture.length), ...clipTags(spec, frame)],
      exifTags(spec),
    );
    const handle = await open(join(dir, fileName), 'w');
    try {
      await handle.writev([header, picture]);
    } finally {
      await handle.close();
    }
    fileNames.push(fileName);
  }
  return { fileNames, firstNumber: 0 };
}

/** Two codes in three bytes, most significant bit first. Source: TIFF 6.0, BitsPerSample with FillOrder 1. */
function packTwelveBit(codes: Uint16Array): Buffer {
  const bytes = Buffer.alloc((codes.length * 3) / 2);
  for (let i = 0, at = 0; i < codes.length; i += 2) {
    const [a, b] = [codes[i]!, codes[i + 1]!];
    bytes[at++] = a >> 4;
    bytes[at++] = ((a & 15) << 4) | (b >> 8);
    bytes[at++] = b & 255;
  }
  return bytes;
}

/** Tags that decoding needs. Source: DNG 1.4, chapter 4. */
function pictureTags(spec: ClipSpec, bits: 16 | 12, byteCount: number): TiffTag[] {
  const { width, height } = spec;
  const { black, white } = SENSOR_LEVELS[bits];
  return [
    long(254, 0),
    long(256, width),
    long(257, height),
    short(258, bits),
    short(259, 1),
    short(262, 32803),
    short(274, 1),
    short(277, 1),
    long(278, height),
    long(279, byteCount),
    short(284, 1),
    short(33421, 2, 2),
    { tag: 33422, type: 'byte', bytes: [0, 1, 1, 2] },
    { tag: 50706, type: 'byte', bytes: [1, 4, 0, 0] },
    { tag: 50707, type: 'byte', bytes: [1, 1, 0, 0] },
    { tag: 50710, type: 'byte', bytes: [0, 1, 2] },
    short(50711, 1),
    short(50713, 1, 1),
    rational(50714, [black, 1]),
    long(50717, white),
    rational(50718, [1, 1], [1, 1]),
    rational(50719, [0, 1], [0, 1]),
    rational(50720, [width, 1], [height, 1]),
    { tag: 50721, type: 'srational', values: XYZ_TO_SENSOR.flatMap((v) => [Math.round(v * 10000), 10000]) },
    rational(50728, ...SENSOR_NEUTRAL.map((v): [number, number] => [Math.round(v * 1e6), 1e6])),
    { tag: 50730, type: 'srational', values: [Math.round(Math.log2(SENSOR_FULL_AT) * 100), 100] },
    short(50778, 21),
    { tag: 50829, type: 'long', values: [0, 0, height, width] },
  ];
}

/** Tags that say what was recorded, when and on which reel. Source: CinemaDNG 1.1, chapter 3. */
function clipTags(spec: ClipSpec, frame: number): TiffTag[] {
  const timecode = frameTimecode(spec, frame);
  const digits = timecodeParts(timecode).map(binaryCodedDecimal).reverse();
  digits[0]! |= isDropFrame(spec) ? DROP_FRAME_FLAG : 0;
  const identity = `${spec.reel}/${spec.clipName}/${spec.shootDay}/${spec.seed}/${frame}`;
  return [
    ascii(271, 'SynthCam'),
    ascii(272, MODEL),
    ascii(305, 'Rushes footage'),
    ascii(306, exifDate(spec)),
    ascii(50708, MODEL),
    ascii(50735, 'SN0001234'),
    rational(50736, [32, 1], [32, 1], [28, 10], [28, 10]),
    { tag: 50781, type: 'byte', bytes: createHash('sha256').update(identity).digest().subarray(0, 16) },
    { tag: 51043, type: 'byte', bytes: [...digits, 0, 0, 0, 0] },
    { tag: 51044, type: 'srational', values: [spec.rate.num, spec.rate.den] },
    rational(51058, [28, 10]),
    ascii(51081, spec.reel),
    ascii(51105, spec.reel.slice(0, 1)),
  ];
}

function exifTags(spec: ClipSpec): TiffTag[] {
  return [
    rational(33434, [1, 48]),
    rational(33437, [28, 10]),
    short(34855, 800),
    { tag: 36864, type: 'undefined', bytes: Buffer.from('0230') },
    ascii(36867, exifDate(spec)),
    rational(37386, [32, 1]),
    ascii(42036, 'Synthetic Prime 32mm T2.8'),
  ];
}

function exifDate(spec: ClipSpec): string {
  return recordedAt(spec.shootDay).replace(/-/g, ':').replace('T', ' ').replace('Z', '');
}

function ascii(tag: number, text: string): TiffTag {
  return { tag, type: 'ascii', text };
}

function short(tag: number, ...values: number[]): TiffTag {
  return { tag, type: 'short', values };
}

function long(tag: number, ...values: number[]): TiffTag {
  return { tag, type: 'long', values };
}

function rational(tag: number, ...values: [number, number][]): TiffTag {
  return { tag, type: 'rational', values: values.flat() };
}
