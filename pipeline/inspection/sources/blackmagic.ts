import type { BrawFacts } from '../../../engine/open/inspect/readers/braw.ts';
import type { BrawTextFacts } from '../../../engine/open/inspect/sidecars/braw-text.ts';
import { fractionOf, metresOf, numberOf, rateOf, shutterAngleOf, textOf, tidy } from '../quantities.ts';
import type { Readings } from '../reading.ts';
import { readCameraKeys } from './camera-keys.ts';
import type { Source } from './source.ts';

const FRAME0 = { scope: 'frame0' as const };

/** Metadata of the first frame of a Blackmagic RAW file. */
export const brawFrame: Source = {
  tool: 'braw-frame',
  confidence: 0.9,
  read({ frame }: BrawFacts, readings: Readings): void {
    const [num, den] = Array.isArray(frame.srte) ? (frame.srte as number[]) : [];
    readFrame(
      {
        sensorRate: num && den ? `${num}/${den}` : undefined,
        shutter: frame.shtv,
        nd: frame.innd,
        aperture: frame.aptr,
        focalLength: frame.fcln,
        distance: frame.dsnc,
        iso: frame.isoe,
        kelvin: frame.wkel,
        tint: frame.wtin,
      },
      readings,
    );
  },
};

/** What Blackmagic's ExtractMetadata printed. */
export const brawText: Source = {
  tool: 'braw-text',
  confidence: 0.85,
  read({ clip, frame }: BrawTextFacts, readings: Readings): void {
    readCameraKeys(
      Object.fromEntries(Object.entries(clip).map(([key, value]) => [key, value.replace(/,$/, '')])),
      readings,
    );
    readings.add(
      'codec',
      'braw_compression_ratio',
      {
        family: 'braw',
        bayer: true,
        ...(clip.braw_compression_ratio ? { compressionRatio: clip.braw_compression_ratio } : {}),
      },
      { raw: clip.braw_compression_ratio ?? '' },
    );
    readings.add('container', 'Clip Metadata', 'braw', { confidence: 0.5 });
    const volumes = numberOf(clip.multicard_volume_count);
    if (volumes && volumes > 1)
      readings.add('spanning', 'multicard_volume_number, _count', {
        index: numberOf(clip.multicard_volume_number),
        count: volumes,
      });
    readFrame(
      {
        sensorRate: frame.sensor_rate?.replace(/,$/, '').replace(',', '/'),
        shutter: frame.shutter_value,
        nd: frame.internal_nd,
        aperture: frame.aperture,
        focalLength: frame.focal_length,
        distance: frame.distance,
        iso: frame.iso,
        kelvin: frame.white_balance_kelvin,
        tint: frame.white_balance_tint,
      },
      readings,
    );
  },
};

type FrameValues = Record<
  'sensorRate' | 'shutter' | 'nd' | 'aperture' | 'focalLength' | 'distance' | 'iso' | 'kelvin' | 'tint',
  unknown
>;

function readFrame(v: FrameValues, readings: Readings): void {
  readings.add('captureRate', 'sensor_rate', rateOf(fractionOf(v.sensorRate)), {
    ...FRAME0,
    raw: v.sensorRate,
  });
  const shutter = textOf(v.shutter);
  if (shutter.includes('°'))
    readings.add('shutterAngle', 'shutter_value', shutterAngleOf(shutter), { ...FRAME0, raw: v.shutter });
  else if (shutter.startsWith('1/'))
    readings.add('exposureTime', 'shutter_value', 1 / (numberOf(shutter.slice(2)) ?? Number.NaN), {
      ...FRAME0,
      raw: v.shutter,
    });
  const nd = numberOf(v.nd);
  // The camera counts its ND in stops.
  if (nd !== null && nd >= 0)
    readings.add('ndFilter', 'internal_nd', { stops: tidy(nd), density: tidy(nd * 0.3), raw: v.nd }, FRAME0);
  const aperture = textOf(v.aperture);
  readings.add(/^T/i.test(aperture) ? 'tStop' : 'fStop', 'aperture', positive(aperture), {
    ...FRAME0,
    raw: v.aperture,
  });
  readings.add('focalLength', 'focal_length', positive(v.focalLength), { ...FRAME0, raw: v.focalLength });
  const distance = metresOf(v.distance, 'mm');
  readings.add('focusDistance', 'distance', distance === 0 ? null : distance, { ...FRAME0, raw: v.distance });
  readings.add('exposureIndex', 'iso', positive(v.iso), { ...FRAME0, raw: v.iso });
  readings.add('whiteBalance', 'white_balance_kelvin', positive(v.kelvin), { ...FRAME0, raw: v.kelvin });
  readings.add('tint', 'white_balance_tint', numberOf(v.tint), { ...FRAME0, raw: v.tint });
}

function positive(value: unknown): number | null {
  const number = numberOf(value);
  return number !== null && number > 0 ? tidy(number) : null;
}
