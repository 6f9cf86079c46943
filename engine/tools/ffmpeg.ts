import type { Rational } from '../../schemas/rational.ts';
import type { DecodeSettings } from '../../schemas/segment-job.ts';

/**
 * Says nothing but errors, asks nothing, refuses to convert pixels behind our back (swscale is wrong for Y′CbCr), and
 * filters in one thread: with more, zimg gets slices and interpolates chroma in whole codes instead of float, so that
 * the picture depends on how many cores a machine has. Measured on FFmpeg 5.1: up to half a 10-bit code.
 */
export const FFMPEG_QUIET = [
  ...['-hide_banner', '-nostdin', '-v', 'error', '-y'],
  ...['-noauto_conversion_filters', '-filter_threads', '1'],
] as const;

/** Codecs whose pictures each say all there is to know: one is enough to open a movie. */
const SELF_CONTAINED = new Set<DecodeSettings['codec']>(['prores', 'dnxhd', 'cineform', 'mjpeg', 'jpeg2000']);

/**
 * Input options for a source that is read over HTTP through the relay beside us, which answers with a part of what is asked
 * and is asked again for the rest. Twenty pictures are otherwise read to guess a rate that we know. Local files take none.
 */
export function networkArguments(location: string, codec?: DecodeSettings['codec']): string[] {
  if (!/^https?:/.test(location)) return [];
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

/** Time of a frame in seconds with six decimals: all that FFmpeg keeps. Computed in integers. */
function secondsOf(frame: number, rate: Rational): string {
  const micros = (BigInt(frame) * BigInt(rate.den) * 2_000_000n + BigInt(rate.num)) / (BigInt(rate.num) * 2n);
  const text = micros.toString().padStart(7, '0');
  return `${text.slice(0, -6)}.${text.slice(-6)}`;
}

const ZSCALE_MATRIX = { bt709: '709', bt2020nc: '2020_ncl', bt601: '170m', rgb: 'gbr' } as const;
const TAG_MATRIX = { bt709: 'bt709', bt2020nc: 'bt2020nc', bt601: 'smpte170m', rgb: 'gbr' } as const;

/** Codecs whose samples are R′G′B′ unless the job says otherwise. */
const RGB_CODECS = new Set<DecodeSettings['codec']>(['dpx', 'tiff']);

/**
 * Filters from decoded samples to full-range RGB by zimg, which is exact, with matrix and range said out loud: the file's
 * own tags are overruled, because the job carries what inspection and people decided. Float keeps what lies above white.
 */
export function toRgbFilters(
  decode: Pick<DecodeSettings, 'codec' | 'matrix' | 'range'>,
  format: 'gbrpf32le' | 'gbrp16le',
): string[] {
  const matrix = decode.matrix ?? (RGB_CODECS.has(decode.codec) ? 'rgb' : 'bt709');
  const range = decode.range ?? (matrix === 'rgb' ? 'full' : 'limited');
  // Packed RGB to planar, samples untouched: zimg takes planes only. Planar samples pass through.
  const planar = matrix === 'rgb' ? ['scale=flags=bitexact'] : [];
  return [
    ...planar,
    `setparams=range=${range}:color_primaries=bt709:color_trc=bt709:colorspace=${TAG_MATRIX[matrix]}`,
    `zscale=matrixin=${ZSCALE_MATRIX[matrix]}:rangein=${range}:matrix=gbr:range=full`,
    `format=${format}`,
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
