import { numberOf, rateOf, secondsOf, squeezeOf, textOf, tidy } from '../quantities.ts';
import type { Readings } from '../reading.ts';
import { ndFilterOf } from './camera-keys.ts';
import { dig, type Source } from './source.ts';

/**
 * JSON that `art-cmd export` writes: named sets of the clip, and sets of each frame. Sources: shared reference inspection 3.2 (ART JSON);
 * metadata_output schema 2.1. Not proven on a camera file here.
 */
export const arriArtJson: Source = {
  tool: 'arri-art-json',
  confidence: 0.85,
  read(document: unknown, readings: Readings): void {
    const sets: Record<string, unknown> = {};
    for (const group of ['clipBasedMetadataSets', 'descriptiveMetadataSets']) {
      for (const set of (dig(document, group) as unknown[] | undefined) ?? [])
        sets[snake(textOf(dig(set, 'metadataSetName')))] ??= dig(set, 'metadataSetPayload');
    }
    const frames = (dig(document, 'frameBasedMetadata', 'frames') as unknown[] | undefined) ?? [];
    for (const [name, payload] of Object.entries(
      (dig(frames[0], 'frameBasedMetadataSets') as Record<string, unknown> | undefined) ?? {},
    ))
      sets[`frame_${snake(name)}`] ??= payload;
    readArriSets(sets, readings);
    const timecode = dig(frames[0], 'timecode');
    if (typeof timecode === 'string')
      readings.add('startTimecode', 'frames[0].timecode', {
        place: 'sidecar',
        text: timecode,
        rate: rateOf(dig(sets.project_rate, 'timebase')),
        dropFrame: dig(sets.project_rate, 'dropframe') === true,
      });
    if (frames.length > 0) readings.add('frameCount', 'frames', frames.length, { confidence: 0.5 });
  },
};

function snake(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_');
}

/** Sets by schema name (`slate_info`, `camera_device`, …; those of frame 0 begin with `frame_`). Lens lengths are in µm, iris in thousandths. */
export function readArriSets(sets: Record<string, unknown>, readings: Readings): void {
  const text = (set: string, key: string) => {
    const v = dig(sets[set], key);
    return typeof v === 'string' || typeof v === 'number' ? String(v) : null;
  };
  readings.add('cameraMake', 'ARRI metadata sets', 'ARRI');
  readings.add(
    'cameraModel',
    'Camera Device.cameraModel',
    text('camera_device', 'cameraModel')?.replace(/^ARRI\s+/i, ''),
    { raw: text('camera_device', 'cameraModel') },
  );
  readings.add(
    'cameraSerialNumber',
    'Camera Device.cameraSerialNumber',
    text('camera_device', 'cameraSerialNumber'),
  );
  readings.add(
    'cameraFirmware',
    'Camera Device.cameraSoftwarePackageName',
    text('camera_device', 'cameraSoftwarePackageName'),
  );
  readings.add('reelName', 'Slate Info.reelName', text('slate_info', 'reelName'));
  readings.add('clipName', 'Slate Info.clipName', text('slate_info', 'clipName'));
  readings.add(
    'cameraLabel',
    'Slate Info.cameraIndex',
    text('slate_info', 'cameraIndex')?.replace(/_+$/, ''),
  );
  readings.add('mediaSerial', 'Recording Medium.serialNumber', text('recording_medium', 'serialNumber'));
  readings.add('lensModel', 'Lens Device.lensModel', text('lens_device', 'lensModel'));
  readings.add('lensSerialNumber', 'Lens Device.lensSerialNumber', text('lens_device', 'lensSerialNumber'));
  readings.add(
    'lensSqueeze',
    'Lens Device.lensSqueezeFactor',
    squeezeOf(text('lens_device', 'lensSqueezeFactor')),
    { raw: text('lens_device', 'lensSqueezeFactor') },
  );
  readings.add('frameRate', 'Project Rate.timebase', rateOf(text('project_rate', 'timebase')), {
    raw: text('project_rate', 'timebase'),
  });
  readings.add('recordedAt', 'Clip Info.clipCreationTime', text('clip_info', 'clipCreationTime'), {
    confidence: 0.9,
  });
  const size = dig(sets.image_size, 'storedSize');
  const [width, height] = [numberOf(dig(size, 'width')), numberOf(dig(size, 'height'))];
  if (width && height) readings.add('imageSize', 'Image Size.storedSize', { width, height });
  const codec = text('clip_info', 'videoCodec');
  if (codec)
    readings.add(
      'codec',
      'Clip Info.videoCodec',
      { family: /prores/i.test(codec) ? 'prores' : codec.split(' ')[0]!.toLowerCase(), profile: codec },
      { raw: codec },
    );
  readColour(sets, readings);
  readFrame(sets, text, readings);
  readSlate(sets, readings);
}

