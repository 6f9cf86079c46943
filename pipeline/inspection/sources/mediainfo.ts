import { numberOf, rateOf, tidy } from '../quantities.ts';
import type { Readings } from '../reading.ts';
import type { TimecodePlace } from '../timecode-reading.ts';
import { readCameraKeys } from './camera-keys.ts';
import { dig, type Source } from './source.ts';

type Track = Record<string, unknown>;

/** Codecs in our words by MediaInfo's format names. */
const FORMATS: Record<string, string> = {
  ProRes: 'prores',
  AVC: 'h264',
  HEVC: 'hevc',
  VC3: 'dnxhd',
  'VC-3': 'dnxhd',
  'MPEG Video': 'mpeg2',
  'MPEG-4 Visual': 'mpeg4',
  'JPEG 2000': 'jpeg2000',
  CineForm: 'cineform',
  JPEG: 'mjpeg',
  ARRIRAW: 'arriraw',
  'ProRes RAW': 'prores-raw',
};

/** MediaInfo's view: the only reader of Sony's per-frame acquisition metadata, and of every MXF timecode with its package. */
export const mediaInfo: Source = {
  tool: 'mediainfo',
  confidence: 0.7,
  read(output: unknown, readings: Readings, facts): void {
    const tracks = (dig(output, 'media', 'track') as Track[] | undefined) ?? [];
    const general = tracks.find((t) => t['@type'] === 'General');
    const picture = tracks.find((t) => t['@type'] === 'Video');
    // Of a still in a movie container MediaInfo makes one frame a second.
    const isStill = facts.sniffed === 'crx' && picture?.FrameCount === '1';
    if (picture) readVideo(picture, isStill, readings);
    const still = tracks.find((t) => t['@type'] === 'Image' && t.Type !== 'Thumbnail');
    if (still) addSize(still, readings, 0.5);
    if (general) readGeneral(general, readings);
    for (const track of tracks) if (track['@type'] === 'Other') readOther(track, readings);
  },
};

