import type { Rational } from '../../../schemas/rational.ts';
import { isEqual } from '../../../standards/time/rational.ts';
import { codecOfFfprobe } from '../codec-names.ts';
import { ffmpegColourName, ffmpegMatrixName } from '../colour-codes.ts';
import { exactRateOf, fractionOf, numberOf, rateOf } from '../quantities.ts';
import type { Readings } from '../reading.ts';
import { readCameraKeys } from './camera-keys.ts';
import type { Source } from './source.ts';

type Tags = Record<string, string>;
type Stream = {
  codec_type?: string;
  codec_name?: string;
  profile?: string;
  codec_tag_string?: string;
  pix_fmt?: string;
  bits_per_raw_sample?: string;
  width?: number;
  height?: number;
  sample_aspect_ratio?: string;
  r_frame_rate?: string;
  avg_frame_rate?: string;
  nb_frames?: string;
  duration_ts?: number;
  start_time?: string;
  time_base?: string;
  field_order?: string;
  color_range?: string;
  color_space?: string;
  color_transfer?: string;
  color_primaries?: string;
  sample_rate?: string;
  channels?: number;
  bits_per_sample?: number;
  tags?: Tags;
  bit_rate?: string;
  disposition?: { attached_pic?: number };
};
type Output = {
  streams?: Stream[];
  format?: {
    format_name?: string;
    start_time?: string;
    bit_rate?: string;
    duration?: string;
    tags?: Tags;
  };
};

/** Demuxers that give every picture 25 frames a second because they must give something. Source: FFmpeg libavformat/img2dec.c, option framerate. */
const INVENTS_RATE = /^(image2|.*_pipe)$/;

const FIELD_ORDERS: Record<string, string> = { tt: 'top', tb: 'top', bb: 'bottom', bt: 'bottom' };

/** FFmpeg's view: best for timecode text, MXF UMIDs and reel, Phantom and MLV tags, and sizes as decoding gives them. */
export const ffprobe: Source = {
  tool: 'ffprobe',
  confidence: 0.8,
  read(output: Output, readings: Readings): void {
    const streams = output.streams ?? [];
    const video = streams.find((s) => s.codec_type === 'video' && s.disposition?.attached_pic !== 1);
    const format = output.format?.format_name ?? '';
    if (video) readVideo(video, format, readings);
    if (video) readDelay(video, output.format?.start_time, readings);
    const sound = streams.filter((s) => s.codec_type === 'audio');
    if (sound.length > 0)
      readings.add(
        'audio',
        'streams',
        sound.map((s) => ({
          format: s.codec_name,
          channels: s.channels,
          sampleRate: Number(s.sample_rate),
          bitDepth: s.bits_per_sample || null,
        })),
        { confidence: 0.85 },
      );
    readings.add('bitrate', 'format.bit_rate', numberOf(output.format?.bit_rate));
    const tags = { ...output.format?.tags };
    readTimecodes(streams, tags, readings);
    readMxfTags(streams, tags, readings);
    readRawTags({ ...tags, ...video?.tags }, format, readings);
    const keys = Object.entries(tags).filter(([key]) => /^com\.|^(make|model)$/.test(key));
    const shadow = new Map(keys);
    if (shadow.size > 0) readCameraKeys(Object.fromEntries(shadow), readings);
  },
};

