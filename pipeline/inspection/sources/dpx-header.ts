import type { DpxFacts } from '../../../engine/open/inspect/readers/dpx.ts';
import { Keycode } from '../../../schemas/keycode.ts';
import { perforationsOf } from '../../../standards/time/keycode.ts';
import { rational } from '../../../standards/time/rational.ts';
import { rateOf, shutterAngleOf } from '../quantities.ts';
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
    readOrientation(facts, readings);
    readKeycode(facts, readings);
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

/**
 * Which way lines and pixels run, as mirrored and then turned clockwise. 0, from left to right and top to bottom, is upright.
 * Source: SMPTE ST 268-1:2014 table 2, image orientation.
 */
const ORIENTATIONS: Readonly<Record<number, { mirrored: boolean; clockwise: number }>> = {
  1: { mirrored: true, clockwise: 0 },
  2: { mirrored: true, clockwise: 180 },
  3: { mirrored: false, clockwise: 180 },
  4: { mirrored: true, clockwise: 270 },
  5: { mirrored: false, clockwise: 90 },
  6: { mirrored: false, clockwise: 270 },
  7: { mirrored: true, clockwise: 90 },
};

function readOrientation({ orientation }: DpxFacts, readings: Readings): void {
  const turn = orientation === null ? undefined : ORIENTATIONS[orientation];
  if (!turn) return;
  readings.add('rotation', 'image orientation', turn.clockwise, { raw: orientation });
  if (turn.mirrored) readings.add('isMirrored', 'image orientation', true, { raw: orientation });
}

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
    const rate = rateOf(facts.television.frameRate) ?? rateOf(facts.film.frameRate);
    const read = timecodeOfBcd(timecodeBcd, rate);
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

/** Scanners that know no edge code leave it empty, or fill it with zeros. */
function readKeycode({ film }: DpxFacts, readings: Readings): void {
  const told = film.keycode;
  if (told === null || Object.values(told).every((digits) => Number(digits) === 0)) return;
  const keycode = Keycode.safeParse({
    ...{ manufacturer: Number(told.manufacturer), filmType: Number(told.filmType) },
    ...{ prefix: Number(told.prefix), count: Number(told.count), perfOffset: Number(told.offset) },
    ...perforationsOf(film.format),
  });
  if (keycode.success)
    readings.add('keycode', 'film edge code', keycode.data, { raw: { ...told, format: film.format } });
}