function readColour(sets: Record<string, unknown>, readings: Readings): void {
  const encoding = dig(sets.color, 'sceneColorEncoding');
  readings.add(
    'transferFunction',
    'Color.sceneColorEncodingTransferCurve',
    dig(encoding, 'sceneColorEncodingTransferCurve'),
  );
  readings.add(
    'colorPrimaries',
    'Color.sceneColorEncodingPrimaries',
    dig(encoding, 'sceneColorEncodingPrimaries'),
  );
  const look = dig(sets.color, 'lookInfo', 'lookFilename');
  if (typeof look === 'string' && look !== '')
    readings.add('look', 'Color.lookInfo.lookFilename', {
      name: look.replace(/\.alf4c?$/i, ''),
      lutFile: look,
    });
}

function readFrame(
  _sets: Record<string, unknown>,
  text: (set: string, key: string) => string | null,
  readings: Readings,
): void {
  const frame0 = { scope: 'frame0' as const };
  const number = (set: string, key: string) => numberOf(text(set, key));
  readings.add(
    'exposureIndex',
    'Sensor State.exposureIndex',
    number('frame_sensor_state', 'exposureIndex'),
    frame0,
  );
  readings.add(
    'exposureTime',
    'Sensor State.exposureTime',
    secondsOf(text('frame_sensor_state', 'exposureTime')),
    frame0,
  );
  readings.add(
    'captureRate',
    'Sensor State.sensorSampleRate',
    rateOf(text('frame_sensor_state', 'sensorSampleRate')),
    frame0,
  );
  readings.add(
    'whiteBalance',
    'White Balance.colorTemperature',
    number('frame_white_balance', 'colorTemperature'),
    frame0,
  );
  readings.add(
    'tint',
    'White Balance.whiteBalanceTint',
    number('frame_white_balance', 'whiteBalanceTint'),
    frame0,
  );
  const nd = text('frame_filter', 'ndFilterDensity');
  if (nd !== null) readings.add('ndFilter', 'Filter.ndFilterDensity', ndFilterOf(nd), frame0);
  const thousandth = (key: string) => {
    const n = number('frame_lens_state', key);
    return n !== null && n > 0 ? tidy(n / 1000) : null;
  };
  readings.add('focalLength', 'Lens State.lensFocalLength', thousandth('lensFocalLength'), frame0);
  readings.add('tStop', 'Lens State.lensIris', thousandth('lensIris'), frame0);
  readings.add(
    'focusDistance',
    'Lens State.lensFocusDistanceMetric',
    thousandth('lensFocusDistanceMetric'),
    frame0,
  );
}

const SLATE: Record<string, string> = {
  scene: 'scene',
  sceneName: 'scene',
  take: 'take',
  takeName: 'take',
  circleTake: 'circled',
  director: 'director',
  cinematographer: 'dop',
  production: 'production',
  location: 'location',
  operator: 'operator',
};

function readSlate(sets: Record<string, unknown>, readings: Readings): void {
  const slate: Record<string, unknown> = {};
  for (const [key, name] of Object.entries(SLATE)) {
    const value = dig(sets.slate_info, key);
    if (value !== undefined && value !== null && value !== '') slate[name] ??= value;
  }
  if (Object.keys(slate).length > 0) readings.add('slate', 'Slate Info', slate);
}
