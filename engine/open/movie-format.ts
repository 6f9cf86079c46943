import type { MovieOutput } from '../../schemas/segment-job.ts';

type Codec = { pixelFormat: string; encode: readonly string[] };

/**
 * Encoder settings by codec. Thread counts are pinned where they change bytes: x264 splits rate control by threads.
 * DNxHR LB is the Avid offline profile; ProRes profiles as Apple names them.
 */
const CODECS: Readonly<Record<MovieOutput['codec'], Codec>> = {
  'prores-proxy': prores('proxy', 'yuv422p10le'),
  'prores-lt': prores('lt', 'yuv422p10le'),
  'prores-4444': prores('4444', 'yuv444p10le'),
  // Reversible, so that what is delivered is the rendering itself, to 12 bits. OpenJPEG's bytes do not depend on threads.
  jpeg2000: {
    pixelFormat: 'gbrp12le',
    encode: ['-c:v', 'libopenjpeg', '-format', 'j2k', '-irreversible', '0', '-threads', '2'],
  },
  // Full-range BT.601 at 4:4:4, as JFIF readers take it. Source: ITU-T T.871 clause 7.
  jpeg: { pixelFormat: 'yuvj444p', encode: ['-c:v', 'mjpeg', '-q:v', '2', '-threads', '1'] },
  'dnxhr-lb': {
    pixelFormat: 'yuv422p',
    encode: ['-c:v', 'dnxhd', '-profile:v', 'dnxhr_lb', '-threads', '2'],
  },
  h264: {
    pixelFormat: 'yuv420p',
    encode: [
      '-c:v',
      'libx264',
      '-preset',
      'veryfast',
      '-crf',
      '20',
      '-threads',
      '2',
      '-x264-params',
      'sliced-threads=0',
    ],
  },
};

function prores(profile: string, pixelFormat: string): Codec {
  return {
    pixelFormat,
    encode: ['-c:v', 'prores_ks', '-profile:v', profile, '-vendor', 'apl0', '-threads', '2'],
  };
}

/** Signal of a display, as FFmpeg and zimg name it. Source: ITU-T H.273 tables 2 to 4. */
export type Signal = { primaries: string; transfer: string; matrix: string; zscaleMatrix: string };

const BT709: Signal = { primaries: 'bt709', transfer: 'bt709', matrix: 'bt709', zscaleMatrix: '709' };

const SIGNALS: readonly (readonly [RegExp, Signal])[] = [
  [
    /^Rec\.2100-PQ/,
    { primaries: 'bt2020', transfer: 'smpte2084', matrix: 'bt2020nc', zscaleMatrix: '2020_ncl' },
  ],
  [
    /^Rec\.2100-HLG/,
    { primaries: 'bt2020', transfer: 'arib-std-b67', matrix: 'bt2020nc', zscaleMatrix: '2020_ncl' },
  ],
  [/^ST2084-P3-D65/, { ...BT709, primaries: 'smpte432', transfer: 'smpte2084' }],
  [/^sRGB/, { ...BT709, transfer: 'iec61966-2-1' }],
  [/P3/, { ...BT709, primaries: 'smpte432' }],
];

/** The signal to encode and tag for a display of the colour config; Rec.709 for every other one. */
export function signalOf(display: string): Signal {
  return SIGNALS.find(([pattern]) => pattern.test(display))?.[1] ?? BT709;
}

/**
 * The last filters: full-range R′G′B′ to the codec's samples, and what they are said on every frame, because some encoders
 * (ProRes) tell what their frames say and not what the stream does.
 */
export function encodeFilters(output: MovieOutput, signal: Signal): string[] {
  const { matrix, zscaleMatrix, range } = samplesOf(output, signal);
  const { primaries, transfer } = signal;
  return [
    `zscale=matrixin=gbr:rangein=full:matrix=${zscaleMatrix}:range=${range}:dither=none`,
    `format=${CODECS[output.codec].pixelFormat}`,
    `setparams=range=${range}:color_primaries=${primaries}:color_trc=${transfer}:colorspace=${matrix}`,
  ];
}

/** Matrix and range of the encoded samples: a still is as JFIF has it, JPEG 2000 keeps R′G′B′. */
function samplesOf({ codec }: MovieOutput, signal: Signal) {
  if (codec === 'jpeg') return { matrix: 'smpte170m', zscaleMatrix: '170m', range: 'full' };
  if (codec === 'jpeg2000') return { matrix: 'gbr', zscaleMatrix: 'gbr', range: 'full' };
  return { matrix: signal.matrix, zscaleMatrix: signal.zscaleMatrix, range: 'limited' };
}

/** Encoder, tags, timecode, reel and container of the movie. */
export function movieArguments(output: MovieOutput, signal: Signal): string[] {
  if (output.container === 'jpg')
    return [...CODECS[output.codec].encode, '-an', '-f', 'image2', '-update', '1'];
  const { startTimecode, reelName, container, sound } = output;
  const { matrix, range } = samplesOf(output, signal);
  const reel =
    container === 'mxf'
      ? ['-metadata', `reel_name=${reelName}`]
      : ['-metadata:s:v:0', `reel_name=${reelName}`];
  return [
    ...CODECS[output.codec].encode,
    '-color_primaries',
    signal.primaries,
    '-color_trc',
    signal.transfer,
    '-colorspace',
    matrix === 'gbr' ? 'rgb' : matrix,
    '-color_range',
    range === 'full' ? 'pc' : 'tv',
    ...(startTimecode === undefined ? [] : ['-timecode', startTimecode]),
    ...(reelName === undefined ? [] : reel),
    ...audioArguments(container),
    ...trackNames(sound),
    ...(container === 'mxf'
      ? []
      : ['-movflags', container === 'mov' ? '+write_colr' : '+write_colr+faststart']),
    '-map_metadata',
    '-1',
    '-f',
    container,
  ];
}

/** Names of the sound roll's tracks, which come first. FFmpeg's MXF has no place for them. */
function trackNames(sound: MovieOutput['sound']): string[] {
  return (sound?.tracks ?? []).flatMap(({ name }, index) => [
    ...[`-metadata:s:a:${index}`, `handler_name=${name}`],
    ...[`-metadata:s:a:${index}`, `title=${name}`],
  ]);
}

/**
 * Sound is carried sample by sample where the container takes it; MP4 readers expect AAC. MXF wants 48 kHz. The form that
 * the encoder takes is said, because FFmpeg is forbidden to convert by itself; samples that have it pass untouched.
 */
function audioArguments(container: MovieOutput['container']): string[] {
  if (container === 'mp4') return ['-af', 'aresample=osf=fltp', '-c:a', 'aac', '-b:a', '192k'];
  const rate = container === 'mxf' ? '48000:' : '';
  return ['-af', `aresample=${rate}osf=s32`, '-c:a', 'pcm_s24le'];
}
