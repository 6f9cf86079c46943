import type { TiffFacts, TiffValue } from '../../../engine/open/inspect/readers/tiff.ts';
import { rational } from '../../../standards/time/rational.ts';
import { rateOf, tidy } from '../quantities.ts';
import type { Readings } from '../reading.ts';
import { timecodeOfBcd } from '../timecode-bcd.ts';
import type { Source } from './source.ts';

/** TIFF, DNG and CinemaDNG. The raw picture is the directory whose subfile type is 0; IFD0 may be a thumbnail. */
export const tiffTags: Source = {
  tool: 'tiff-tags',
  confidence: 0.9,
  read(facts: TiffFacts, readings: Readings): void {
    const { ifd0 } = facts;
    const isDng = ifd0.DNGVersion !== undefined;
    const main =
      [ifd0, ...facts.subIfds, ...facts.pages].find(
        (ifd) => (numbers(ifd.NewSubFileType)[0] ?? 0) === 0 && ifd.ImageWidth !== undefined,
      ) ?? ifd0;
    readings.add('container', 'TIFF', isDng ? 'sequence' : 'tiff', { raw: isDng ? 'DNG' : 'TIFF' });
    const depth = numbers(main.BitsPerSample)[0];
    // Light in floating point and codes of whole numbers are two encodings, also where their bits are as many.
    const isFloat = !isDng && numbers(main.SampleFormat)[0] === 3;
    readings.add(
      'codec',
      'DNGVersion',
      {
        family: isDng ? 'cinemadng' : 'tiff',
        ...(isFloat ? { profile: 'float' } : {}),
        ...(depth ? { bitDepth: depth } : {}),
        ...(numbers(main.PhotometricInterpretation)[0] === 32803 ? { bayer: true } : {}),
      },
      { raw: ifd0.DNGVersion ?? null, confidence: isDng ? 0.9 : 0.4 },
    );
    const [width, height] = [numbers(main.ImageWidth)[0], numbers(main.ImageLength)[0]];
    if (width && height) readings.add('imageSize', 'ImageWidth, ImageLength', { width, height });
    readActiveArea(main, readings);
    if (!isDng) readOrientation(main, readings);
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

/** How a picture comes upright: mirrored, then turned clockwise. Source: TIFF 6.0, Orientation. */
const ORIENTATIONS: Readonly<Record<number, { mirrored: boolean; clockwise: number }>> = {
  2: { mirrored: true, clockwise: 0 },
  3: { mirrored: false, clockwise: 180 },
  4: { mirrored: true, clockwise: 180 },
  5: { mirrored: true, clockwise: 270 },
  6: { mirrored: false, clockwise: 90 },
  7: { mirrored: true, clockwise: 90 },
  8: { mirrored: false, clockwise: 270 },
};

function readOrientation(ifd: Record<string, TiffValue>, readings: Readings): void {
  const [said] = numbers(ifd.Orientation);
  const turn = said === undefined ? undefined : ORIENTATIONS[said];
  if (!turn) return;
  readings.add('rotation', 'Orientation', turn.clockwise, { raw: said });
  if (turn.mirrored) readings.add('isMirrored', 'Orientation', true, { raw: said });
}

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
    const timecode = timecodeOfBcd(bcd, rate ? rateOf(rate) : null);
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
