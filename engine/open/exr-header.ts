import { PipelineError } from '../../schemas/failure.ts';
import type { ExrOutput, PictureHeader, PixelSize, SegmentJob } from '../../schemas/segment-job.ts';
import { advanceKeycode } from '../../standards/time/keycode.ts';
import { advance, formatTimecode, parseTimecode, type Timecode } from '../../standards/time/timecode.ts';
import {
  boxAttribute,
  byteAttribute,
  channelsAttribute,
  type ExrAttribute,
  encodeHeader,
  floatAttribute,
  intAttribute,
  keycodeAttribute,
  rationalAttribute,
  stringAttribute,
  timecodeAttribute,
} from './exr-attributes.ts';
import { outputSize } from './framing.ts';

/** Scene-linear spaces whose primaries we may state. Source: SMPTE ST 2065-1 table 1; AMPAS S-2014-004 (AP1). */
const LINEAR_SPACES: Readonly<Record<string, { interopId: string; chromaticities: readonly number[] }>> = {
  'ACES2065-1': {
    interopId: 'lin_ap0_scene',
    chromaticities: [0.7347, 0.2653, 0, 1, 0.0001, -0.077, 0.32168, 0.33767],
  },
  ACEScg: {
    interopId: 'lin_ap1_scene',
    chromaticities: [0.713, 0.293, 0.165, 0.83, 0.128, 0.044, 0.32168, 0.33767],
  },
};

const COMPRESSION = { none: 0, zip: 3, piz: 4 } as const;

/** Scan lines in one chunk. Source: OpenEXR file layout, "Compression". */
export const LINES_PER_CHUNK = { none: 1, zip: 16, piz: 32 } as const;

/** Standard attributes that are whole numbers; all other numbers of a picture header are floats. */
const INTEGERS = new Set(['imageCounter']);

/**
 * The complete header of one frame, identical for both routes. Nothing in it varies from run to run: there is no
 * software, no capture date that nobody recorded, no command line.
 * @throws PipelineError input-invalid for a timecode that cannot exist
 */
export function frameHeader(job: SegmentJob, output: ExrOutput, frame: number): Buffer {
  const size = outputSize(job.geometry);
  return encodeHeader([
    ...structure(size, output, job.geometry.pixelAspectRatio),
    ...colorimetry(job.colour.outputSpace, output.container),
    ...clipAttributes(output.header, frame),
  ]);
}

function structure(size: PixelSize, output: ExrOutput, aspect: { num: number; den: number }): ExrAttribute[] {
  return [
    channelsAttribute(),
    byteAttribute('compression', COMPRESSION[output.compression]),
    boxAttribute('dataWindow', size.width, size.height),
    boxAttribute('displayWindow', size.width, size.height),
    byteAttribute('lineOrder', 0),
    floatAttribute('pixelAspectRatio', 'float', aspect.num / aspect.den),
    floatAttribute('screenWindowCenter', 'v2f', 0, 0),
    floatAttribute('screenWindowWidth', 'float', 1),
  ];
}

function colorimetry(outputSpace: string, container: ExrOutput['container']): ExrAttribute[] {
  const space = LINEAR_SPACES[outputSpace];
  if (!space) return [];
  return [
    floatAttribute('chromaticities', 'chromaticities', ...space.chromaticities),
    stringAttribute('colorInteropID', space.interopId),
    // ST 2065-4: 1 only in a file that obeys every rule of the container.
    ...(container === 'st2065-4' ? [intAttribute('acesImageContainerFlag', 1)] : []),
  ];
}

function clipAttributes(header: PictureHeader, frame: number): ExrAttribute[] {
  const timecode = frameTimecode(header, frame);
  return [
    ...(timecode === null ? [] : [timecodeAttribute('timeCode', timecodeBits(timecode))]),
    ...(header.framesPerSecond ? [rationalAttribute('framesPerSecond', header.framesPerSecond)] : []),
    ...(header.captureRate ? [rationalAttribute('captureRate', header.captureRate)] : []),
    ...(header.keycode ? [keycodeAttribute('keyCode', advanceKeycode(header.keycode, frame))] : []),
    ...(header.reelName === undefined ? [] : [stringAttribute('reelName', header.reelName)]),
    ...Object.entries(header.strings).map(([name, text]) => stringAttribute(name, text)),
    ...Object.entries(header.numbers).map(([name, number]) =>
      INTEGERS.has(name) ? intAttribute(name, Math.round(number)) : floatAttribute(name, 'float', number),
    ),
  ];
}

/**
 * Timecode of a source frame, wrapped at 24 h; null when the clip has none.
 * @throws PipelineError input-invalid when the start cannot exist at the clip's rate
 */
export function frameTimecode(header: PictureHeader, frame: number): Timecode | null {
  if (header.startTimecode === undefined) return null;
  const rate = header.framesPerSecond;
  const base = header.timecodeBase;
  const counted =
    rate && (base === undefined || Math.ceil(rate.num / rate.den) === base)
      ? rate
      : base && { num: base, den: 1 };
  if (!counted)
    throw new PipelineError(
      'input-invalid',
      `the header has a timecode (${header.startTimecode}) but no rate to count it in`,
      {
        startTimecode: header.startTimecode,
      },
    );
  const start = parseTimecode(header.startTimecode, counted, header.dropFrame);
  if (!start.ok)
    throw new PipelineError('input-invalid', `output.header.startTimecode: ${start.sentence}`, {
      startTimecode: header.startTimecode,
    });
  return advance(start.timecode, frame);
}

/**
 * BCD time as OpenEXR packs it, drop-frame in bit 6. Two bits hold the tens of frames, so above 30 frames per second
 * pairs of frames are counted and bit 15 tells the second of a pair; above 60, fours. Source: SMPTE ST 12-1 clause 12,
 * ImfTimeCode.h (TV60 packing).
 */
export function timecodeBits(timecode: Timecode): number {
  const parts = formatTimecode(timecode).split(/[:;]/).map(Number);
  const [hours = 0, minutes = 0, seconds = 0, number = 0] = parts;
  const together = Math.ceil(Math.ceil(timecode.rate.num / timecode.rate.den) / 30);
  const bcd = (value: number) => (Math.floor(value / 10) << 4) | (value % 10);
  const secondOfPair = together === 2 && number % 2 === 1 ? 1 << 15 : 0;
  const drop = timecode.dropFrame ? 1 << 6 : 0;
  const frames = bcd(Math.floor(number / together));
  return (
    ((bcd(hours) << 24) | (bcd(minutes) << 16) | (bcd(seconds) << 8) | frames | drop | secondOfPair) >>> 0
  );
}
