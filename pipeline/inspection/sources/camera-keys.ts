import type { FieldName } from '../fields.ts';
import {
  fractionOf,
  metresOf,
  numberOf,
  rateOf,
  secondsOf,
  shutterAngleOf,
  squeezeOf,
  tidy,
} from '../quantities.ts';
import type { Readings } from '../reading.ts';

type KeyRule = [
  field: FieldName,
  read: (value: string, all: Map<string, string>) => unknown,
  confidence?: number,
];

const text = (value: string): string => value;

/**
 * Metadata keys of QuickTime files by maker, without their prefix, in lower case. ARRI's names recur with DJI.
 * Sources: ARRI "Metadata White Paper" (QuickTime metadata atom); Apple QuickTime metadata keys; Blackmagic RAW SDK sample
 * "ExtractMetadata" (captured in camdkit); shared reference inspection 3.2.
 */
const RULES: Record<string, KeyRule[]> = {
  cameramodel: [['cameraModel', text]],
  cameraserialnumber: [['cameraSerialNumber', text]],
  cameraid: [['cameraUuid', text, 0.7]],
  cameraindex: [['cameraLabel', text]],
  supversion: [['cameraFirmware', text]],
  reelname: [['reelName', text]],
  reel: [['reelName', text, 0.88]],
  clipname: [['clipName', text]],
  uuid: [['uuid', text]],
  umid: [['umid', text]],
  umidbase64: [['mediaUid', text, 0.6]],
  lenstype: [['lensModel', text]],
  lensmodel: [['lensModel', text]],
  lensserialnumber: [['lensSerialNumber', text]],
  lenssqueeze: [['lensSqueeze', squeezeOf]],
  lenssqueezefactor: [['lensSqueeze', squeezeOf]],
  whitebalancekelvin: [['whiteBalance', positive]],
  whitebalancetintcc: [['tint', numberOf]],
  exposureindexasa: [['exposureIndex', positive]],
  shutterangle: [['shutterAngle', shutterAngleOf]],
  sensorfps: [['captureRate', thousandths]],
  projectfps: [['frameRate', thousandths]],
  ndfilterdensity: [['ndFilter', density]],
  colorgammasxs: [['transferFunction', text]],
  colorspace: [['colorPrimaries', text, 0.7]],
  imageorientation: [],
};

/** Blackmagic's keys have no prefix and would collide with anyone's; they count only where the file names the maker. */
const BLACKMAGIC: Record<string, KeyRule[]> = {
  manufacturer: [['cameraMake', text]],
  camera_type: [['cameraModel', text]],
  camera_id: [['cameraUuid', text]],
  camera_number: [['cameraLabel', text]],
  firmware_version: [['cameraFirmware', text]],
  clip_number: [['clipName', text]],
  // Says "1" where the field says A001: the number of the reel, with the camera letter apart.
  reel_name: [
    ['reelNumber', text],
    ['reelName', blackmagicReel],
  ],
  lens_type: [['lensModel', text]],
  lens_serial_number: [['lensSerialNumber', text]],
  anamorphic: [['lensSqueeze', blackmagicSqueeze]],
  sensor_area_captured: [['sensorArea', area]],
  crop_size: [['imageSize', area]],
  viewing_gamma: [['look', (value) => ({ viewingGamma: value })]],
  viewing_bmdgen: [['colorScienceVersion', text]],
  format_frame_rate: [
    [
      'frameRate',
      (value) =>
        rateOf(
          numberOf(value) === null
            ? null
            : numberOf(value)! > 1000
              ? numberOf(value)! / 65536
              : numberOf(value),
        ),
    ],
  ],
  date_recorded: [['recordedAt', (value) => value.replace(/^(\d{4}):(\d\d):(\d\d)/, '$1-$2-$3'), 0.6]],
};

const APPLE: Record<string, KeyRule[]> = {
  'com.android.manufacturer': [['cameraMake', text]],
  'com.android.model': [['cameraModel', text]],
  'com.android.capture.fps': [['captureRate', (value) => rateOf(value)]],
  'com.apple.quicktime.make': [['cameraMake', text]],
  'com.apple.quicktime.model': [['cameraModel', text]],
  'com.apple.quicktime.software': [['cameraFirmware', text, 0.7]],
  'com.apple.quicktime.creationdate': [['recordedAt', isoDate, 0.95]],
  'com.apple.quicktime.content.identifier': [['mediaUid', text]],
  'com.apple.quicktime.camera.lens_model': [['lensModel', text]],
  'com.apple.quicktime.location.iso6709': [['gps', place]],
  'com.apple.proapps.clipid': [['mediaUid', text, 0.6]],
  'com.apple.proapps.reel': [['reelName', text, 0.88]],
  'com.apple.proapps.cameraname': [['cameraLabel', text, 0.6]],
  'com.apple.proapps.manufacturer': [['cameraMake', text]],
  'com.apple.proapps.shootdate': [['recordedAt', isoDate, 0.7]],
  'com.apple.proapps.serialno': [['cameraSerialNumber', text]],
  manufacturer: [['cameraMake', text, 0.85]],
  make: [['cameraMake', text, 0.85]],
  model: [['cameraModel', text, 0.85]],
  // What FFmpeg writes when it is told to keep tags.
  reel_name: [['reelName', text, 0.85]],
  timecode: [['startTimecode', (value) => ({ place: 'keys', text: value }), 0.6]],
};

