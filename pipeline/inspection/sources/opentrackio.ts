import { fractionOf, numberOf, rateOf, textOf } from '../quantities.ts';
import type { Readings } from '../reading.ts';
import type { TimecodeReading } from '../timecode-reading.ts';
import { dig, type Source } from './source.ts';

/**
 * One OpenTrackIO sample beside a clip: what camera and lens say of themselves, and where the lens stood in the first frame.
 * Lengths of the lens are millimetres, distances metres. Source: SMPTE RIS OSVP OpenTrackIO 0.9 schema, captured in camdkit.
 */
export const openTrackIo: Source = {
  tool: 'opentrackio',
  confidence: 0.7,
  read(sample: unknown, readings: Readings): void {
    const camera = (name: string) => dig(sample, 'static', 'camera', name);
    const lens = (name: string) => dig(sample, 'static', 'lens', name);
    const text = (field: Parameters<Readings['add']>[0], tag: string, value: unknown) =>
      readings.add(field, tag, textOf(value) || null, { raw: value });
    text('cameraMake', 'static.camera.make', camera('make'));
    text('cameraModel', 'static.camera.model', camera('model'));
    text('cameraSerialNumber', 'static.camera.serialNumber', camera('serialNumber'));
    text('cameraFirmware', 'static.camera.firmwareVersion', camera('firmwareVersion'));
    text('cameraLabel', 'static.camera.label', camera('label'));
    text('lensMake', 'static.lens.make', lens('make'));
    text('lensModel', 'static.lens.model', lens('model'));
    text('lensSerialNumber', 'static.lens.serialNumber', lens('serialNumber'));
    text('lensFirmware', 'static.lens.firmwareVersion', lens('firmwareVersion'));
    readings.add(
      'captureRate',
      'static.camera.captureFrameRate',
      rateOf(fraction(camera('captureFrameRate'))),
      {
        raw: camera('captureFrameRate'),
      },
    );
    readings.add('lensSqueeze', 'static.camera.anamorphicSqueeze', fraction(camera('anamorphicSqueeze')), {
      raw: camera('anamorphicSqueeze'),
    });
    readings.add('isoSpeed', 'static.camera.isoSpeed', positive(camera('isoSpeed')));
    readings.add('shutterAngle', 'static.camera.shutterAngle', positive(camera('shutterAngle')));
    readings.add(
      'sensorArea',
      'static.camera.activeSensorResolution',
      size(camera('activeSensorResolution')),
    );
    readings.add('focalLength', 'static.lens.nominalFocalLength', positive(lens('nominalFocalLength')));
    readFrame(sample, readings);
  },
};

/** Values of the sample's own moment; samples may carry one or an array of them. */
function readFrame(sample: unknown, readings: Readings): void {
  const frame0 = { scope: 'frame0' as const };
  const lens = (name: string) => first(dig(sample, 'lens', name));
  readings.add('fStop', 'lens.fStop', positive(lens('fStop')), frame0);
  readings.add('tStop', 'lens.tStop', positive(lens('tStop')), frame0);
  readings.add('focusDistance', 'lens.focusDistance', positive(lens('focusDistance')), frame0);
  readings.add(
    'entrancePupilOffset',
    'lens.entrancePupilOffset',
    numberOf(lens('entrancePupilOffset')),
    frame0,
  );
  const timecode = first(dig(sample, 'timing', 'timecode'));
  const part = (name: string) => numberOf(dig(timecode, name));
  const [hours, minutes, seconds, frames] = ['hours', 'minutes', 'seconds', 'frames'].map(part);
  if (hours == null || minutes == null || seconds == null || frames == null) return;
  const reading: TimecodeReading = {
    place: 'sidecar',
    text: [hours, minutes, seconds, frames].map((n) => String(n).padStart(2, '0')).join(':'),
    rate: rateOf(fraction(dig(timecode, 'frameRate'))),
    dropFrame: dig(timecode, 'dropFrame') === true,
  };
  readings.add('startTimecode', 'timing.timecode', reading, { raw: timecode });
}

function first(value: unknown): unknown {
  return Array.isArray(value) ? value[0] : value;
}

/** Fractions are `{num, denom}` here. */
function fraction(value: unknown) {
  return fractionOf({ num: dig(value, 'num'), den: dig(value, 'denom') ?? 1 });
}

function positive(value: unknown): number | null {
  const number = numberOf(value);
  return number !== null && number > 0 ? number : null;
}

function size(value: unknown): { width: number; height: number } | null {
  const [width, height] = [numberOf(dig(value, 'width')), numberOf(dig(value, 'height'))];
  return width && height ? { width, height } : null;
}
