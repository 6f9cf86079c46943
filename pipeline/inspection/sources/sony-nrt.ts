import type { Rational } from '../../../schemas/rational.ts';
import { divide, rational } from '../../../standards/time/rational.ts';
import { fractionOf, numberOf, rateOf, tidy } from '../quantities.ts';
import type { Readings } from '../reading.ts';
import { dig, type Source } from './source.ts';

/** Sony's model codes. Sources: shared reference inspection section 2, item 12. */
const MODELS: Record<string, string> = { 'MPC-3610': 'VENICE', 'MPC-3628': 'VENICE 2', 'MPC-2610': 'BURANO' };

/** Sony's non-real-time metadata: the sidecar `M01.XML`, also found in MXF and MP4. Namespaces differ by version, local names do not. */
export const sonyNrt: Source = {
  tool: 'sony-nrt-xml',
  confidence: 0.85,
  read: (tree: unknown, readings) => readSonyNrt(tree, readings),
};

/** Reads the tree below `NonRealTimeMeta`. Source: Sony NonRealTimeMeta schema 2.00 to 2.20 as captured; SMPTE RDD 18 names. */
export function readSonyNrt(tree: unknown, readings: Readings): void {
  const at = (...path: string[]) => text(dig(tree, ...path));
  const formatRate = rateOf(at('VideoFormat', 'VideoFrame', '@formatFps'));
  readings.add('frameRate', 'VideoFrame@formatFps', formatRate, {
    raw: at('VideoFormat', 'VideoFrame', '@formatFps'),
  });
  readings.add(
    'captureRate',
    'VideoFrame@captureFps',
    rateOf(at('VideoFormat', 'VideoFrame', '@captureFps')),
    { raw: at('VideoFormat', 'VideoFrame', '@captureFps') },
  );
  readings.add('frameCount', 'Duration', numberOf(at('Duration', '@value')));
  readings.add('umid', 'TargetMaterial@umidRef', at('TargetMaterial', '@umidRef')?.toLowerCase());
  readings.add('recordedAt', 'CreationDate', at('CreationDate', '@value'), { confidence: 0.9 });
  readLtc(dig(tree, 'LtcChangeTable'), formatRate, readings);
  readFormat(tree, readings);
  readDevices(tree, readings);
  readItems(items(tree), readings);
  readDescription(tree, readings);
  const ubit = at('TypicalUbit', '@value');
  if (ubit && /[1-9a-f]/i.test(ubit)) readings.add('userBits', 'TypicalUbit', ubit);
}

/**
 * LTC values are BCD, frames first: FF SS MM HH, bit 6 of FF is drop-frame, bit 7 of SS is the field or second frame of a pair.
 * With `halfStep` two frames share a number. Vectors: shared reference inspection 3.3.
 */
export function decodeLtc(value: string): { text: string; dropFrame: boolean; second: boolean } | null {
  if (!/^[0-9a-f]{8}$/i.test(value)) return null;
  const [frames, seconds, minutes, hours] = [0, 2, 4, 6].map((i) =>
    Number.parseInt(value.slice(i, i + 2), 16),
  ) as [number, number, number, number];
  const parts = [hours & 0x3f, minutes & 0x7f, seconds & 0x7f, frames & 0x3f];
  if (parts.some((byte) => (byte & 0xf) > 9)) return null;
  const [h, m, s, f] = parts.map((byte) => `${byte >> 4}${byte & 0xf}`) as [string, string, string, string];
  const dropFrame = (frames & 0x40) !== 0;
  return { text: `${h}:${m}:${s}${dropFrame ? ';' : ':'}${f}`, dropFrame, second: (seconds & 0x80) !== 0 };
}

function readLtc(table: unknown, formatRate: Rational | null, readings: Readings): void {
  const changes = list(dig(table, 'LtcChange'));
  const first = changes.find((c) => text(dig(c, '@frameCount')) === '0') ?? changes[0];
  const value = text(dig(first, '@value'));
  const decoded = value ? decodeLtc(value) : null;
  if (!decoded) {
    if (value) readings.unset('startTimecode', 'LtcChangeTable', value);
    return;
  }
  const halfStep = text(dig(table, '@halfStep')) === 'true';
  const told = rateOf(text(dig(table, '@tcFps')));
  // tcFps is a whole number also where the format runs at an NTSC rate.
  const byFormat = formatRate && (halfStep ? divide(formatRate, rational(2)) : formatRate);
  const near = byFormat && told && Math.abs(byFormat.num / byFormat.den - told.num / told.den) < 0.1;
  readings.add(
    'startTimecode',
    'LtcChangeTable',
    { place: 'nrtLtc', text: decoded.text, dropFrame: decoded.dropFrame, rate: near ? byFormat : told },
    { raw: value },
  );
}