function text(track: Track, key: string): string | undefined {
  const value = track[key];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function addSize(track: Track, readings: Readings, confidence?: number): void {
  const [width, height] = [numberOf(text(track, 'Width')), numberOf(text(track, 'Height'))];
  if (width && height)
    readings.add(
      'imageSize',
      'Width,Height',
      { width, height },
      confidence === undefined ? {} : { confidence },
    );
}

function readVideo(track: Track, isStill: boolean, readings: Readings): void {
  addSize(track, readings);
  if (!isStill) readRates(track, readings);
  readings.add('frameCount', 'FrameCount', numberOf(text(track, 'FrameCount')), { confidence: 0.65 });
  const format = text(track, 'Format');
  if (format) {
    const depth = numberOf(text(track, 'BitDepth'));
    const codec = {
      family: FORMATS[format] ?? format.toLowerCase(),
      ...(text(track, 'Format_Profile') ? { profile: text(track, 'Format_Profile') } : {}),
      ...(text(track, 'CodecID') ? { fourcc: text(track, 'CodecID') } : {}),
      ...(depth ? { bitDepth: depth } : {}),
      ...(text(track, 'ChromaSubsampling') ? { chroma: text(track, 'ChromaSubsampling') } : {}),
    };
    readings.add('codec', 'Format', codec, { raw: format });
  }
  const scan = text(track, 'ScanType');
  if (scan)
    readings.add('scanType', 'ScanType', scan === 'Progressive' ? 'progressive' : 'interlaced', {
      raw: scan,
    });
  const order = text(track, 'ScanOrder');
  if (order) readings.add('fieldOrder', 'ScanOrder', order === 'TFF' ? 'top' : 'bottom', { raw: order });
  const range = text(track, 'colour_range')?.split(' / ')[0];
  if (range)
    readings.add('colorRange', 'colour_range', range.toLowerCase(), {
      raw: track.colour_range,
      confidence: 0.72,
    });
  const streamRange = text(track, 'colour_range_Original')?.split(' / ')[0];
  if (streamRange)
    readings.add('colorRange', 'colour_range_Original', streamRange.toLowerCase(), {
      raw: track.colour_range_Original,
      confidence: 0.3,
    });
  readings.add('colorPrimaries', 'colour_primaries', text(track, 'colour_primaries')?.split(' / ')[0], {
    confidence: 0.28,
  });
  readings.add(
    'transferFunction',
    'transfer_characteristics',
    text(track, 'transfer_characteristics')?.split(' / ')[0],
    { confidence: 0.28 },
  );
  const gop = text(track, 'TimeCode_FirstFrame');
  if (gop)
    readings.add(
      'startTimecode',
      'TimeCode_FirstFrame (stream)',
      { place: 'gop', text: gop },
      { raw: gop, confidence: 0.4 },
    );
}

function readRates(track: Track, readings: Readings): void {
  const exact =
    text(track, 'FrameRate_Num') !== undefined
      ? { num: Number(track.FrameRate_Num), den: Number(track.FrameRate_Den ?? 1) }
      : null;
  const variable = text(track, 'FrameRate_Mode') === 'VFR';
  readings.add('frameRate', 'FrameRate', rateOf(exact ?? text(track, 'FrameRate')), {
    raw: exact ?? track.FrameRate,
    confidence: variable ? 0.4 : 0.7,
  });
  const original = text(track, 'FrameRate_Original_Num')
    ? { num: Number(track.FrameRate_Original_Num), den: Number(track.FrameRate_Original_Den ?? 1) }
    : text(track, 'FrameRate_Original');
  readings.add('frameRate', 'FrameRate_Original', rateOf(original), { raw: original, confidence: 0.35 });
  if (variable) readings.add('isVariableFrameRate', 'FrameRate_Mode', true, { raw: 'VFR', confidence: 0.85 });
}

function readGeneral(track: Track, readings: Readings): void {
  readings.add('tapeName', 'PackageName', text(track, 'PackageName'), { confidence: 0.5 });
  readings.add('recordedAt', 'Recorded_Date', isoOf(text(track, 'Recorded_Date')), {
    raw: track.Recorded_Date,
    confidence: 0.8,
  });
  readings.add('cameraMake', 'Encoded_Hardware_CompanyName', text(track, 'Encoded_Hardware_CompanyName'));
  readings.add(
    'cameraModel',
    'Encoded_Hardware_Model',
    text(track, 'Encoded_Hardware_Model') ?? text(track, 'Encoded_Hardware_Name'),
  );
  const extra = dig(track, 'extra');
  if (typeof extra !== 'object' || extra === null) return;
  // MediaInfo turns the dots of keys into underscores; the file's own spelling is restored where it is known.
  const keys = Object.entries(extra).filter((e): e is [string, string] => typeof e[1] === 'string');
  const restored = keys.map(([key, value]): [string, string] => [
    key.replace(/^com_(arri|dji)_camera_/, 'com.$1.camera.'),
    value,
  ]);
  if (restored.some(([key]) => /^com\.|^manufacturer$/.test(key)))
    readCameraKeys(Object.fromEntries(restored), readings);
}

const SETTINGS: Record<string, TimecodePlace> = {
  'Material Package': 'mxfMaterial',
  'Source Package': 'mxfSource',
};

function readOther(track: Track, readings: Readings): void {
  const first = text(track, 'TimeCode_FirstFrame');
  const rate = text(track, 'FrameRate_Num')
    ? rateOf({ num: Number(track.FrameRate_Num), den: Number(track.FrameRate_Den ?? 1) })
    : null;
  if (first && text(track, 'Type') === 'Time code') {
    const format = text(track, 'Format');
    const place: TimecodePlace =
      format === 'QuickTime TC'
        ? 'tmcd'
        : format === 'SMPTE TC'
          ? 'sdti'
          : (SETTINGS[text(track, 'TimeCode_Settings') ?? ''] ?? 'container');
    const tag = `TimeCode_FirstFrame (${[format, text(track, 'TimeCode_Settings'), text(track, 'MuxingMode')].filter(Boolean).join(', ')})`;
    readings.add(
      'startTimecode',
      tag,
      { place, text: first, rate, dropFrame: text(track, 'TimeCode_DropFrame') === 'Yes' },
      { raw: first, confidence: place === 'sdti' ? 0.5 : place === 'mxfSource' ? 0.66 : 0.6 },
    );
  }
  if (text(track, 'Format') === 'QuickTime TC')
    readings.add('reelName', 'Title (QuickTime TC)', realTitle(text(track, 'Title')), { confidence: 0.5 });
  if (text(track, 'Format') === 'Acquisition Metadata')
    readAcquisition(dig(track, 'extra') as Track | undefined, readings);
}

/** The title of a timecode track is its reel only when it is not the name of a handler. */
function realTitle(title: string | undefined): string | undefined {
  return title === undefined || /handler|time ?code|GoPro TCD|Core Media/i.test(title) ? undefined : title;
}

/** SMPTE RDD 18 items by MediaInfo's names, first frame. Source: SMPTE RDD 18:2012; MediaInfoLib File_Ancillary. */
function readAcquisition(extra: Track | undefined, readings: Readings): void {
  if (!extra) return;
  const at = (name: string) => text(extra, `${name}_FirstFrame`);
  const frame0 = { scope: 'frame0' as const, confidence: 0.8 };
  const number = (name: string) => {
    const value = numberOf(at(name));
    return value === null ? null : tidy(value);
  };
  readings.add('fStop', 'IrisFNumber', number('IrisFNumber'), { ...frame0, raw: at('IrisFNumber') });
  readings.add('tStop', 'IrisTNumber', number('IrisTNumber'), { ...frame0, raw: at('IrisTNumber') });
  readings.add('focusDistance', 'FocusPositionFromImagePlane', number('FocusPositionFromImagePlane'), {
    ...frame0,
    raw: at('FocusPositionFromImagePlane'),
  });
  readings.add('focalLength', 'LensZoomActualFocalLength', number('LensZoomActualFocalLength'), {
    ...frame0,
    raw: at('LensZoomActualFocalLength'),
  });
  readings.add('captureRate', 'CaptureFrameRate', rateOf(at('CaptureFrameRate')), {
    ...frame0,
    raw: at('CaptureFrameRate'),
  });
  const time = at('ShutterSpeed_Time');
  const [over, under] = (time ?? '').split('/').map(Number);
  if (over && under)
    readings.add('exposureTime', 'ShutterSpeed_Time', over / under, { ...frame0, raw: time });
  readings.add('shutterAngle', 'ShutterSpeed_Angle', number('ShutterSpeed_Angle'), {
    ...frame0,
    raw: at('ShutterSpeed_Angle'),
  });
  readings.add('gain', 'CameraMasterGainAdjustment', number('CameraMasterGainAdjustment'), {
    ...frame0,
    raw: at('CameraMasterGainAdjustment'),
  });
  readings.add('isoSpeed', 'ISOSensitivity', number('ISOSensitivity'), {
    ...frame0,
    raw: at('ISOSensitivity'),
  });
  readings.add('exposureIndex', 'ExposureIndexofPhotoMeter', number('ExposureIndexofPhotoMeter'), {
    ...frame0,
    raw: at('ExposureIndexofPhotoMeter'),
  });
  readings.add('whiteBalance', 'WhiteBalance', number('WhiteBalance'), {
    ...frame0,
    raw: at('WhiteBalance'),
  });
  readings.add('wbMode', 'AutoWhiteBalanceMode', at('AutoWhiteBalanceMode'), frame0);
  readings.add('transferFunction', 'CaptureGammaEquation', at('CaptureGammaEquation'), frame0);
}

function isoOf(date: string | undefined): string | undefined {
  return date?.replace(/^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?)/, '$1T$2').replace(/ UTC$/, 'Z');
}
