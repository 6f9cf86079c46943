import type { DjiSetting, DjiSrtFacts } from '../../../engine/open/inspect/sidecars/dji-srt.ts';
import { numberOf, secondsOf } from '../quantities.ts';
import type { Readings } from '../reading.ts';
import type { Source } from './source.ts';

/** DJI telemetry: settings of the first frame, with their range where they change over the take. */
export const djiSrt: Source = {
  tool: 'dji-srt',
  confidence: 0.7,
  read({ first, settings }: DjiSrtFacts, readings: Readings): void {
    const find = (pattern: RegExp) => pattern.exec(first)?.[1];
    const told = (setting: DjiSetting, read: (text: string) => number | null) =>
      settings[setting].flatMap((text) => read(text) ?? []);
    readings.add('cameraMake', 'telemetry', 'DJI', { confidence: 0.6 });
    readings.addChanging('isoSpeed', 'iso', told('iso', numberOf), { raw: settings.iso[0] });
    readings.addChanging('exposureIndex', 'iso', told('iso', numberOf), {
      raw: settings.iso[0],
      confidence: 0.6,
    });
    readings.addChanging('exposureTime', 'shutter', told('shutter', shutterSeconds), {
      raw: settings.shutter[0],
    });
    readings.addChanging('fStop', 'fnum', told('fnum', stopOfNumber), { raw: settings.fnum[0] });
    readings.addChanging('whiteBalance', 'ct', told('ct', numberOf), { raw: settings.ct[0] });
    readings.addChanging('focalLength', 'focal_len', told('focal_len', millimetres), {
      raw: settings.focal_len[0],
      confidence: 0.5,
    });
    const mode = find(/\bcolor_md\s*:\s*([a-z0-9_]+)/i);
    if (mode && mode !== 'default') readings.add('transferFunction', 'color_md', mode, { scope: 'frame0' });
    readings.add(
      'recordedAt',
      'time',
      find(/(\d{4}[-.]\d\d[-.]\d\d \d\d:\d\d:\d\d)/)
        ?.replaceAll('.', '-')
        .replace(' ', 'T'),
      { scope: 'frame0' },
    );
    readPlace(first, readings);
  },
};

/** Older models write the denominator alone. */
function shutterSeconds(text: string): number | null {
  if (text.includes('/')) return secondsOf(text);
  return Number(text) > 0 ? 1 / Number(text) : null;
}

/** `280` is 2.8: newer models write hundredths. */
function stopOfNumber(text: string): number | null {
  const stop = numberOf(text);
  return stop === null || stop <= 0 ? null : stop >= 100 ? stop / 100 : stop;
}

/** `240` is 24.0 mm: some models write tenths. */
function millimetres(text: string): number | null {
  const focal = numberOf(text);
  return focal === null || focal <= 0 ? null : focal >= 100 ? focal / 10 : focal;
}

/**
 * Longitude stands first in `GPS (…)`, but for aircraft that write their height with a unit (`0.0M`); a latitude cannot pass 90°.
 * `longtitude` is DJI's own spelling.
 */
function readPlace(text: string, readings: Readings): void {
  const named = /\[latitude\s*:\s*(-?[\d.]+)\].*?\[longt?itude\s*:\s*(-?[\d.]+)\]/i.exec(text);
  const listed = /GPS\s*\(\s*(-?[\d.]+)\s*,\s*(-?[\d.]+)\s*(?:,\s*(-?[\d.]+)(M?))?/i.exec(text);
  const isTurned = listed?.[4] === 'M' && Math.abs(Number(listed[1])) <= 90;
  const [latitude, longitude] = named
    ? [named[1], named[2]]
    : isTurned
      ? [listed[1], listed[2]]
      : [listed?.[2], listed?.[1]];
  const altitude = /\b(?:abs_alt|altitude)\s*:\s*(-?[\d.]+)/i.exec(text)?.[1];
  if (latitude === undefined || longitude === undefined) return;
  if (Math.abs(Number(latitude)) > 90 || Math.abs(Number(longitude)) > 180) return;
  readings.add(
    'gps',
    'GPS',
    {
      latitude: Number(latitude),
      longitude: Number(longitude),
      ...(altitude === undefined ? {} : { altitude: Number(altitude) }),
    },
    { scope: 'frame0' },
  );
}