function readFormat(tree: unknown, readings: Readings): void {
  const layout = dig(tree, 'VideoFormat', 'VideoLayout');
  const [width, height] = [
    numberOf(text(dig(layout, '@pixel'))),
    numberOf(text(dig(layout, '@numOfVerticalLine'))),
  ];
  if (width && height) readings.add('imageSize', 'VideoLayout', { width, height }, { confidence: 0.8 });
  readings.add(
    'pixelAspectRatio',
    'VideoLayout@pixelAspect',
    fractionOf(text(dig(layout, '@pixelAspect'))?.replace(':', '/')),
    { raw: text(dig(layout, '@pixelAspect')), confidence: 0.7 },
  );
  const codec = text(dig(tree, 'VideoFormat', 'VideoFrame', '@videoCodec'));
  if (codec)
    readings.add(
      'codec',
      'VideoFrame@videoCodec',
      /X-OCN/i.test(codec)
        ? { family: 'x-ocn', profile: codec, bayer: true }
        : { family: familyOf(codec), profile: codec },
      { raw: codec, confidence: 0.6 },
    );
  const ports = list(dig(tree, 'AudioFormat', 'AudioRecPort'));
  if (ports.length > 0)
    readings.add(
      'audio',
      'AudioRecPort',
      ports.map((p) => ({
        format: text(dig(p, '@audioCodec')),
        channel: text(dig(p, '@trackDst')),
        sampleRate: numberOf(text(dig(p, '@samplingRate'))),
      })),
      { confidence: 0.6 },
    );
}

function familyOf(codec: string): string {
  if (/AVC|H264|XAVC/i.test(codec)) return 'h264';
  if (/HEVC|H265/i.test(codec)) return 'hevc';
  if (/DNx/i.test(codec)) return 'dnxhd';
  return /MPEG-?2|HD422/i.test(codec) ? 'mpeg2' : 'other';
}

/** Where a recorder is attached, `Device` is the recorder and `Camera` the camera; alone, `Device` is the camera. */
function readDevices(tree: unknown, readings: Readings): void {
  const attached = dig(tree, 'Camera');
  const camera = attached ?? dig(tree, 'Device');
  const tag = attached ? 'Camera' : 'Device';
  const model = text(dig(camera, '@modelName'));
  readings.add('cameraMake', `${tag}@manufacturer`, text(dig(camera, '@manufacturer')));
  if (model)
    readings.add('cameraModel', `${tag}@modelName`, MODELS[model] ? `${MODELS[model]} (${model})` : model, {
      raw: model,
    });
  readings.add('cameraSerialNumber', `${tag}@serialNo`, text(dig(camera, '@serialNo')));
  readings.add(
    'cameraFirmware',
    `${tag}/Element@software`,
    text(dig(list(dig(camera, 'Element'))[0], '@software')),
  );
  if (attached)
    readings.add('recorder', 'Device', {
      make: text(dig(tree, 'Device', '@manufacturer')),
      model: text(dig(tree, 'Device', '@modelName')),
      serial: text(dig(tree, 'Device', '@serialNo')),
    });
  readings.add('lensModel', 'Lens@modelName', text(dig(tree, 'Lens', '@modelName')));
  readings.add('lensMake', 'Lens@manufacturer', text(dig(tree, 'Lens', '@manufacturer')) || null);
  readings.add('lensSerialNumber', 'Lens@serialNo', text(dig(tree, 'Lens', '@serialNo')) || null);
}

/** Acquisition items of all groups by name. */
function items(tree: unknown): Map<string, string> {
  const groups = list(dig(tree, 'AcquisitionRecord', 'Group'));
  const pairs = groups
    .flatMap((group) => list(dig(group, 'Item')))
    .map((item) => [text(dig(item, '@name')), text(dig(item, '@value'))] as const);
  return new Map(
    pairs.filter((p): p is readonly [string, string] => p[0] !== undefined && p[1] !== undefined),
  );
}

