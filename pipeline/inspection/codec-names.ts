/** A codec as we name it; `family` is a word of DecodeSettings where the engines know it. */
export type Codec = {
  family: string;
  profile?: string;
  fourcc?: string;
  bitDepth?: number;
  chroma?: string;
  bayer?: boolean;
  compressionRatio?: string;
};

/** QuickTime and MP4 codes. Sources: Apple "ProRes" registrations, MP4RA, FFmpeg isom tags. */
const FOURCC: Record<string, Codec> = {
  apco: { family: 'prores', profile: '422 Proxy', chroma: '4:2:2', bitDepth: 10 },
  apcs: { family: 'prores', profile: '422 LT', chroma: '4:2:2', bitDepth: 10 },
  apcn: { family: 'prores', profile: '422', chroma: '4:2:2', bitDepth: 10 },
  apch: { family: 'prores', profile: '422 HQ', chroma: '4:2:2', bitDepth: 10 },
  ap4h: { family: 'prores', profile: '4444', chroma: '4:4:4', bitDepth: 12 },
  ap4x: { family: 'prores', profile: '4444 XQ', chroma: '4:4:4', bitDepth: 12 },
  aprn: { family: 'prores-raw', bayer: true },
  aprh: { family: 'prores-raw', profile: 'HQ', bayer: true },
  avc1: { family: 'h264' },
  avc3: { family: 'h264' },
  ai12: { family: 'h264', profile: 'AVC-Intra 100' },
  ai1q: { family: 'h264' },
  ai15: { family: 'h264', profile: 'AVC-Intra 100' },
  hvc1: { family: 'hevc' },
  hev1: { family: 'hevc' },
  AVdn: { family: 'dnxhd' },
  AVdh: { family: 'dnxhd' },
  CFHD: { family: 'cineform' },
  mjp2: { family: 'jpeg2000' },
  jpeg: { family: 'mjpeg' },
  mjpa: { family: 'mjpeg' },
  mjpb: { family: 'mjpeg' },
  xdv6: { family: 'mpeg2', profile: 'XDCAM EX 1080i60' },
  xdvb: { family: 'mpeg2', profile: 'XDCAM EX 1080p24' },
  m2v1: { family: 'mpeg2' },
  dvh1: { family: 'hevc', profile: 'Dolby Vision' },
  dvhe: { family: 'hevc', profile: 'Dolby Vision' },
  av01: { family: 'av1' },
  vp09: { family: 'vp9' },
  AVin: { family: 'h264', profile: 'AVC-Intra' },
  v210: { family: 'raw', chroma: '4:2:2', bitDepth: 10 },
  '2vuy': { family: 'raw', chroma: '4:2:2', bitDepth: 8 },
  r210: { family: 'raw', chroma: '4:4:4', bitDepth: 10 },
  b64a: { family: 'raw', chroma: '4:4:4', bitDepth: 16 },
  mp4v: { family: 'mpeg4' },
  CRAW: { family: 'cinema-raw-light', bayer: true },
};

/** Blackmagic RAW codes: `brst`, `brvn`, … . Source: Blackmagic RAW SDK manual, codec four-character codes. */
const BRAW = /^br(aw|st|vn|hv|xp|lt|[0-9a-z]{2})$/;

/** The codec behind a QuickTime or MP4 sample description code. */
export function codecOfFourcc(fourcc: string): Codec {
  if (BRAW.test(fourcc)) return { family: 'braw', fourcc, bayer: true };
  if (FOURCC[fourcc]) return { ...FOURCC[fourcc], fourcc };
  // XDCAM (xd..), HDV (hdv.) and IMX (mx5n) at every rate and size; AVC-Intra (ai..); DV in its sizes.
  if (/^(xd[0-9a-z]{2}|hdv[0-9a]|mx[345][np])$/.test(fourcc)) return { family: 'mpeg2', fourcc };
  if (/^ai[15][0-9a-z]$/.test(fourcc)) return { family: 'h264', profile: 'AVC-Intra', fourcc };
  if (/^(dv[ch5][ p0-9n]|dvcp|dvpp|dvp )$/.test(fourcc)) return { family: 'dv', fourcc };
  return { family: 'other', fourcc };
}

/** Names FFmpeg uses for codecs, where ours differ. */
const FFMPEG: Record<string, string> = {
  mpeg2video: 'mpeg2',
  mjpeg: 'mjpeg',
  jpeg2000: 'jpeg2000',
  rawvideo: 'raw',
  cfhd: 'cineform',
  dvvideo: 'dv',
  mpeg1video: 'mpeg1',
  v210: 'raw',
  dnxhd: 'dnxhd',
  prores: 'prores',
  h264: 'h264',
  hevc: 'hevc',
};

/** The codec behind an ffprobe video stream. */
export function codecOfFfprobe(stream: {
  codec_name?: string;
  profile?: string;
  codec_tag_string?: string;
  pix_fmt?: string;
  bits_per_raw_sample?: string;
}): Codec {
  const pixel = /(4[0-4][0-4])p?/.exec(stream.pix_fmt ?? '')?.[1];
  const depth = /p(9|10|12|14|16)(le|be)?$/.exec(stream.pix_fmt ?? '')?.[1] ?? stream.bits_per_raw_sample;
  const bayer = stream.pix_fmt?.startsWith('bayer') ?? false;
  return {
    family: FFMPEG[stream.codec_name ?? ''] ?? stream.codec_name ?? 'other',
    ...(stream.profile && stream.profile !== 'unknown' ? { profile: stream.profile } : {}),
    ...(stream.codec_tag_string && !stream.codec_tag_string.includes('[')
      ? { fourcc: stream.codec_tag_string }
      : {}),
    ...(depth && Number(depth) > 0
      ? { bitDepth: Number(depth) }
      : stream.pix_fmt && !bayer
        ? { bitDepth: 8 }
        : {}),
    ...(pixel ? { chroma: pixel.split('').join(':') } : {}),
    ...(bayer ? { bayer: true } : {}),
  };
}
