import type { InspectedClip } from '../../schemas/clip.ts';
import { PipelineError } from '../../schemas/failure.ts';
import { type DecodeSettings, PixelSize } from '../../schemas/segment-job.ts';
import { type ClipSource, fieldValue, textField } from './clip-source.ts';
import { frameTimesOf, orientationOf } from './stored-picture.ts';

/** Codec names as inspection tools spell them, most particular first. */
const CODECS: readonly (readonly [RegExp, DecodeSettings['codec']])[] = [
  [/arriraw|arricore|\barx\b/i, 'arriraw'],
  [/redcode|\br3d\b/i, 'r3d'],
  [/x-?ocn/i, 'x-ocn'],
  [/\bbraw\b|blackmagic[ _-]*raw/i, 'braw'],
  [/cinema[ _-]*raw([ _-]*light)?|\bcraw\b/i, 'canon-raw'],
  [/\bcamera[ _-]*raw\b/i, 'camera-raw'],
  [/prores[ _-]*raw|\baprn\b|\baprh\b/i, 'prores-raw'],
  [/prores|\bap(ch|cn|cs|co|4h|4x)\b/i, 'prores'],
  [/dnx|\bvc-?3\b/i, 'dnxhd'],
  [/hevc|h\.?265|\bhvc1\b/i, 'hevc'],
  [/h\.?264|\bavc/i, 'h264'],
  [/cinema ?dng|\bdng\b/i, 'cinemadng'],
  [/\bdpx\b/i, 'dpx'],
  [/\bexr\b/i, 'exr'],
  [/jpeg ?2000|\bj2k\b|\bjp2\b/i, 'jpeg2000'],
  [/\btiff?\b/i, 'tiff'],
  [/cineform|\bcfhd\b/i, 'cineform'],
  [/\bmpeg-?2\b|xdcam/i, 'mpeg2'],
  [/\bdv(cpro|cam)?\b/i, 'dv'],
  [/mjpe?g|motion jpeg/i, 'mjpeg'],
  // Last: «raw» is a word of many codecs.
  [/^raw\b|\bv210\b|\b2vuy\b|uncompressed/i, 'uncompressed'],
];

/** Codecs whose samples are Y′CbCr unless the file says RGB. */
const YCBCR = new Set<DecodeSettings['codec']>([
  ...(['prores', 'dnxhd', 'h264', 'hevc', 'mjpeg', 'cineform'] as const),
  ...(['mpeg2', 'dv', 'uncompressed'] as const),
]);

/**
 * How to decode a clip: the values its files record, under what a person fixed in the camera format.
 * @throws PipelineError unsupported when no codec could be read
 */
export function decodeSettings(source: ClipSource): DecodeSettings {
  const codec = codecOf(source);
  const bitDepth = numberIn(fieldValue(source.clip, 'codec'), 'bitDepth');
  const container = containerOf(source);
  const orientation = orientationOf(source.clip);
  return {
    codec,
    container,
    ...(orientation === null ? {} : { orientation }),
    ...(container === 'sequence' ? {} : frameTimesOf(source.clip)),
    ...(YCBCR.has(codec) ? signalOf(source) : {}),
    ...(bitDepth === null ? {} : { bitDepth }),
    ...(codec === 'cinemadng' ? { whiteBalance: 'as-shot', demosaic: 'mhc', highlights: 'keep' } : {}),
    // LibRaw's best interpolation for any sensor, also where its 2x2 does not repeat.
    ...(codec === 'camera-raw' ? { whiteBalance: 'as-shot', demosaic: 'ahd', highlights: 'keep' } : {}),
    ...source.cameraFormat?.decode,
  };
}

/** The codec that inspection found, as engines name it; `other` for one they do not know, null where none was read. */
export function codecNamed(clip: InspectedClip): DecodeSettings['codec'] | null {
  const text = describeCodec(fieldValue(clip, 'codec'));
  const known = CODECS.find(([pattern]) => pattern.test(text));
  if (known) return known[1];
  return text === '' ? null : 'other';
}

function codecOf(source: ClipSource): DecodeSettings['codec'] {
  const codec = source.cameraFormat?.decode?.codec ?? codecNamed(source.clip);
  if (codec) return codec;
  throw new PipelineError(
    'unsupported',
    `Clip ${source.clip.clipName} has no readable codec, so no engine can decode it.`,
    {
      clipId: source.clipId,
    },
  );
}

/** A codec field in words: everything that tools said of it. */
export function describeCodec(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return '';
  return Object.values(value)
    .filter((part): part is string => typeof part === 'string')
    .join(' ');
}

function containerOf(source: ClipSource): DecodeSettings['container'] {
  if (source.clip.files.some((file) => file.role === 'frame')) return 'sequence';
  const text = textField(source.clip, 'container') ?? '';
  if (/mxf/i.test(text)) return 'mxf';
  if (/mov|quicktime/i.test(text)) return 'mov';
  return /mp4|mpeg-?4/i.test(text) ? 'mp4' : 'other';
}

/** Untagged Y′CbCr is BT.709 in limited range, BT.601 of standard definition: what cameras write when they write no tag. */
function signalOf(source: ClipSource): Pick<DecodeSettings, 'matrix' | 'range'> {
  const matrix = matrixOf(textField(source.clip, 'matrix') ?? untaggedMatrix(source));
  const rgb = matrix === 'rgb' || /rgb|gbr/i.test(describeCodec(fieldValue(source.clip, 'codec')));
  const range = textField(source.clip, 'colorRange') ?? '';
  return {
    matrix: rgb ? 'rgb' : matrix,
    range: /full|pc|^jpeg/i.test(range) || (rgb && range === '') ? 'full' : 'limited',
  };
}

/** Lines of standard definition, with those of VANC that IMX records. Source: ITU-R BT.601-7 part A; SMPTE ST 356. */
const SD_LINES = new Set([480, 486, 512, 576, 608]);

function untaggedMatrix({ clip }: ClipSource): string {
  const { data: size } = PixelSize.safeParse(fieldValue(clip, 'imageSize'));
  return size?.width === 720 && SD_LINES.has(size.height) ? 'bt601' : '';
}

function matrixOf(text: string): NonNullable<DecodeSettings['matrix']> {
  if (/2020/.test(text)) return 'bt2020nc';
  if (/601|470bg|170m/i.test(text)) return 'bt601';
  return /^(rgb|gbr|identity)/i.test(text) ? 'rgb' : 'bt709';
}

function numberIn(value: unknown, key: string): number | null {
  if (typeof value !== 'object' || value === null) return null;
  const number = (value as Record<string, unknown>)[key];
  return typeof number === 'number' && Number.isInteger(number) && number > 0 ? number : null;
}
