import type { DjiSrtFacts } from '../../../engine/open/inspect/sidecars/dji-srt.ts';
import { numberOf, secondsOf } from '../quantities.ts';
import type { Readings } from '../reading.ts';
import type { Source } from './source.ts';

/** DJI telemetry in its several spellings: `[iso : 100] [fnum : 280]`, `F/2.8, SS 30.15, ISO 260`, `ISO:100 Shutter:400 Fnum:F2.8`. */
export const djiSrt: Source = {
  tool: 'dji-srt',
  confidence: 0.7,
  read({ first }: DjiSrtFacts, readings: Readings): void {
    const frame0 = { scope: 'frame0' as const };
    const find = (pattern: RegExp) => pattern.exec(first)?.[1];
    readings.add('cameraMake', 'telemetry', 'DJI', { confidence: 0.6 });
    const iso = numberOf(find(/\biso\s*:?\s*(\d+)/i));
    readings.add('isoSpeed', 'iso', iso, frame0);
    readings.add('exposureIndex', 'iso', iso, { ...frame0, confidence: 0.6 });
    const shutter = find(/\bshutter\s*:\s*(1\/[\d.]+|\d+(?:\.\d+)?)/i) ?? find(/\bSS\s+([\d.]+)/);
    // Older models write the denominator alone.
    readings.add(
      'exposureTime',
      'shutter',
      shutter?.includes('/')
        ? secondsOf(shutter)
        : shutter && Number(shutter) > 0
          ? 1 / Number(shutter)
          : null,
      { ...frame0, raw: shutter },
    );
    const aperture = find(/\bfnum\s*:\s*F?([\d.]+)/i) ?? find(/\bF\/([\d.]+)/);
    const stop = numberOf(aperture);
    // `280` is 2.8: newer models write hundredths.
    readings.add('fStop', 'fnum', stop === null || stop <= 0 ? null : stop >= 100 ? stop / 100 : stop, {
      ...frame0,
      raw: aperture,
    });
    readings.add('whiteBalance', 'ct', numberOf(find(/\bct\s*:\s*(\d+)/i)), frame0);
    const focal = numberOf(find(/\bfocal_len\s*:\s*([\d.]+)/i));
    readings.add(
      'focalLength',
      'focal_len',
      focal === null || focal <= 0 ? null : focal >= 100 ? focal / 10 : focal,
      { ...frame0, raw: focal, confidence: 0.5 },
    );
    const mode = find(/\bcolor_md\s*:\s*([a-z0-9_]+)/i);
    if (mode && mode !== 'default') readings.add('transferFunction', 'color_md', mode, frame0);
    readings.add(
      'recordedAt',
      'time',
      find(/(\d{4}[-.]\d\d[-.]\d\d \d\d:\d\d:\d\d)/)
        ?.replaceAll('.', '-')
        .replace(' ', 'T'),
      frame0,
    );
    readPlace(first, readings);
  },
};

/** Longitude stands first in `GPS (…)`, and `longtitude` is DJI's own spelling. */
function readPlace(text: string, readings: Readings): void {
  const named = /\[latitude\s*:\s*(-?[\d.]+)\].*?\[longt?itude\s*:\s*(-?[\d.]+)\]/i.exec(text);
  const listed = /GPS\s*\(\s*(-?[\d.]+)\s*,\s*(-?[\d.]+)/i.exec(text);
  const [latitude, longitude] = named ? [named[1], named[2]] : [listed?.[2], listed?.[1]];
  if (latitude !== undefined && longitude !== undefined)
    readings.add(
      'gps',
      'GPS',
      { latitude: Number(latitude), longitude: Number(longitude) },
      { scope: 'frame0' },
    );
}