function readItems(item: Map<string, string>, readings: Readings): void {
  const number = (name: string, divisor = 1) => {
    const n = numberOf(item.get(name));
    return n === null ? null : tidy(n / divisor);
  };
  const raw = (name: string) => ({ raw: item.get(name) });
  readings.add(
    'exposureIndex',
    'ExposureIndexOfPhotoMeter',
    number('ExposureIndexOfPhotoMeter'),
    raw('ExposureIndexOfPhotoMeter'),
  );
  readings.add('isoSpeed', 'ISOSensitivity', number('ISOSensitivity'), raw('ISOSensitivity'));
  readings.add(
    'shutterAngle',
    'ShutterSpeedAngle',
    number('ShutterSpeedAngle', 100),
    raw('ShutterSpeedAngle'),
  );
  const time = fractionOf(item.get('ShutterSpeedTime'));
  if (time && time.num > 0)
    readings.add('exposureTime', 'ShutterSpeedTime', time.num / time.den, raw('ShutterSpeedTime'));
  readings.add('whiteBalance', 'WhiteBalance', number('WhiteBalance'), raw('WhiteBalance'));
  readings.add('tint', 'TintCorrection', number('TintCorrection'), raw('TintCorrection'));
  readings.add(
    'focalLength',
    'LensZoomActualFocalLength',
    number('LensZoomActualFocalLength'),
    raw('LensZoomActualFocalLength'),
  );
  const squeeze = number('AnamorphicLensSqueezeRatio');
  if (squeeze && squeeze >= 100)
    readings.add(
      'lensSqueeze',
      'AnamorphicLensSqueezeRatio',
      squeeze === 133 ? rational(4, 3) : rational(squeeze, 100),
      raw('AnamorphicLensSqueezeRatio'),
    );
  const wheel = number('NeutralDensityFilterWheelSetting');
  // The setting is N of 1/N: 1 is clear, 4 a quarter of the light. Source: SMPTE RDD 18:2012; EBU Tech 3349.
  if (wheel && wheel >= 1)
    readings.add(
      'ndFilter',
      'NeutralDensityFilterWheelSetting',
      {
        stops: tidy(Math.log2(wheel)),
        density: tidy(Math.log2(wheel) * 0.3),
        raw: item.get('NeutralDensityFilterWheelSetting'),
      },
      raw('NeutralDensityFilterWheelSetting'),
    );
  readings.add('transferFunction', 'CaptureGammaEquation', item.get('CaptureGammaEquation'));
  readings.add('colorPrimaries', 'CaptureColorPrimaries', item.get('CaptureColorPrimaries'));
  readings.add('fStop', 'IrisFNumber', number('IrisFNumber'), raw('IrisFNumber'));
  readings.add('tStop', 'IrisTNumber', number('IrisTNumber'), raw('IrisTNumber'));
  const look = {
    gamma: item.get('GammaForLook'),
    gamut: item.get('ColorForLook'),
    lutFile: item.get('PreCDLTransform')?.replace(/^LUT:/, ''),
    ...(item.has('LookProcessBaked') ? { burnedIn: item.get('LookProcessBaked') === 'true' } : {}),
  };
  const told = Object.fromEntries(Object.entries(look).filter(([, v]) => v !== undefined && v !== 'none'));
  if (Object.keys(told).length > 0) readings.add('look', 'GammaForLook, ColorForLook, PreCDLTransform', told);
}

const SLATE: Record<string, string> = {
  Scene: 'scene',
  Shot: 'shot',
  Take: 'take',
  Circle: 'circled',
  Production: 'production',
  DirectorName: 'director',
  DirectorOfPhotographyName: 'dop',
};

function readDescription(tree: unknown, readings: Readings): void {
  const meta = list(dig(tree, 'UserDescriptiveMetadata', 'Meta')).map(
    (m) => [text(dig(m, '@name')) ?? '', text(dig(m, '@content')) ?? ''] as const,
  );
  const of = new Map(meta.filter(([, content]) => content !== ''));
  const [letter, reel] = [of.get('CameraIndex'), of.get('Reel')];
  readings.add('cameraLabel', 'CameraIndex', letter);
  readings.add('reelNumber', 'Reel', reel);
  if (letter && reel) readings.add('reelName', 'CameraIndex, Reel', `${letter}${reel}`, { confidence: 0.7 });
  readings.add('clipNumber', 'Shot', of.get('Shot'), { confidence: 0.5 });
  const slate = Object.fromEntries(
    Object.entries(SLATE).flatMap(([name, key]) => (of.has(name) ? [[key, of.get(name)]] : [])),
  );
  if (Object.keys(slate).length > 0) readings.add('slate', 'UserDescriptiveMetadata', slate);
}

/** A child as text: an element's own text or an attribute. */
function text(value: unknown): string | undefined {
  if (typeof value === 'string') return value.trim();
  const inner = dig(value, '#text');
  return typeof inner === 'string' ? inner.trim() : undefined;
}

/** Children of one name: none, one or several. */
function list(value: unknown): unknown[] {
  if (value === undefined || value === null || value === '') return [];
  return Array.isArray(value) ? value : [value];
}
