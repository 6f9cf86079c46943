import type { AriFacts } from '../../../engine/open/inspect/readers/ari.ts';
import { fractionOf, rateOf, tidy } from '../quantities.ts';
import type { Readings } from '../reading.ts';
import { timecodeOfBcd } from '../timecode-bcd.ts';
import { ndFilterOf } from './camera-keys.ts';
import type { Source } from './source.ts';

/** ARRIRAW frame headers; rates and angles are in thousandths, lengths in thousandths of a millimetre, inch or metre. */
export const ariHeader: Source = {
  tool: 'ari-header',
  confidence: 0.9,
  read(facts: AriFacts, readings: Readings): void {
    readings.add('container', 'ARRI', 'ari');
    readings.add('codec', 'ARRI', { family: 'arriraw', bayer: true });
    readings.add('cameraMake', 'ARRI', 'ARRI');
    if (facts.image) readImage(facts.image, readings);
    if (facts.content) readContent(facts.content, readings);
    if (facts.camera) readCamera(facts.camera, readings);
    if (facts.lens) readLens(facts.lens, readings);
    if (facts.clip) readClip(facts.clip, readings);
  },
};

function readImage(image: NonNullable<AriFacts['image']>, readings: Readings): void {
  if (image.width && image.height)
    readings.add('imageSize', '0x14, 0x18', { width: image.width, height: image.height });
  if (image.active.width && image.active.height) readings.add('activeImage', '0x24', image.active);
}

function readContent(content: NonNullable<AriFacts['content']>, readings: Readings): void {
  readings.add('whiteBalance', '0x5c', content.whiteBalance || null);
  readings.add('tint', '0x60', tidy(content.tint));
  readings.add('exposureIndex', '0x74', content.exposureIndex || null);
  if (content.lensSqueeze > 0)
    readings.add('lensSqueeze', '0xc4', fractionOf(tidy(content.lensSqueeze)), { raw: content.lensSqueeze });
  if (content.gains.every((g) => g > 0)) readings.add('wbGains', '0x64', content.gains.map(tidy));
  const cdl = content.cdl;
  const hasCdl = cdl.slope.every((v) => v > 0);
  const look = {
    ...(content.lookName ? { name: content.lookName } : {}),
    ...(hasCdl
      ? {
          cdl: {
            slope: cdl.slope.map(tidy),
            offset: cdl.offset.map(tidy),
            power: cdl.power.map(tidy),
            saturation: tidy(cdl.saturation),
          },
        }
      : {}),
  };
  if (Object.keys(look).length > 0) readings.add('look', '0xcc, 0x100', look);
}

function readCamera(camera: NonNullable<AriFacts['camera']>, readings: Readings): void {
  readings.add('cameraSerialNumber', '0x170', camera.serialNumber ? String(camera.serialNumber) : null, {
    raw: camera.serialNumber,
  });
  readings.add('cameraModel', '0x2f8', camera.model);
  readings.add(
    'cameraLabel',
    '0x178',
    camera.cameraIndex < 26 ? String.fromCharCode(65 + camera.cameraIndex) : null,
    { raw: camera.cameraIndex, confidence: 0.6 },
  );
  readings.add('cameraUuid', '0x174', camera.cameraId, { confidence: 0.5 });
  const project = rateOf(camera.projectFps / 1000);
  readings.add('frameRate', '0x1a4', project, { raw: camera.projectFps });
  readings.add('captureRate', '0x1a0', rateOf(camera.sensorFps / 1000), { raw: camera.sensorFps });
  readings.add(
    'exposureTime',
    '0x18c',
    camera.exposureMicroseconds > 0 ? camera.exposureMicroseconds / 1e6 : null,
    { raw: camera.exposureMicroseconds },
  );
  readings.add(
    'shutterAngle',
    '0x190',
    camera.shutterAngle > 0 && camera.shutterAngle <= 360_000 ? camera.shutterAngle / 1000 : null,
    { raw: camera.shutterAngle },
  );
  const timecode = timecodeOfBcd(camera.timecodeBcd);
  if (timecode)
    readings.add(
      'startTimecode',
      '0x1a8',
      { place: 'header', ...timecode, rate: rateOf(camera.timecodeBase / 1000) ?? project },
      { raw: camera.timecodeBcd },
    );
  else readings.unset('startTimecode', '0x1a8', camera.timecodeBcd);
  if (/[1-9a-f]/.test(camera.uuid)) readings.add('uuid', '0x2d0', uuidOf(camera.uuid));
  if (/^[12]\d{7}$/.test(camera.date))
    readings.add(
      'recordedAt',
      '0x17c, 0x180',
      `${camera.date.slice(0, 4)}-${camera.date.slice(4, 6)}-${camera.date.slice(6)}T${camera.time.slice(0, 2)}:${camera.time.slice(2, 4)}:${camera.time.slice(4, 6)}`,
      { raw: `${camera.date} ${camera.time}`, confidence: 0.6 },
    );
}

/** Sixteen bytes with the first three groups in little-endian order. */
function uuidOf(hex: string): string {
  const swap = (s: string) => s.match(/../g)!.toReversed().join('');
  return `${swap(hex.slice(0, 8))}-${swap(hex.slice(8, 12))}-${swap(hex.slice(12, 16))}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** T-stop from ARRI's linear iris: 2^((v − 1000) / 2000). Negative values say closed or invalid. */
export function tStopOfLinearIris(value: number): number | null {
  return value > 0 ? tidy(2 ** ((value - 1000) / 2000)) : null;
}

function readLens(lens: NonNullable<AriFacts['lens']>, readings: Readings): void {
  readings.add('lensModel', '0x398', lens.model);
  readings.add('lensSerialNumber', '0x380', lens.serialNumber ? String(lens.serialNumber) : null, {
    raw: lens.serialNumber,
  });
  readings.add('focalLength', '0x37c', lens.focalLength > 0 ? lens.focalLength / 1000 : null, {
    raw: lens.focalLength,
    scope: 'frame0',
  });
  readings.add('tStop', '0x384', tStopOfLinearIris(lens.linearIris), {
    raw: lens.linearIris,
    scope: 'frame0',
  });
  // Unit 0 is inch, 1 metre; 2 is the camera's own, which is not told.
  const factor = ({ 0: 0.0254, 1: 1 } as Record<number, number>)[lens.distanceUnit];
  if (factor !== undefined && lens.focusDistance > 0)
    readings.add('focusDistance', '0x378', tidy((lens.focusDistance / 1000) * factor), {
      raw: lens.focusDistance,
      scope: 'frame0',
    });
  if (lens.ndDensity > 0)
    readings.add('ndFilter', '0x38a', ndFilterOf(String(lens.ndDensity / 1000)), { raw: lens.ndDensity });
}

function readClip(clip: NonNullable<AriFacts['clip']>, readings: Readings): void {
  readings.add('reelName', '0x4f8', clip.reel);
  readings.add('clipName', '0x698', clip.clipName);
  const told = {
    scene: clip.scene,
    take: clip.take,
    director: clip.director,
    dop: clip.cinematographer,
    production: clip.production,
  };
  const slate = Object.fromEntries(
    Object.entries(told).filter(([, v]) => v !== '' && !/^no (scene|take)|^n\.a\.$/i.test(v)),
  );
  if (Object.keys(slate).length > 0)
    readings.add('slate', '0x500', { ...slate, ...(clip.circleTake ? { circled: true } : {}) });
}
