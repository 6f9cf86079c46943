import type { DpxFacts } from '../../../engine/open/inspect/readers/dpx.ts';
import type { ExrFacts } from '../../../engine/open/inspect/readers/exr.ts';
import type { TiffFacts, TiffValue } from '../../../engine/open/inspect/readers/tiff.ts';
import { rational } from '../../../standards/time/rational.ts';
import { fractionOf, rateOf, shutterAngleOf, tidy } from '../quantities.ts';
import type { Readings } from '../reading.ts';
import { timecodeOfBcd } from '../timecode-bcd.ts';
import type { Source } from './source.ts';

const CHROMA: Record<number, string> = {
  50: '4:4:4',
  51: '4:4:4',
  52: '4:4:4',
  100: '4:2:2',
  101: '4:2:2',
  102: '4:4:4',
  103: '4:4:4',
};
/** Source: SMPTE ST 268-1:2014 table 5A. Only what tells how to decode; 1 and 3 are the film's printing density. */
const DPX_TRANSFERS: Record<number, string> = {
  1: 'Printing density',
  2: 'Linear',
  3: 'Logarithmic',
  5: 'SMPTE 274M',
  6: 'BT.709',
  7: 'BT.601 PAL',
  8: 'BT.601 NTSC',
};

/** DPX headers. A rate of 0 and a timecode of all zeros or all ones are "not set". */
export const dpxHeader: Source = {
  tool: 'dpx-header',
  confidence: 0.9,
  read(facts: DpxFacts, readings: Readings): void {
    readings.add('container', 'SDPX', 'sequence', { raw: facts.version });
    const codec = {
      family: 'dpx',
      ...(facts.bitDepth ? { bitDepth: facts.bitDepth } : {}),
      ...(facts.descriptor !== null && CHROMA[facts.descriptor] ? { chroma: CHROMA[facts.descriptor] } : {}),
    };
    readings.add('codec', 'descriptor, bit depth', codec, {
      raw: { descriptor: facts.descriptor, bitDepth: facts.bitDepth, packing: facts.packing },
    });
    if (facts.width && facts.height)
      readings.add('imageSize', 'pixels per line, lines', { width: facts.width, height: facts.height });
    readRate(facts, readings);
    readTimecode(facts, readings);
    if (facts.pixelAspect)
      readings.add(
        'pixelAspectRatio',
        'pixel aspect ratio',
        rational(facts.pixelAspect.horizontal, facts.pixelAspect.vertical),
        { raw: facts.pixelAspect },
      );
    if (facts.transfer !== null)
      readings.add('transferFunction', 'transfer characteristic', DPX_TRANSFERS[facts.transfer], {
        raw: facts.transfer,
        confidence: 0.4,
      });
    if (facts.film.shutterAngle)
      readings.add('shutterAngle', 'shutter angle', shutterAngleOf(facts.film.shutterAngle), {
        raw: facts.film.shutterAngle,
      });
    // Which field holds the reel is a custom of the house that wrote the file: project first, input device where it reads like a reel.
    readDevice(facts, readings);
    readings.add('reelName', 'input device', reelLike(facts.inputDevice), {
      raw: facts.inputDevice,
      confidence: 0.6,
    });
    readings.add('reelName', 'project', reelLike(facts.project), { raw: facts.project, confidence: 0.65 });
    readings.add('cameraSerialNumber', 'input device serial number', facts.inputSerialNumber, {
      confidence: 0.5,
    });
    const slate = {
      ...(facts.film.slate ? { notes: facts.film.slate } : {}),
      ...(facts.project && !reelLike(facts.project) ? { production: facts.project } : {}),
    };
    if (Object.keys(slate).length > 0) readings.add('slate', 'slate, project', slate);
    readings.add(
      'recordedAt',
      'creation date',
      facts.createdAt?.replace(/^(\d{4}):(\d\d):(\d\d)[: ](\d\d:\d\d:\d\d).*$/, '$1-$2-$3T$4'),
      { raw: facts.createdAt, confidence: 0.3 },
    );
  },
};

function readRate(facts: DpxFacts, readings: Readings): void {
  for (const [tag, value, confidence] of [
    ['television frame rate', facts.television.frameRate, 0.9],
    ['film frame rate', facts.film.frameRate, 0.85],
  ] as const) {
    if (value === 0) readings.unset('frameRate', tag, 0);
    else readings.add('frameRate', tag, rateOf(value), { raw: value, confidence });
  }
}

