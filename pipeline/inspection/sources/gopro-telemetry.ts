import type { GpmfFacts } from '../../../engine/open/inspect/readers/gpmf.ts';
import type { Readings } from '../reading.ts';
import type { Source } from './source.ts';

/** GoPro telemetry in a file of its own. */
export const goproTelemetry: Source = {
  tool: 'gopro-telemetry',
  confidence: 0.8,
  read(facts: GpmfFacts, readings: Readings): void {
    readGoproTelemetry(facts, readings);
  },
};

/**
 * Settings over the take: the first frame's value, with the range where they change. Older cameras tell a gain, not an ISO.
 * Source: gpmf-parser README, "GPMF data stream".
 */
export function readGoproTelemetry({ devices, items }: GpmfFacts, readings: Readings): void {
  readings.add('cameraMake', 'GPMF DVNM', 'GoPro', { raw: devices, confidence: 0.6 });
  // The HERO5 calls itself "Camera", and a gimbal speaks beside the camera.
  const model = devices.find((name) => /^(gopro )?(hero|max|fusion)/i.test(name));
  readings.add('cameraModel', 'GPMF DVNM', model ?? null, { raw: devices, confidence: 0.6 });
  const change = (key: string) => (items[key] ?? []).filter((n) => n > 0);
  readings.addChanging('exposureTime', 'GPMF SHUT', change('SHUT').map(tidy), { confidence: 0.8 });
  readings.addChanging('isoSpeed', 'GPMF ISOE', change('ISOE'), { confidence: 0.8 });
  readings.addChanging('exposureIndex', 'GPMF ISOE', change('ISOE'), { confidence: 0.6 });
  readings.addChanging('whiteBalance', 'GPMF WBAL', change('WBAL'), { confidence: 0.8 });
  const gains = items.WRGB?.slice(0, 3) ?? [];
  if (gains.length === 3 && gains.every((g) => g > 0))
    readings.add('wbGains', 'GPMF WRGB', gains.map(tidy), { scope: 'frame0' });
}

/** Singles carry seven digits; the rest is noise of their doubles. */
function tidy(value: number): number {
  return Number(value.toPrecision(6));
}
