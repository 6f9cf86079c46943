import type { Rational } from '../../schemas/rational.ts';
import type { DecodeSettings, FrameTimes, Orientation } from '../../schemas/segment-job.ts';
import { isUrl } from './url-location.ts';

/**
 * Says nothing but errors, asks nothing, refuses to convert pixels behind our back (swscale is wrong for Y′CbCr), and
 * filters in one thread: with more, zimg gets slices and interpolates chroma in whole codes instead of float, so that
 * the picture depends on how many cores a machine has. Measured on FFmpeg 5.1: up to half a 10-bit code.
 */
export const FFMPEG_QUIET = [
  ...['-hide_banner', '-nostdin', '-v', 'error', '-y'],
  ...['-noauto_conversion_filters', '-filter_threads', '1'],
] as const;

/**
 * Ends at the first picture that does not decode, or only by concealing what is lost: left to itself FFmpeg leaves such a
 * picture out, and all that follow would stand one frame too early. Of value before an input that is decoded.
 */
export const FFMPEG_STRICT = ['-xerror'] as const;

/** Codecs whose pictures each say all there is to know: one is enough to open a movie. */
const SELF_CONTAINED = new Set<DecodeSettings['codec']>(['prores', 'dnxhd', 'cineform', 'mjpeg', 'jpeg2000']);

/**
 * Input options for a source that is read over HTTP through the relay beside us, which answers with a part of what is asked
 * and is asked again for the rest. Twenty pictures are otherwise read to guess a rate that we know. Local files take none.
 */
export function networkArguments(location: string, codec?: DecodeSettings['codec']): string[] {
  if (!isUrl(location)) return [];
  const few = codec && SELF_CONTAINED.has(codec) ? ['-probesize', '32', '-fpsprobesize', '0'] : [];
  return [...few, '-recv_buffer_size', String(64 << 10), '-reconnect', '1', '-reconnect_delay_max', '2'];
}

/** Makes output files depend on their content alone: no encoder version, no date. */
export const FFMPEG_BITEXACT = [
  '-fflags',
  '+bitexact',
  '-flags:v',
  '+bitexact',
  '-flags:a',
  '+bitexact',
] as const;

/**
 * Seeks to source frame `frame` exactly. Measured on MOV and MXF: half a frame earlier is one frame early in MXF.
 * @returns no argument for the first frame
 */
export function seekArguments(frame: number, rate: Rational): string[] {
  return frame === 0 ? [] : ['-ss', secondsOf(frame, rate)];
}

/**
 * Seeks in a movie whose frames lie elsewhere than evenly from the start of the file. Their times are rounded to ticks one
 * way or the other, so that a quarter of a frame earlier is asked for: what is shown before is thrown away either way.
 * @returns no argument for the first frame, and where frames are counted
 */
function seekAmongFrameTimes(frame: number, { startMicros, rate, isVariable }: FrameTimes): string[] {
  if (frame === 0 || isVariable) return [];
  const earlier = { num: rate.num * 4, den: rate.den };
  return ['-ss', secondsOf(frame * 4 - 1, earlier, startMicros)];
}

/** How one comes to frame `at` of a movie: by a seek before its input, or by counting what comes before it. */
export function reach(
  at: number,
  rate: Rational,
  frameTimes?: FrameTimes,
): { seek: string[]; filters: string[] } {
  if (!frameTimes) return { seek: seekArguments(at, rate), filters: [] };
  const isCounted = frameTimes.isVariable && at > 0;
  return {
    seek: seekAmongFrameTimes(at, frameTimes),
    filters: isCounted ? [`trim=start_frame=${at}`] : [],
  };
}

/** Input options of a decoder: the picture as it lies in the file, without what lies behind it. */
export function decoderArguments({ codec }: Pick<DecodeSettings, 'codec'>): string[] {
  return ['-noautorotate', ...(codec === 'prores' ? ['-skip_alpha', '1'] : [])];
}