function readTimecode(facts: DpxFacts, readings: Readings): void {
  const { timecodeBcd } = facts.television;
  const hasRate = Boolean(facts.television.frameRate) || Boolean(facts.film.frameRate);
  // Writers that know no timecode leave zeros; with a rate beside it, midnight may be meant.
  if (timecodeBcd === '00000000' && !hasRate) readings.unset('startTimecode', 'timecode', timecodeBcd);
  else if (timecodeBcd !== null) {
    const read = timecodeOfBcd(timecodeBcd);
    if (read)
      readings.add(
        'startTimecode',
        'timecode',
        { place: 'header', ...read, rate: rateOf(facts.television.frameRate) },
        { raw: timecodeBcd },
      );
    else readings.unset('startTimecode', 'timecode', timecodeBcd);
  }
  const bits = facts.television.userBitsBcd;
  if (bits && bits !== '00000000') readings.add('userBits', 'user bits', bits);
}

/** Cameras and scanners name themselves as input device; a maker's name is only taken where the model is one of its own. */
const DEVICE_MAKERS: [RegExp, string][] = [
  [/^(alexa|amira|arri)/i, 'ARRI'],
  [/^(venice|burano|f55|f65|sony)/i, 'Sony'],
  [/^(red|monstro|weapon|komodo|v-raptor|epic|dragon)/i, 'RED'],
  [/^(canon|eos|c[357]00)/i, 'Canon'],
  [/^(blackmagic|ursa)/i, 'Blackmagic Design'],
];

function readDevice(facts: DpxFacts, readings: Readings): void {
  const device = facts.inputDevice;
  if (device === null) return;
  const maker = DEVICE_MAKERS.find(([pattern]) => pattern.test(device));
  if (maker) readings.add('cameraMake', 'input device', maker[1], { raw: device, confidence: 0.6 });
  if (maker || !reelLike(device))
    readings.add('cameraModel', 'input device', device, { confidence: maker ? 0.6 : 0.4 });
}

/** Reels are one word with a digit: `A001`, `E001R1DP`. */
function reelLike(value: string | null): string | null {
  return value !== null && /^(?=.*\d)[A-Za-z0-9_-]{2,32}$/.test(value) ? value : null;
}

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
    const data = size(at('dataWindow'));
    if (data) readings.add('imageSize', 'dataWindow', data);
    const display = size(at('displayWindow'));
    if (display) readings.add('displaySize', 'displayWindow', display);
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
      String(at('capDate') ?? '').replace(/^(\d{4}):(\d\d):(\d\d) /, '$1-$2-$3T') || null,
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

