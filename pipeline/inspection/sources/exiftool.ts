import type { FieldName } from '../fields.ts';
import { metresOf, numberOf, rateOf, secondsOf, textOf } from '../quantities.ts';
import type { Readings } from '../reading.ts';
import type { Source } from './source.ts';

type Tags = Record<string, unknown>;
type Rule = [field: FieldName, read: (value: unknown) => unknown, confidence?: number];

const text = (value: unknown): string | null => textOf(value) || null;
const whole = (value: unknown): number | null => {
  const n = numberOf(value);
  return n === null || n <= 0 ? null : Math.round(n);
};
/** ExifTool answers "70-300mm" for a zoom's range: that is no focal length. */
const millimetres = (value: unknown): number | null =>
  typeof value === 'string' && /\d\s*-\s*\d/.test(value) ? null : positive(value);
const positive = (value: unknown): number | null => {
  const n = numberOf(value);
  return n === null || n <= 0 ? null : n;
};

/**
 * ExifTool's tags by name without group, for every maker it reads alone. Pinned to ExifTool 13: names change between versions.
 * Source: ExifTool tag tables Exif, Canon, Sony, Panasonic, GoPro, H264, QuickTime Keys; captured outputs over the samples.
 */
const RULES: Record<string, Rule[]> = {
  Make: [['cameraMake', text]],
  Model: [['cameraModel', text]],
  SerialNumber: [['cameraSerialNumber', text]],
  CameraSerialNumber: [['cameraSerialNumber', text]],
  InternalSerialNumber: [['cameraSerialNumber', text, 0.4]],
  FirmwareVersion: [['cameraFirmware', text]],
  CanonFirmwareVersion: [['cameraFirmware', text]],
  Software: [['cameraFirmware', text, 0.4]],
  LensModel: [['lensModel', text]],
  Lens: [['lensModel', text, 0.6]],
  LensID: [['lensModel', text, 0.45]],
  LensMake: [['lensMake', text]],
  LensSerialNumber: [['lensSerialNumber', text]],
  FocalLength: [['focalLength', millimetres]],
  FNumber: [['fStop', positive]],
  ExposureTime: [['exposureTime', secondsOf]],
  ISO: [
    ['isoSpeed', whole],
    ['exposureIndex', whole, 0.6],
  ],
  RecommendedExposureIndex: [['exposureIndex', whole]],
  ColorTemperature: [['whiteBalance', whole]],
  SubjectDistance: [['focusDistance', (v) => metresOf(v)]],
  Gain: [['gain', numberOf]],
  AsShotNeutral: [['wbGains', neutralGains, 0.6]],
  RawDataUniqueID: [['uuid', text]],
  ImageUniqueID: [['uuid', text, 0.5]],
  MediaUID: [['mediaUid', text]],
  DateTimeOriginal: [['recordedAt', isoOf, 0.85]],
  CreationDate: [['recordedAt', isoOf, 0.94]],
  CaptureFrameRate: [['captureRate', rateOf]],
};

/** Groups that describe thumbnails, profiles or the transport, not the take. */
const IGNORED_GROUP =
  /^(Composite|ICC_Profile|ICC-header|System|File|SubIFD\d+|IFD1|PanasonicRaw|XMP-.*|IPTC|JFIF|AC3)$/;

/** ExifTool's view: best for stills, Canon, GoPro settings and AVCHD; R3D and DPX are read exactly by readers of ours. */
export const exifTool: Source = {
  tool: 'exiftool',
  confidence: 0.75,
  read(tags: Tags, readings: Readings, facts): void {
    for (const [key, value] of Object.entries(tags)) {
      const colon = key.indexOf(':');
      const [group, name] = [key.slice(0, colon), key.slice(colon + 1)];
      if (IGNORED_GROUP.test(group) || (group === 'Red' && name === 'ISO')) continue;
      for (const [field, read, confidence] of RULES[name] ?? [])
        readings.add(field, key, read(value), {
          raw: value,
          ...(confidence === undefined ? {} : { confidence }),
        });
    }
    readSize(tags, facts.sniffed, readings);
    readTimecodes(tags, readings);
    if (tags['Red:RedcodeVersion'] !== undefined) readRed(tags, readings);
  },
};

/** Gains are the inverse of the neutral that the camera saw. Source: DNG 1.7.1, AsShotNeutral. */
function neutralGains(value: unknown): number[] | null {
  const neutral = String(value).split(/\s+/).map(Number);
  return neutral.length === 3 && neutral.every((n) => n > 0)
    ? neutral.map((n) => Number((neutral[1]! / n).toFixed(6)))
    : null;
}

/** `2019:04:24 22:24:00+02:00 DST` to ISO 8601; a date of zeros is unset. */
function isoOf(value: unknown): string | null {
  const match = /^(\d{4}):(\d\d):(\d\d)[ T](\d\d:\d\d:\d\d(?:\.\d+)?)\s*(Z|[+-]\d\d:\d\d)?/.exec(
    String(value),
  );
  if (!match || match[1] === '0000') return null;
  return `${match[1]}-${match[2]}-${match[3]}T${match[4]}${match[5] ?? ''}`;
}

/** Stored size of an MXF is that of one field in interlaced files; the sensor size of a raw picture is not its image. */
function readSize(tags: Tags, sniffed: string, readings: Readings): void {
  const size = /^(\d+)x(\d+)$/.exec(textOf(tags['Composite:ImageSize']));
  if (!size) return;
  const confidence = sniffed === 'mxf' ? 0.1 : sniffed === 'tiff' || sniffed === 'crx' ? 0.5 : 0.6;
  readings.add(
    'imageSize',
    'Composite:ImageSize',
    { width: Number(size[1]), height: Number(size[2]) },
    { raw: tags['Composite:ImageSize'], confidence },
  );
}

function readTimecodes(tags: Tags, readings: Readings): void {
  const avchd = tags['H264:TimeCode'];
  if (typeof avchd === 'string')
    readings.add(
      'startTimecode',
      'H264:TimeCode',
      { place: 'gop', text: avchd },
      { raw: avchd, confidence: 0.75 },
    );
  // MXF start times are printed in whole seconds of real time: no timecode can be told from them.
}

/** R3D as ExifTool reads it: `Take` is the clip number, `CameraType` the camera letter. Source: ExifTool Red.pm. */
function readRed(tags: Tags, readings: Readings): void {
  const red = (name: string) => tags[`Red:${name}`];
  readings.add('cameraMake', 'Red:RedcodeVersion', 'RED', { raw: red('RedcodeVersion') });
  readings.add('frameRate', 'Red:FrameRate', rateOf(red('FrameRate')), { raw: red('FrameRate') });
  readings.add(
    'startTimecode',
    'Red:StartTimecode',
    { place: 'header', text: textOf(red('StartTimecode')) },
    { raw: red('StartTimecode') },
  );
  readings.add('edgeTimecode', 'Red:StartEdgeCode', red('StartEdgeCode'));
  readings.add('cameraLabel', 'Red:CameraType', red('CameraType'));
  readings.add('reelNumber', 'Red:ReelNumber', text(red('ReelNumber')), { raw: red('ReelNumber') });
  readings.add('clipNumber', 'Red:Take', text(red('Take')), { raw: red('Take') });
  readings.add('exposureIndex', 'Red:ISO', whole(red('ISO')), { raw: red('ISO') });
  readings.add('mediaSerial', 'Red:StorageSerialNumber', text(red('StorageSerialNumber')));
}
