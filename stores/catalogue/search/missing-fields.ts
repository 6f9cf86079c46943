import { EXPECTED_FIELDS } from '../expected-fields.ts';

/** Short words of the query language for fields of the record. */
const SHORT: Record<string, string> = {
  lens: 'lensModel',
  camera: 'cameraModel',
  make: 'cameraMake',
  label: 'cameraLabel',
  reel: 'reelName',
  tc: 'startTimecode',
  timecode: 'startTimecode',
  fps: 'frameRate',
  rate: 'frameRate',
  frames: 'frameCount',
  size: 'imageSize',
  date: 'recordedAt',
  focal: 'focalLength',
  iris: 'tStop',
  ei: 'exposureIndex',
  iso: 'isoSpeed',
  wb: 'whiteBalance',
  gamma: 'transferFunction',
  gamut: 'colorPrimaries',
  squeeze: 'lensSqueeze',
  serial: 'cameraSerialNumber',
};

/** The field a person means by a word after `missing:`, or null. Field names are taken in any capitals. */
export function missingField(word: string): string | null {
  const plain = word.toLowerCase();
  if (Object.hasOwn(SHORT, plain)) return SHORT[plain]!;
  return EXPECTED_FIELDS.find((field) => field.toLowerCase() === plain) ?? null;
}