/** Slate entries by key, lower case without prefix. */
const SLATE: Record<string, string> = {
  scenename: 'scene',
  scene: 'scene',
  takename: 'take',
  take: 'take',
  shot: 'shot',
  production: 'production',
  productionname: 'production',
  project_name: 'production',
  director: 'director',
  cinematographer: 'dop',
  location: 'location',
  cameraoperator: 'operator',
  operator: 'operator',
  circletake: 'circled',
  good_take: 'circled',
  isgood: 'circled',
  notes: 'notes',
  lognote: 'notes',
  userinfo1: 'userInfo1',
  userinfo2: 'userInfo2',
};

/** Reads metadata keys of any maker: names as in the file, values as text, numbers or lists of numbers. */
export function readCameraKeys(keys: Record<string, string | number | number[]>, readings: Readings): void {
  const all = new Map(
    Object.entries(keys).map(([key, value]) => [key, Array.isArray(value) ? value.join(' ') : String(value)]),
  );
  const isBlackmagic = /blackmagic/i.test(all.get('manufacturer') ?? '');
  const slate: Record<string, string> = {};
  for (const [key, value] of all) {
    const { rules, short } = rulesFor(key, isBlackmagic);
    for (const [field, read, confidence] of rules)
      readings.add(field, key, read(value, all), {
        raw: keys[key],
        ...(confidence === undefined ? {} : { confidence }),
      });
    const entry = SLATE[short];
    if (entry && value !== '' && !/^no (scene|take)/i.test(value)) slate[entry] ??= value;
  }
  if (Object.keys(slate).length > 0) readings.add('slate', 'metadata keys', slate);
  if ([...all.keys()].some((key) => key.startsWith('com.arri.')))
    readings.add('cameraMake', 'com.arri.*', 'ARRI');
  if ([...all.keys()].some((key) => key.startsWith('com.dji.')))
    readings.add('cameraMake', 'com.dji.*', 'DJI');
  const look = lookOf(all);
  if (look) readings.add('look', 'metadata keys', look);
}

function rulesFor(key: string, isBlackmagic: boolean): { rules: KeyRule[]; short: string } {
  const maker = /^com\.(?:arri|dji)\.(?:camera\.|slate\.)?(.+)$/i.exec(key);
  if (maker) {
    const short = maker[1]!.toLowerCase().replace(/[._]/g, '');
    return { rules: RULES[short] ?? [], short };
  }
  const lower = key.toLowerCase();
  const short = lower.replace(/^com\.apple\.(proapps|quicktime)\./, '');
  return { rules: (isBlackmagic ? BLACKMAGIC[lower] : undefined) ?? APPLE[lower] ?? [], short };
}

function lookOf(all: Map<string, string>): Record<string, unknown> | null {
  const find = (pattern: RegExp) => [...all].find(([key]) => pattern.test(key))?.[1];
  const name = find(/^com\.arri\.camera\.look\.?name$/i);
  const burnedIn = find(/^com\.arri\.camera\.look\.?burnedin$/i);
  const sop = /\(?(.+)\)?/.exec(find(/^com\.arri\.camera\.(look\.)?(asc_?)?sop$/i) ?? '')?.[1];
  const look = {
    ...(name && !/^(none|no look)$/i.test(name) ? { name } : {}),
    ...(burnedIn !== undefined ? { burnedIn: /^(1|yes|true)$/i.test(burnedIn) } : {}),
    ...(sop ? { sop } : {}),
  };
  return Object.keys(look).length > 0 ? look : null;
}

function positive(value: string): number | null {
  const number = numberOf(value);
  return number !== null && number > 0 ? number : null;
}

/** ARRI writes rates in thousandths: 23976 and 24000. */
function thousandths(value: string): unknown {
  const number = numberOf(value);
  return number === null ? null : rateOf(number >= 1000 ? number / 1000 : value);
}

/** Density as printed on the glass; one stop is 0.3. */
function density(value: string): { stops: number; density: number; raw: string } | null {
  const number = numberOf(value);
  if (number === null || number < 0) return null;
  const asDensity = number > 10 ? number / 1000 : number;
  return { stops: tidy(asDensity / 0.3), density: asDensity, raw: value };
}

function blackmagicReel(value: string, all: Map<string, string>): string | null {
  if (!/^\d{1,3}$/.test(value)) return value;
  const letter = all.get('camera_number') ?? '';
  return /^[A-Z]$/i.test(letter) ? `${letter.toUpperCase()}${value.padStart(3, '0')}` : null;
}

/** "2x" counts only when the camera says that it is in force. */
function blackmagicSqueeze(value: string, all: Map<string, string>): unknown {
  return Number(all.get('anamorphic_enable') ?? '0') === 1 ? squeezeOf(value) : fractionOf('1');
}

function area(value: string): { width: number; height: number } | null {
  const [width, height] = value.split(/[ ,x]+/).map(Number);
  return width && height ? { width: Math.round(width), height: Math.round(height) } : null;
}

function isoDate(value: string): string {
  return value.replace(/^(\d{4}):(\d\d):(\d\d) /, '$1-$2-$3T').replace(/([+-]\d\d)(\d\d)$/, '$1:$2');
}

/** ISO 6709: `+32.0929+034.8620+028.516/`. */
function place(value: string): { latitude: number; longitude: number; altitude?: number } | null {
  const match = /^([+-]\d+(?:\.\d+)?)([+-]\d+(?:\.\d+)?)([+-]\d+(?:\.\d+)?)?/.exec(value);
  if (!match) return null;
  return {
    latitude: Number(match[1]),
    longitude: Number(match[2]),
    ...(match[3] === undefined ? {} : { altitude: Number(match[3]) }),
  };
}

/** Values that several makers write the same way, for the sidecar readers. */
export { density as ndFilterOf, isoDate, metresOf, positive, secondsOf };
