import type { ExrFacts } from '../../../engine/open/inspect/readers/exr.ts';
import { Keycode } from '../../../schemas/keycode.ts';
import type { Box } from '../../../standards/exr/attribute-value.ts';
import { pictureFrame } from '../../../standards/exr/picture.ts';
import { fractionOf, rateOf, textOf, tidy } from '../quantities.ts';
import type { Readings } from '../reading.ts';
import type { Source } from './source.ts';

const EXR_TEXTS = [
  ['reelName', 'reelName'],
  ['cameraMake', 'cameraMake'],
  ['cameraModel', 'cameraModel'],
  ['cameraSerialNumber', 'cameraSerialNumber'],
  ['cameraFirmwareVersion', 'cameraFirmware'],
  ['cameraUuid', 'cameraUuid'],
  ['cameraLabel', 'cameraLabel'],
  ['lensMake', 'lensMake'],
  ['lensModel', 'lensModel'],
  ['lensSerialNumber', 'lensSerialNumber'],
  ['lensFirmwareVersion', 'lensFirmware'],
] as const;
const EXR_NUMBERS = [
  ['isoSpeed', 'isoSpeed'],
  ['expTime', 'exposureTime'],
  ['shutterAngle', 'shutterAngle'],
  ['tStop', 'tStop'],
  ['aperture', 'fStop'],
  ['nominalFocalLength', 'focalLength'],
  ['effectiveFocalLength', 'focalLength'],
  ['focus', 'focusDistance'],
  ['cameraCCTSetting', 'whiteBalance'],
  ['cameraTintSetting', 'tint'],
  ['entrancePupilOffset', 'entrancePupilOffset'],
  ['sensorPhotositePitch', 'photositePitch'],
] as const;

/** AP0 primaries and white of ACES2065-1. Source: SMPTE ST 2065-1:2021 table 1. */
const AP0 = [0.7347, 0.2653, 0, 1, 0.0001, -0.077, 0.32168, 0.33767];

/** OpenEXR standard attributes. Source: OpenEXR "Standard Attributes". */
export const exrHeader: Source = {
  tool: 'exr-header',
  confidence: 0.9,
  read(facts: ExrFacts, readings: Readings): void {
    const at = (name: string) => facts.attributes[name]?.value ?? null;
    readings.add('container', 'OpenEXR', 'sequence');
    const channels = at('channels') as { name: string; pixelType: number }[] | null;
    readings.add(
      'codec',
      'channels, compression',
      {
        family: 'exr',
        ...(facts.compression ? { profile: facts.compression } : {}),
        ...(channels?.[0] ? { bitDepth: channels[0].pixelType === 1 ? 16 : 32 } : {}),
      },
      { raw: facts.compression },
    );
    const [data, display] = [at('dataWindow') as Box | null, at('displayWindow') as Box | null];
    const frame = size(pictureFrame(data, display));
    if (frame) readings.add('imageSize', 'dataWindow', frame, { raw: data });
    const shown = size(display);
    if (shown) readings.add('displaySize', 'displayWindow', shown);
    readKeycode(at('keyCode'), readings);
    for (const [name, field] of EXR_TEXTS) readings.add(field, name, at(name));
    for (const [name, field] of EXR_NUMBERS) {
      const value = at(name);
      if (typeof value === 'number' && value > (field === 'tint' ? -Infinity : 0))
        readings.add(field, name, tidy(value), {
          raw: value,
          ...(name === 'effectiveFocalLength' ? { confidence: 0.8 } : {}),
        });
    }
    readings.add('frameRate', 'framesPerSecond', rateOf(at('framesPerSecond')), {
      raw: at('framesPerSecond'),
    });
    readings.add('captureRate', 'captureRate', rateOf(at('captureRate')), { raw: at('captureRate') });
    const aspect = at('pixelAspectRatio');
    if (typeof aspect === 'number' && aspect > 0)
      readings.add('pixelAspectRatio', 'pixelAspectRatio', fractionOf(tidy(aspect)), { raw: aspect });
    const timecode = at('timeCode') as {
      text: string;
      dropFrame: boolean;
      timeAndFlags: number;
      userData: number;
    } | null;
    if (timecode)
      readings.add(
        'startTimecode',
        'timeCode',
        {
          place: 'header',
          text: timecode.text,
          dropFrame: timecode.dropFrame,
          rate: rateOf(at('framesPerSecond')),
        },
        { raw: timecode.timeAndFlags },
      );
    if (timecode?.userData)
      readings.add('userBits', 'timeCode user data', timecode.userData.toString(16).padStart(8, '0'));
    const chroma = at('chromaticities');
    if (Array.isArray(chroma) && AP0.every((v, i) => Math.abs(v - Number(chroma[i])) < 0.0005)) {
      readings.add('colorPrimaries', 'chromaticities', 'ACES AP0', { raw: chroma });
      readings.add('transferFunction', 'chromaticities', 'Linear', { raw: chroma, confidence: 0.8 });
    }
    readings.add(
      'recordedAt',
      'capDate',
      textOf(at('capDate')).replace(/^(\d{4}):(\d\d):(\d\d) /, '$1-$2-$3T') || null,
      { raw: at('capDate'), confidence: 0.7 },
    );
  },
};

function size(box: unknown): { width: number; height: number } | null {
  const { xMin, xMax, yMin, yMax } = (box ?? {}) as {
    xMin?: number;
    xMax?: number;
    yMin?: number;
    yMax?: number;
  };
  if (xMin === undefined || xMax === undefined || yMin === undefined || yMax === undefined) return null;
  const [width, height] = [xMax - xMin + 1, yMax - yMin + 1];
  return width > 0 && height > 0 ? { width, height } : null;
}

/** Seven numbers in the order of OpenEXR's KeyCode. */
function readKeycode(value: unknown, readings: Readings): void {
  if (!Array.isArray(value)) return;
  const [manufacturer, filmType, prefix, count, perfOffset, perfsPerFrame, perfsPerCount] = value as number[];
  const names = { manufacturer, filmType, prefix, count, perfOffset, perfsPerFrame, perfsPerCount };
  const keycode = Keycode.safeParse(names);
  if (keycode.success) readings.add('keycode', 'keyCode', keycode.data, { raw: value });
}
