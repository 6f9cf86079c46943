import { z } from 'zod';
import { StoredObject } from './file.ts';
import { Keycode } from './keycode.ts';
import { Rational } from './rational.ts';
import { MovieSound } from './sound.ts';

/** Pixel rectangle in source pixels, origin top left. */
export const PixelRectangle = z.object({
  x: z.int().nonnegative(),
  y: z.int().nonnegative(),
  width: z.int().positive(),
  height: z.int().positive(),
});
export type PixelRectangle = z.infer<typeof PixelRectangle>;

export const PixelSize = z.object({ width: z.int().positive(), height: z.int().positive() });
export type PixelSize = z.infer<typeof PixelSize>;

/** A source file of the clip: a movie has one (or its spans in order), a sequence one per frame. */
export const JobSourceFile = StoredObject.partial({ site: true, bucket: true, key: true }).extend({
  name: z.string().describe('file name as on the card'),
  frame: z
    .int()
    .nonnegative()
    .optional()
    .describe('source frame of a sequence file, 0-based in recorded time'),
  location: z
    .string()
    .optional()
    .describe(
      'for `rushes render` on one machine: a path, relative to the job file, or a URL; a worker resolves bucket and key instead',
    ),
});
export type JobSourceFile = z.infer<typeof JobSourceFile>;

/** How a stored picture comes upright: mirrored left to right first, then turned clockwise. */
export const Orientation = z.object({
  mirrored: z.boolean(),
  clockwise: z.union([z.literal(0), z.literal(90), z.literal(180), z.literal(270)]),
});
export type Orientation = z.infer<typeof Orientation>;

/** Where the frames of a movie file lie in time. */
export const FrameTimes = z.object({
  startMicros: z.int().nonnegative().describe('from the start of the file to its first picture, µs'),
  rate: Rational.describe('at which frames follow in the file, exactly'),
  isVariable: z.boolean().describe('they follow at no rate: a frame is found by counting from the first'),
});
export type FrameTimes = z.infer<typeof FrameTimes>;

/** How to decode: values, never policy (the policy lives in the camera format). */
export const DecodeSettings = z.looseObject({
  codec: z.enum([
    'prores',
    'dnxhd',
    'h264',
    'hevc',
    'dpx',
    'exr',
    'cinemadng',
    'camera-raw',
    'jpeg2000',
    'tiff',
    'mjpeg',
    'cineform',
    'mpeg2',
    'dv',
    'uncompressed',
    'prores-raw',
    'arriraw',
    'r3d',
    'x-ocn',
    'braw',
    'canon-raw',
    'other',
  ]),
  container: z.enum(['mov', 'mxf', 'mp4', 'sequence', 'other']),
  matrix: z
    .enum(['bt709', 'bt2020nc', 'bt601', 'rgb'])
    .optional()
    .describe('Y′CbCr matrix; rgb when the codec stores RGB'),
  range: z.enum(['full', 'limited']).optional(),
  bitDepth: z.int().positive().optional(),
  orientation: Orientation.optional().describe('how the stored picture comes upright; default: it is'),
  frameTimes: FrameTimes.optional().describe(
    'where the frames of a movie lie that do not follow evenly at the rate of the clip from the start of the file',
  ),
  whiteBalance: z
    .union([z.literal('as-shot'), z.object({ gains: z.tuple([z.number(), z.number(), z.number()]) })])
    .optional(),
  exposureStops: z.number().optional(),
  demosaic: z.enum(['linear', 'ppg', 'ahd', 'mhc']).optional(),
  highlights: z.enum(['clip', 'keep']).optional(),
  vendorParameters: z
    .record(z.string(), z.union([z.string(), z.number()]))
    .optional()
    .describe(
      "decode values by the names of a maker's own decoder; each engine holds them against what it offers",
    ),
});
export type DecodeSettings = z.infer<typeof DecodeSettings>;

/** Crop (source pixels) then scale (null: none). Computed by us from the FDL; the renderer never decides. */
export const Geometry = z.object({
  source: PixelSize,
  crop: PixelRectangle,
  scale: PixelSize.nullable(),
  canvas: z
    .object({ width: z.int().positive(), height: z.int().positive(), x: z.int(), y: z.int() })
    .nullable()
    .describe('padding: the picture is placed at x, y on a canvas of this size; null: none'),
  pixelAspectRatio: Rational,
});
export type Geometry = z.infer<typeof Geometry>;

/** One colour step. `config` steps name colour spaces of the pinned OpenColorIO config; `file` steps a CTF/CLF/cube by digest. */
export const ColorStep = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('convert'), from: z.string(), to: z.string() }),
  z.object({ kind: z.literal('display'), from: z.string(), display: z.string(), view: z.string() }),
  z
    .object({ kind: z.literal('builtin'), style: z.string(), inverse: z.boolean() })
    .describe(
      'a built-in transform of OpenColorIO, e.g. the reference gamut compression or an ACES 1 output transform',
    ),
  z.object({
    kind: z.literal('file'),
    name: z.string(),
    sha256: z.string(),
    content: z.string().describe('the CTF or CLF text itself'),
  }),
  z.object({
    kind: z.literal('cdl'),
    slope: z.array(z.number()).length(3),
    offset: z.array(z.number()).length(3),
    power: z.array(z.number()).length(3),
    saturation: z.number(),
    workingSpace: z.string(),
  }),
]);
export type ColorStep = z.infer<typeof ColorStep>;

