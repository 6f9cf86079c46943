import { divide, rational } from '../../../standards/time/rational.ts';
import { fractionOf, numberOf, rateOf } from '../quantities.ts';
import type { Readings } from '../reading.ts';
import type { Source } from './source.ts';

/**
 * Panasonic's clip XML, of P2 cards and of newer cameras. Timecode is written with colons also when it drops frames; an attribute or
 * `TimecodeType` says so. Sources: Panasonic "P2 contents file format"; shared reference inspection 3.2. Not proven on a camera file here.
 */
export const p2Xml: Source = {
  tool: 'p2-xml',
  confidence: 0.8,
  read(tree: unknown, readings: Readings): void {
    const text = (name: string) => textOf(findFirst(tree, name));
    readings.add('cameraMake', 'Device/Manufacturer', text('Manufacturer'));
    readings.add('cameraModel', 'Device/ModelName', text('ModelName'));
    readings.add('cameraSerialNumber', 'Device/SerialNo.', text('SerialNo.') ?? text('SerialNo'));
    readings.add('clipName', 'ClipName', text('UserClipName') ?? text('ClipName'));
    readings.add(
      'umid',
      'GlobalClipID',
      /^[0-9a-f]{64}$/i.test(text('GlobalClipID') ?? '') ? text('GlobalClipID')!.toLowerCase() : null,
      { raw: text('GlobalClipID') },
    );
    const unit = fractionOf(text('EditUnit'));
    const rate = unit && unit.num > 0 ? rateOf(divide(rational(1), unit)) : rateOf(text('FrameRate'));
    readings.add('frameRate', unit ? 'EditUnit' : 'FrameRate', rate, {
      raw: text('EditUnit') ?? text('FrameRate'),
    });
    readings.add('frameCount', 'Duration', numberOf(text('Duration')));
    const timecode = text('StartTimecode');
    const drop =
      /^drop/i.test(text('TimecodeType') ?? '') ||
      attribute(findFirst(tree, 'FrameRate'), '@DropFrameFlag') === 'true';
    if (timecode)
      readings.add(
        'startTimecode',
        'StartTimecode',
        { place: 'sidecar', text: timecode, rate, dropFrame: drop },
        { raw: timecode },
      );
    readings.add('isoSpeed', 'ISOSensitivity', numberOf(text('ISOSensitivity')));
    readings.add(
      'whiteBalance',
      'WhiteBalanceColorTemperature',
      numberOf(text('WhiteBalanceColorTemperature')),
      { raw: text('WhiteBalanceColorTemperature') },
    );
    readings.add('transferFunction', 'CaptureGamma', text('CaptureGamma'));
    readings.add('colorPrimaries', 'CaptureGamut', text('CaptureGamut'));
    readSpan(tree, readings);
    readings.add('recordedAt', 'StartDate', text('StartDate') ?? text('CreationDate'));
  },
};

/**
 * A take over several clips or cards: the parts share a shot id, and each names the clip before and behind it.
 * Source: Panasonic "P2 contents file format", Relation.
 */
function readSpan(tree: unknown, readings: Readings): void {
  const relation = findFirst(tree, 'Relation');
  const shotId = textOf(findFirst(relation, 'GlobalShotID'));
  const idOf = (name: string) => textOf(findFirst(findFirst(relation, name), 'GlobalClipID')) ?? null;
  const [previous, next] = [idOf('Previous'), idOf('Next')];
  if (!shotId || (previous === null && next === null)) return;
  const offsetFrames = numberOf(textOf(findFirst(relation, 'OffsetInShot')));
  readings.add('spanning', 'Relation', { shotId, offsetFrames, previous, next }, { raw: relation });
}

/** The first element of a name, searched breadth first; other makers' documents nest it differently. */
function findFirst(tree: unknown, name: string): unknown {
  for (let level: unknown[] = [tree], depth = 0; level.length > 0 && depth < 12; depth++) {
    for (const node of level) {
      const found =
        typeof node === 'object' && node !== null ? (node as Record<string, unknown>)[name] : undefined;
      if (found !== undefined) return Array.isArray(found) ? found[0] : found;
    }
    level = level.flatMap((node) => (typeof node === 'object' && node !== null ? Object.values(node) : []));
  }
  return undefined;
}

function textOf(node: unknown): string | undefined {
  const value = typeof node === 'object' && node !== null ? (node as Record<string, unknown>)['#text'] : node;
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function attribute(node: unknown, name: string): unknown {
  return typeof node === 'object' && node !== null ? (node as Record<string, unknown>)[name] : undefined;
}
