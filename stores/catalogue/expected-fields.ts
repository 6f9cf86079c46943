/**
 * Fields that search can ask for when they are missing. Names are those of the inspected record.
 * Source: shared reference inspection 3.1; left out are fields that most clips rightly lack (droppedFrames, gps, look …).
 */
export const EXPECTED_FIELDS = [
  'reelName',
  'startTimecode',
  'frameRate',
  'captureRate',
  'frameCount',
  'imageSize',
  'codec',
  'cameraMake',
  'cameraModel',
  'cameraLabel',
  'cameraSerialNumber',
  'lensModel',
  'lensSqueeze',
  'focalLength',
  'tStop',
  'exposureIndex',
  'isoSpeed',
  'shutterAngle',
  'whiteBalance',
  'tint',
  'transferFunction',
  'colorPrimaries',
  'pixelAspectRatio',
  'recordedAt',
  'scene',
  'take',
] as const;
