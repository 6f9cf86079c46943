import type { RawIdentifyOutput } from '../../../engine/tools/raw-identify.ts';
import type { Readings } from '../reading.ts';
import type { Source } from './source.ts';

/** LibRaw's view of a raw picture: white balance gains, and the part of the sensor that is image. */
export const rawIdentify: Source = {
  tool: 'raw-identify',
  confidence: 0.65,
  read(output: RawIdentifyOutput, readings: Readings, { sniffed, path }): void {
    if (isStillsRaw(output, sniffed, path)) readStill(output, readings);
    const gains = output['WB As shot']?.split(/\s+/).map(Number);
    const [red, green, blue] = gains ?? [];
    if (red && green && blue)
      readings.add(
        'wbGains',
        'As shot',
        [red / green, 1, blue / green].map((g) => Number(g.toFixed(6))),
        { raw: output['WB As shot'] },
      );
    const inset = /^(\d+) x (\d+) left: (\d+) top: (\d+)/.exec(output['Raw inset, width x height'] ?? '');
    if (inset)
      readings.add(
        'activeImage',
        'Raw inset',
        { x: Number(inset[3]), y: Number(inset[4]), width: Number(inset[1]), height: Number(inset[2]) },
        { raw: output['Raw inset, width x height'] },
      );
    const full = /^(\d+) x (\d+)/.exec(output['Full size'] ?? '');
    if (full)
      readings.add(
        'sensorArea',
        'Full size',
        { width: Number(full[1]), height: Number(full[2]) },
        { raw: output['Full size'] },
      );
  },
};

/** Movies of Canon begin as its stills do; a DNG is one whatever LibRaw calls its camera. */
function isStillsRaw(output: RawIdentifyOutput, sniffed: string, path: string): boolean {
  // It stands on a line of its own, or behind a serial number.
  const isDng = Object.entries(output).some((pair) => pair.join(' ').includes('DNG Version'));
  if (isDng || output['Raw colors'] === undefined) return false;
  return sniffed === 'tiff' || sniffed === 'camera-raw' || (sniffed === 'crx' && /\.cr3$/i.test(path));
}

/** A picture in a camera's own form, as large as LibRaw develops it. */
function readStill(output: RawIdentifyOutput, readings: Readings): void {
  const found = { confidence: 0.95 };
  const raw = output.Camera;
  readings.add('codec', 'Camera', { family: 'camera-raw', bayer: true }, { ...found, raw });
  readings.add('container', 'Camera', 'sequence', { ...found, raw });
  const size = /^(\d+) x (\d+)/.exec(output['Image size'] ?? '');
  if (size) {
    const value = { width: Number(size[1]), height: Number(size[2]) };
    readings.add('imageSize', 'Image size', value, { ...found, raw: output['Image size'] });
  }
}