/** TIFF, DNG and CinemaDNG. The raw picture is the directory whose subfile type is 0; IFD0 may be a thumbnail. */
export const tiffTags: Source = {
  tool: 'tiff-tags',
  confidence: 0.9,
  read(facts: TiffFacts, readings: Readings): void {
    const { ifd0 } = facts;
    const isDng = ifd0.DNGVersion !== undefined;
    const main =
      [ifd0, ...facts.subIfds].find(
        (ifd) => (numbers(ifd.NewSubFileType)[0] ?? 0) === 0 && ifd.ImageWidth !== undefined,
      ) ?? ifd0;
    readings.add('container', 'TIFF', isDng ? 'sequence' : 'tiff', { raw: isDng ? 'DNG' : 'TIFF' });
    const depth = numbers(main.BitsPerSample)[0];
    readings.add(
      'codec',
      'DNGVersion',
      {
        family: isDng ? 'cinemadng' : 'tiff',
        ...(depth ? { bitDepth: depth } : {}),
        ...(numbers(main.PhotometricInterpretation)[0] === 32803 ? { bayer: true } : {}),
      },
      { raw: ifd0.DNGVersion ?? null, confidence: isDng ? 0.9 : 0.4 },
    );
    const [width, height] = [numbers(main.ImageWidth)[0], numbers(main.ImageLength)[0]];
    if (width && height) readings.add('imageSize', 'ImageWidth, ImageLength', { width, height });
    readActiveArea(main, readings);
    for (const [tag, field] of [
      ['Make', 'cameraMake'],
      ['Model', 'cameraModel'],
      ['UniqueCameraModel', 'cameraModel'],
      ['CameraSerialNumber', 'cameraSerialNumber'],
      ['CameraLabel', 'cameraLabel'],
      ['ReelName', 'reelName'],
    ] as const)
      readings.add(field, tag, ifd0[tag], tag === 'UniqueCameraModel' ? { confidence: 0.7 } : {});
    readTime(facts, readings);
    const exposure = first(facts.exif.ExposureTime ?? ifd0.ExposureTime);
    if (exposure)
      readings.add('exposureTime', 'ExposureTime', exposure.num / exposure.den, { raw: exposure });
    const iso = numbers(facts.exif.ISOSpeedRatings ?? ifd0.ISOSpeedRatings)[0];
    readings.add('exposureIndex', 'ISOSpeedRatings', iso, { confidence: 0.8 });
    readings.add('isoSpeed', 'ISOSpeedRatings', iso, { confidence: 0.8 });
    for (const [tag, field] of [
      ['FNumber', 'fStop'],
      ['FocalLength', 'focalLength'],
    ] as const) {
      const value = first(facts.exif[tag]);
      if (value && value.num > 0) readings.add(field, tag, tidy(value.num / value.den), { raw: value });
    }
    const tStop = first(ifd0.TStop);
    if (tStop && tStop.num > 0) readings.add('tStop', 'TStop', tidy(tStop.num / tStop.den), { raw: tStop });
    readings.add('lensModel', 'LensModel', facts.exif.LensModel);
    readings.add('lensMake', 'LensMake', facts.exif.LensMake);
    const scale = ifd0.DefaultScale ?? main.DefaultScale;
    const [horizontal, vertical] = Array.isArray(scale) ? (scale as { num: number; den: number }[]) : [];
    if (horizontal?.num && vertical?.num && horizontal.den && vertical.den)
      readings.add(
        'pixelAspectRatio',
        'DefaultScale',
        rational(horizontal.num * vertical.den, horizontal.den * vertical.num),
        { raw: scale },
      );
  },
};

/** ActiveArea is top, left, bottom, right. Source: DNG 1.7.1. */
function readActiveArea(ifd: Record<string, TiffValue>, readings: Readings): void {
  const [top, left, bottom, right] = numbers(ifd.ActiveArea);
  if (
    top !== undefined &&
    left !== undefined &&
    bottom !== undefined &&
    right !== undefined &&
    bottom > top &&
    right > left
  )
    readings.add(
      'activeImage',
      'ActiveArea',
      { x: left, y: top, width: right - left, height: bottom - top },
      { raw: ifd.ActiveArea },
    );
}

/** TimeCodes holds eight bytes per timecode, frames first. Source: CinemaDNG 1.1.0.0, TimeCodes; SMPTE ST 331. */
function readTime(facts: TiffFacts, readings: Readings): void {
  const rate = first(facts.ifd0.FrameRate);
  readings.add('frameRate', 'FrameRate', rate ? rateOf(rate) : null, { raw: rate });
  const bytes = numbers(facts.ifd0.TimeCodes);
  if (bytes.length >= 4) {
    const bcd = [bytes[3]!, bytes[2]!, bytes[1]!, bytes[0]!]
      .map((b) => b.toString(16).padStart(2, '0'))
      .join('');
    const timecode = timecodeOfBcd(bcd);
    if (timecode)
      readings.add(
        'startTimecode',
        'TimeCodes',
        { place: 'header', ...timecode, rate: rate ? rateOf(rate) : null },
        { raw: bytes.slice(0, 8) },
      );
    else readings.unset('startTimecode', 'TimeCodes', bytes.slice(0, 8));
  }
  const taken = facts.exif.DateTimeOriginal ?? facts.ifd0.DateTime;
  const offset = facts.exif.OffsetTimeOriginal;
  if (typeof taken === 'string')
    readings.add(
      'recordedAt',
      'DateTimeOriginal',
      `${taken.replace(/^(\d{4}):(\d\d):(\d\d) /, '$1-$2-$3T')}${typeof offset === 'string' ? offset : ''}`,
      { raw: taken, confidence: 0.9 },
    );
}

function first(value: TiffValue | undefined): { num: number; den: number } | null {
  const entry = Array.isArray(value) ? value[0] : undefined;
  return typeof entry === 'object' && entry.den !== 0 ? entry : null;
}

function numbers(value: TiffValue | undefined): number[] {
  return Array.isArray(value) ? value.filter((v): v is number => typeof v === 'number') : [];
}
