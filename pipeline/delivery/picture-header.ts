import { Keycode } from '../../schemas/keycode.ts';
import type { PictureHeader } from '../../schemas/segment-job.ts';
import { type ClipSource, fieldValue, numberField, rationalField, textField } from './clip-source.ts';

/** OpenEXR standard attribute and the normalized field it carries. Source: OpenEXR ImfStandardAttributes.h. */
const STRINGS: readonly (readonly [attribute: string, field: string])[] = [
  ['cameraMake', 'cameraMake'],
  ['cameraModel', 'cameraModel'],
  ['cameraSerialNumber', 'cameraSerialNumber'],
  ['cameraFirmwareVersion', 'cameraFirmware'],
  ['cameraLabel', 'cameraLabel'],
  ['cameraUuid', 'cameraUuid'],
  ['lensMake', 'lensMake'],
  ['lensModel', 'lensModel'],
  ['lensSerialNumber', 'lensSerialNumber'],
  ['lensFirmwareVersion', 'lensFirmware'],
];

/** Left out on purpose: white balance tint, whose unit differs per maker, and what varies within a clip. */
const NUMBERS: readonly (readonly [attribute: string, field: string])[] = [
  ['isoSpeed', 'exposureIndex'],
  ['tStop', 'tStop'],
  ['aperture', 'fStop'],
  ['nominalFocalLength', 'focalLength'],
  ['shutterAngle', 'shutterAngle'],
  ['expTime', 'exposureTime'],
  ['sensorPhotositePitch', 'photositePitch'],
  ['cameraCCTSetting', 'whiteBalance'],
];

/** Header values of a clip's plates. They belong to the clip, never to the shot, so that two shots share one frame. */
export function pictureHeader(source: ClipSource): PictureHeader {
  const { clip } = source;
  const reelName = textField(clip, 'reelName');
  const startTimecode = textField(clip, 'startTimecode');
  const frameRate = rationalField(clip, 'frameRate');
  const captureRate = rationalField(clip, 'captureRate');
  const keycode = Keycode.safeParse(fieldValue(clip, 'keycode'));
  return {
    ...(reelName === null ? {} : { reelName }),
    ...(startTimecode === null ? {} : { startTimecode, dropFrame: startTimecode.includes(';') }),
    ...(frameRate === null
      ? {}
      : { framesPerSecond: frameRate, timecodeBase: Math.round(frameRate.num / frameRate.den) }),
    ...(captureRate === null ? {} : { captureRate }),
    ...(keycode.success ? { keycode: keycode.data } : {}),
    strings: collect(STRINGS, (field) => textField(clip, field)),
    numbers: collect(NUMBERS, (field) => numberField(clip, field)),
  };
}

function collect<T>(table: typeof STRINGS, read: (field: string) => T | null): Record<string, T> {
  const pairs = table.map(([attribute, field]) => [attribute, read(field)] as const);
  return Object.fromEntries(pairs.filter((pair): pair is readonly [string, T & {}] => pair[1] !== null));
}