function readVideo(video: Stream, format: string, readings: Readings): void {
  readings.add('codec', 'codec_name', codecOfFfprobe(video), { raw: video.codec_name, confidence: 0.86 });
  if (video.width && video.height)
    readings.add('imageSize', 'width,height', { width: video.width, height: video.height });
  const aspect = fractionOf(video.sample_aspect_ratio?.replace(':', '/'));
  if (aspect && aspect.num > 0)
    readings.add('pixelAspectRatio', 'sample_aspect_ratio', aspect, {
      raw: video.sample_aspect_ratio,
      confidence: 0.7,
    });
  readRates(video, format, readings);
  readings.add('frameCount', 'nb_frames', positiveInteger(video.nb_frames));
  const order = video.field_order;
  if (order && order !== 'unknown') {
    readings.add('scanType', 'field_order', order === 'progressive' ? 'progressive' : 'interlaced', {
      raw: order,
    });
    readings.add('fieldOrder', 'field_order', FIELD_ORDERS[order], { raw: order });
  }
  if (video.color_range === 'tv' || video.color_range === 'pc')
    readings.add('colorRange', 'color_range', video.color_range === 'pc' ? 'full' : 'limited', {
      raw: video.color_range,
      confidence: 0.6,
    });
  // What FFmpeg says of log material is what the maker tagged for viewers, mostly BT.709: never enough to choose an input transform.
  readings.add('colorPrimaries', 'color_primaries', ffmpegColourName(video.color_primaries), {
    raw: video.color_primaries,
    confidence: 0.25,
  });
  readings.add('transferFunction', 'color_transfer', ffmpegColourName(video.color_transfer), {
    raw: video.color_transfer,
    confidence: 0.25,
  });
  readings.add('matrix', 'color_space', ffmpegMatrixName(video.color_space), {
    raw: video.color_space,
    confidence: 0.75,
  });
  // Planes of green, blue and red are no Y′CbCr, whatever is tagged or not.
  if (/^(gbr|rgb|bgr|rgba|bgra|argb|abgr|0rgb|0bgr|x2rgb)/.test(video.pix_fmt ?? ''))
    readings.add('matrix', 'pix_fmt', 'rgb', { raw: video.pix_fmt, confidence: 0.95 });
}

/**
 * Times are counted from whatever stream begins first; a movie without an edit list has its first picture later than its
 * sound by as many frames as the coder keeps back.
 */
function readDelay(video: Stream, start: string | undefined, readings: Readings): void {
  const delay = Number(video.start_time) - Number(start);
  if (delay > 0)
    readings.add('pictureDelay', 'start_time', Number(delay.toFixed(6)), { raw: video.start_time });
}

/** `r_frame_rate` is the field rate of interlaced streams and a guess for variable ones; the average is right but for cut-off files. */
function readRates(video: Stream, format: string, readings: Readings): void {
  if (INVENTS_RATE.test(format)) return;
  const base = exactRateOf(video.r_frame_rate);
  const average = exactRateOf(video.avg_frame_rate);
  const interlaced = /^[tb][tb]$/.test(video.field_order ?? '');
  const plain: Rational | null = base && average && isEqual(base, average) ? base : null;
  if (plain) readings.add('frameRate', 'avg_frame_rate', rateOf(plain), { raw: plain });
  else {
    if (average)
      readings.add('frameRate', 'avg_frame_rate', rateOf(average), {
        raw: average,
        confidence: interlaced ? 0.8 : 0.45,
      });
    if (base)
      readings.add('frameRate', 'r_frame_rate', rateOf(base), {
        raw: base,
        confidence: interlaced ? 0.2 : average ? 0.4 : 0.6,
      });
  }
}

function readTimecodes(streams: Stream[], format: Tags, readings: Readings): void {
  const dataTrack = streams.find((s) => s.codec_tag_string === 'tmcd');
  const tagged: [string, string | undefined, Stream | undefined][] = [
    ['tmcd stream timecode', dataTrack?.tags?.timecode, dataTrack],
    ...streams
      .filter((s) => s !== dataTrack)
      .map((s, i): [string, string | undefined, Stream] => [`stream ${i} timecode`, s.tags?.timecode, s]),
    ['format timecode', format.timecode, undefined],
  ];
  const seen = new Set<string>();
  for (const [tag, text, stream] of tagged) {
    if (text === undefined || seen.has(text)) continue;
    seen.add(text);
    const rate = stream === dataTrack ? rateOf(stream?.avg_frame_rate) : null;
    readings.add(
      'startTimecode',
      tag,
      { place: dataTrack ? 'tmcd' : stream ? 'mxfTape' : 'container', text, rate },
      { raw: text, confidence: stream ? 0.8 : 0.7 },
    );
  }
  if (dataTrack?.tags?.reel_name) readings.add('reelName', 'tmcd stream reel_name', dataTrack.tags.reel_name);
}