/** Filters that turn a stored picture upright; none when it is. */
export function uprightFilters(orientation: Orientation | undefined): string[] {
  if (!orientation) return [];
  const turn = { 0: [], 90: ['transpose=clock'], 180: ['hflip', 'vflip'], 270: ['transpose=cclock'] };
  return [...(orientation.mirrored ? ['hflip'] : []), ...turn[orientation.clockwise]];
}

/** Time of a frame in seconds with six decimals: all that FFmpeg keeps. Computed in integers. */
function secondsOf(frame: number, rate: Rational, fromMicros = 0): string {
  const since = (BigInt(frame) * BigInt(rate.den) * 2_000_000n + BigInt(rate.num)) / (BigInt(rate.num) * 2n);
  const micros = since + BigInt(fromMicros);
  const text = micros.toString().padStart(7, '0');
  return `${text.slice(0, -6)}.${text.slice(-6)}`;
}

const ZSCALE_MATRIX = { bt709: '709', bt2020nc: '2020_ncl', bt601: '170m', rgb: 'gbr' } as const;
const TAG_MATRIX = { bt709: 'bt709', bt2020nc: 'bt2020nc', bt601: 'smpte170m', rgb: 'gbr' } as const;

/** What zimg takes of R′G′B′ without alpha, at every depth. */
const RGB_PLANES = 'gbrp|gbrp10le|gbrp12le|gbrp14le|gbrp16le|gbrpf32le';

/** And of the Y′CbCr that is stored without compression. */
const YCBCR_PLANES = 'yuv420p|yuv422p|yuv444p|yuv422p10le|yuv444p10le|yuv422p16le';

/** Codecs whose samples are R′G′B′ unless the job says otherwise. */
const RGB_CODECS = new Set<DecodeSettings['codec']>(['dpx', 'tiff']);

/**
 * Filters from decoded samples to full-range RGB by zimg, which is exact, with matrix and range said out loud: the file's
 * own tags are overruled, because the job carries what inspection and people decided. Float keeps what lies above white.
 * @param onPlanes filters of the samples as they lie in the file, in planes: packed ones of halved colour are cropped by none
 */
export function toRgbFilters(
  decode: Pick<DecodeSettings, 'codec' | 'matrix' | 'range' | 'orientation'>,
  format: 'gbrpf32le' | 'gbrp16le',
  onPlanes: readonly string[] = [],
): string[] {
  const matrix = decode.matrix ?? (RGB_CODECS.has(decode.codec) ? 'rgb' : 'bt709');
  const range = decode.range ?? (matrix === 'rgb' ? 'full' : 'limited');
  // Packed samples to planar, samples untouched: zimg takes planes only. Planar samples pass through; grey is all three.
  const isPacked = matrix === 'rgb' || decode.codec === 'uncompressed';
  const planes = matrix === 'rgb' ? RGB_PLANES : YCBCR_PLANES;
  const planar = isPacked ? ['scale=flags=bitexact', `format=${planes}`] : [];
  return [
    ...planar,
    ...onPlanes,
    `setparams=range=${range}:color_primaries=bt709:color_trc=bt709:colorspace=${TAG_MATRIX[matrix]}`,
    `zscale=matrixin=${ZSCALE_MATRIX[matrix]}:rangein=${range}:matrix=gbr:range=full`,
    `format=${format}`,
    ...uprightFilters(decode.orientation),
  ];
}

/** Escapes a value inside a filter: two levels, the option's and the graph's. Source: ffmpeg-filters, "Notes on filtergraph escaping". */
export function escapeFilterValue(text: string): string {
  const option = text.replaceAll(/[\\':]/g, (character) => `\\${character}`);
  return option.replaceAll(/[\\'[\],;]/g, (character) => `\\${character}`);
}

/** Version in the first line of `ffmpeg -version`; null when it is another program's. */
export function ffmpegVersion(text: string): string | null {
  return /^ffmpeg version (\S+)/m.exec(text)?.[1] ?? null;
}
