import type { RtmdFacts } from '../../../engine/open/inspect/readers/sony-rtmd.ts';
import { rateOf, tidy } from '../quantities.ts';
import type { Readings } from '../reading.ts';

/** Without a lens that speaks, the stop is all zeros, which decodes to this. */
const NO_LENS_STOP = 256;
const UNSET_16 = 0xffff;

/**
 * Sony's settings frame by frame: the first frame's value, with the range where they change over the take. `rtmd` is Sony's own
 * track. Source: SMPTE RDD 18 as ExifTool 13 reads it.
 */
export function readSonyRtmd({ items, serial }: RtmdFacts, readings: Readings): void {
  const told = (values: readonly number[], below = Number.POSITIVE_INFINITY) =>
    values.filter((v) => v > 0 && v < below);
  readings.add('cameraMake', 'rtmd', 'Sony', { raw: 'rtmd', confidence: 0.6 });
  readings.addChanging(
    'fStop',
    'rtmd 8000',
    told(items.fStop, NO_LENS_STOP).map((v) => Number(v.toPrecision(3))),
    {
      confidence: 0.8,
    },
  );
  readings.addChanging('exposureTime', 'rtmd 8109', told(items.exposureTime).map(tidy), { confidence: 0.8 });
  readings.addChanging('gain', 'rtmd 810a', items.gain, { confidence: 0.8 });
  readings.addChanging('isoSpeed', 'rtmd 810b', told(items.iso, UNSET_16), { confidence: 0.8 });
  readings.addChanging('exposureIndex', 'rtmd 810b', told(items.iso, UNSET_16), { confidence: 0.6 });
  const [rate] = items.captureRate;
  readings.add('captureRate', 'rtmd 8106', rateOf(rate), { raw: rate });
  // "ILCE-7SM3 5072108": model and serial number in one.
  const [, model, number] = /^(\S+)\s+(\S+)$/.exec(serial ?? '') ?? [];
  readings.add('cameraModel', 'rtmd 8114', model ?? null, { raw: serial, confidence: 0.6 });
  readings.add('cameraSerialNumber', 'rtmd 8114', number ?? null, { raw: serial, confidence: 0.6 });
}