/** FFmpeg follows the source clips down to the tape package: its name is the reel of an Avid or a camera MXF. */
function readMxfTags(streams: Stream[], format: Tags, readings: Readings): void {
  const reel = streams
    .map((s) => (s.codec_tag_string === 'tmcd' ? undefined : s.tags?.reel_name))
    .find((name) => name !== undefined);
  if (reel !== undefined) {
    readings.add('reelName', 'stream reel_name', reel);
    readings.add('tapeName', 'stream reel_name', reel);
  }
  readings.add('umid', 'material_package_umid', umid(format.material_package_umid));
  readings.add(
    'mediaUid',
    'file_package_umid',
    umid(streams.map((s) => s.tags?.file_package_umid).find((u) => u !== undefined)),
  );
  if (format.product_name !== undefined)
    readings.add(
      'recorder',
      'company_name, product_name',
      { make: format.company_name, model: format.product_name.trim(), version: format.product_version },
      { confidence: 0.5 },
    );
}

function umid(text: string | undefined): string | null {
  const hex = text?.replace(/^0x/i, '').toLowerCase();
  return hex && /^[0-9a-f]{64}$/.test(hex) ? hex : null;
}

/** Tags of the Phantom and Magic Lantern demuxers. Source: FFmpeg libavformat/cinedec.c and mlvdec.c. */
function readRawTags(tags: Tags, format: string, readings: Readings): void {
  if (format === 'cine') {
    readings.add('cameraMake', 'cine', 'Vision Research');
    readings.add(
      'cameraModel',
      'camera_version',
      tags.camera_version && `Phantom (camera version ${tags.camera_version})`,
      { raw: tags.camera_version, confidence: 0.5 },
    );
    readings.add(
      'cameraSerialNumber',
      'camera_serial',
      tags.camera_serial === '0' ? null : tags.camera_serial,
    );
    readings.add('cameraFirmware', 'firmware_version', tags.firmware_version);
    readings.add('lensModel', 'description', null);
    const shutterNs = numberOf(tags.shutter_ns);
    if (shutterNs) readings.add('exposureTime', 'shutter_ns', shutterNs / 1e9, { raw: tags.shutter_ns });
    const [red, blue] = [numberOf(tags['wbgain[0].r']), numberOf(tags['wbgain[0].b'])];
    if (red && blue)
      readings.add('wbGains', 'wbgain[0]', [red, 1, blue], {
        raw: `${tags['wbgain[0].r']} ${tags['wbgain[0].b']}`,
      });
    readings.add('isoSpeed', 'real_iso', positiveInteger(tags.real_iso));
  }
  if (format !== 'mlv') return;
  readings.add('cameraModel', 'cameraName', tags.cameraName, { confidence: 0.9 });
  readings.add('cameraMake', 'cameraName', tags.cameraName?.split(' ')[0], { confidence: 0.7 });
  readings.add('cameraSerialNumber', 'cameraSerial', tags.cameraSerial);
  readings.add('isoSpeed', 'isoValue', positiveInteger(tags.isoValue));
  readings.add('exposureIndex', 'isoValue', positiveInteger(tags.isoValue), { confidence: 0.7 });
  readings.add('lensModel', 'lensName', tags.lensName);
  readings.add('focalLength', 'focalLength', positiveInteger(tags.focalLength));
  const fStop = numberOf(tags.aperture);
  if (fStop) readings.add('fStop', 'aperture', fStop / 100, { raw: tags.aperture });
  const shutterUs = numberOf(tags.shutterValue);
  if (shutterUs) readings.add('exposureTime', 'shutterValue', shutterUs / 1e6, { raw: tags.shutterValue });
  readings.add('whiteBalance', 'kelvin', positiveInteger(tags.kelvin));
  readings.add('uuid', 'guid', tags.guid);
  readings.add('recordedAt', 'time', tags.time?.replace(' ', 'T'));
}

function positiveInteger(text: string | undefined): number | null {
  const value = Number(text);
  return Number.isSafeInteger(value) && value > 0 ? value : null;
}