/** The colour pipeline of one output, resolved by us from the AMF: `config` is the pinned OpenColorIO config. */
export const JobColour = z.object({
  config: z.string(),
  configSha256: z.string(),
  decodedSpace: z
    .string()
    .describe(
      'config colour space of the decoded pixels; "camera-native" for raw that is developed to ACES2065-1',
    ),
  steps: z.array(ColorStep),
  outputSpace: z.string(),
});
export type JobColour = z.infer<typeof JobColour>;

/** Header values of a picture file. Per-frame values (timecode) follow from the clip's start timecode and the frame. */
export const PictureHeader = z.looseObject({
  reelName: z.string().optional(),
  startTimecode: z.string().optional().describe('timecode of source frame 0'),
  dropFrame: z.boolean().optional(),
  framesPerSecond: Rational.optional(),
  timecodeBase: z.int().positive().optional(),
  captureRate: Rational.optional(),
  keycode: Keycode.optional().describe('edge code of film at source frame 0'),
  strings: z.record(z.string(), z.string()).describe('e.g. cameraMake, cameraModel, lensModel'),
  numbers: z.record(z.string(), z.number()).describe('e.g. isoSpeed, tStop'),
});
export type PictureHeader = z.infer<typeof PictureHeader>;

/** An OpenEXR sequence to write: one file per source frame, half float. */
export const ExrOutput = z.object({
  kind: z.literal('exr'),
  compression: z.enum(['none', 'zip', 'piz']),
  zipLevel: z.int().min(1).max(9).optional(),
  container: z.enum(['openexr', 'st2065-4']).describe('st2065-4: the strict ACES container'),
  header: PictureHeader,
});
export type ExrOutput = z.infer<typeof ExrOutput>;

/** A DPX sequence to write: one file per source frame, RGB, uncompressed. Its kind, as that of OpenEXR, ends the file names. */
export const DpxOutput = z.object({
  kind: z.literal('dpx'),
  bits: z.union([z.literal(10), z.literal(16)]).describe('10: three samples to a word, filled, method A'),
  header: PictureHeader,
});
export type DpxOutput = z.infer<typeof DpxOutput>;

/** A picture sequence to write: one file per source frame. */
export type SequenceOutput = ExrOutput | DpxOutput;

/** The display that a picture was mastered for. Source: SMPTE ST 2086. */
export const MasteringDisplay = z.object({
  primaries: z.enum(['P3-D65', 'BT.2020', 'BT.709']),
  maxNits: z.number().positive().describe('peak luminance, cd/m²'),
  minNits: z.number().nonnegative().describe('black luminance, cd/m²'),
});
export type MasteringDisplay = z.infer<typeof MasteringDisplay>;

/** A movie to write whole: a proxy is never rendered in segments. */
export const MovieOutput = z.looseObject({
  kind: z.literal('movie'),
  codec: z.enum(['prores-proxy', 'prores-lt', 'prores-4444', 'dnxhr-lb', 'h264', 'jpeg2000', 'jpeg']),
  container: z.enum(['mov', 'mxf', 'mp4', 'jpg']).describe('jpg: a still, one frame'),
  size: PixelSize,
  startTimecode: z.string().optional(),
  reelName: z.string().optional(),
  mastering: MasteringDisplay.optional(),
  lightLevels: z
    .boolean()
    .optional()
    .describe('whether the brightest pixel and frame of a PQ movie are measured and told beside `mastering`'),
  sound: MovieSound.optional().describe('default: as the camera recorded it'),
  burnIns: z.array(
    z.object({
      place: z.enum(['top-left', 'top-center', 'top-right', 'bottom-left', 'bottom-center', 'bottom-right']),
      text: z.string().optional(),
      timecode: z.string().optional().describe('start value; runs with the frames'),
    }),
  ),
});
export type MovieOutput = z.infer<typeof MovieOutput>;

/** The unit of render work. The same document renders the same way on a laptop and on a worker. */
export const SegmentJob = z.looseObject({
  version: z.literal(1),
  kind: z.literal('segment-job'),
  clip: z.object({
    clipId: z.string(),
    clipName: z.string(),
    frameRate: Rational,
    frameCount: z.int().positive(),
  }),
  sources: z.array(JobSourceFile).min(1),
  sound: z
    .array(JobSourceFile)
    .optional()
    .describe('files of a sound roll, which `output.sound` names by number'),
  frames: z
    .object({ first: z.int().nonnegative(), last: z.int().nonnegative() })
    .describe('source frames, inclusive, 0-based'),
  decode: DecodeSettings,
  geometry: Geometry,
  colour: JobColour,
  output: z.discriminatedUnion('kind', [ExrOutput, DpxOutput, MovieOutput]),
  engine: z.string().default('open'),
  route: z.enum(['reference', 'fast']),
});
export type SegmentJob = z.infer<typeof SegmentJob>;

/** A rendered frame file in the work folder. */
export const RenderedFrame = z.object({
  frame: z.int().nonnegative().describe('source frame'),
  file: z.string().describe('absolute path in the work folder'),
  sizeBytes: z.int().positive(),
  xxh128: z.string(),
});
export type RenderedFrame = z.infer<typeof RenderedFrame>;
