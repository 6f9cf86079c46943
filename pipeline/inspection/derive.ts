import { createHash } from 'node:crypto';
import type { InspectedField } from '../../schemas/clip.ts';
import type { Rational } from '../../schemas/rational.ts';
import { nominalBase } from '../../standards/time/frame-rate.ts';
import { divide, isEqual, rational } from '../../standards/time/rational.ts';
import { advance, formatTimecode } from '../../standards/time/timecode.ts';
import { textOf } from './quantities.ts';
import type { ResolvedTimecode } from './resolve-timecode.ts';

type Fields = Record<string, InspectedField>;

const DERIVED = { source: 'derived', confidence: 1, scope: 'clip' as const };

/**
 * Fields that follow from others. End timecode is computed here and nowhere taken over: tools run past midnight or count
 * inclusive and exclusive as they like.
 */
export function deriveFields(fields: Fields, start: ResolvedTimecode | null): void {
  const duration = fields.durationFrames?.value;
  if (start?.startFrame != null && start.rate && typeof duration === 'number' && duration > 0) {
    const steps = timecodeSteps(duration, fields.frameRate?.value as Rational | null, start.rate);
    const first = { frames: start.startFrame, rate: start.rate, dropFrame: start.dropFrame };
    if (steps !== null)
      fields.endTimecode = {
        ...DERIVED,
        value: formatTimecode(advance(first, steps)),
        sourceTag: 'startTimecode + durationFrames − 1',
        rawValue: null,
      };
  }
  const [capture, project] = [
    fields.captureRate?.value as Rational | null,
    fields.frameRate?.value as Rational | null,
  ];
  if (capture && project)
    fields.offSpeedRatio = {
      ...DERIVED,
      value: divide(capture, project),
      sourceTag: 'captureRate ÷ frameRate',
      rawValue: null,
    };
  deriveExposure(fields, capture ?? project);
  deriveDesqueeze(fields);
}

/** Timecode numbers from the first to the last frame: fewer than frames where two frames share a number (60p on a 30 count). */
function timecodeSteps(duration: number, frameRate: Rational | null, timecodeRate: Rational): number | null {
  if (!frameRate || isEqual(frameRate, timecodeRate)) return duration - 1;
  // Counting knows whole numbers a second: 23.976 and 24 count alike.
  const framesPerNumber = nominalBase(frameRate) / nominalBase(timecodeRate);
  return Number.isInteger(framesPerNumber) ? Math.floor((duration - 1) / framesPerNumber) : null;
}

/** Angle and time are two ways to say one thing: angle = 360° × time × sensor rate. */
function deriveExposure(fields: Fields, sensorRate: Rational | null): void {
  if (!sensorRate) return;
  const hertz = sensorRate.num / sensorRate.den;
  const [angle, time] = [fields.shutterAngle?.value, fields.exposureTime?.value];
  if (typeof time !== 'number' && typeof angle === 'number')
    fields.exposureTime = {
      ...DERIVED,
      value: angle / 360 / hertz,
      unit: 's',
      sourceTag: 'shutterAngle ÷ 360 ÷ captureRate',
      rawValue: angle,
    };
  const asAngle = typeof time === 'number' ? Number((time * hertz * 360).toPrecision(6)) : null;
  if (typeof angle !== 'number' && asAngle !== null && asAngle <= 360.5)
    fields.shutterAngle = {
      ...DERIVED,
      value: Math.min(360, asAngle),
      unit: '°',
      sourceTag: 'exposureTime × captureRate × 360',
      rawValue: time,
    };
}

/**
 * A picture whose pixels are already wide (pixel aspect of the squeeze) needs that, one with square pixels and a squeezed lens needs
 * the squeeze. Without a word on the lens the pixel aspect decides; both at once and unlike is for a person.
 */
function deriveDesqueeze(fields: Fields): void {
  const squeeze = fields.lensSqueeze?.value as Rational | null | undefined;
  const aspect = fields.pixelAspectRatio?.value as Rational | null | undefined;
  const one = rational(1);
  if (!squeeze && !aspect) return;
  if (squeeze && aspect && !isEqual(aspect, one) && !isEqual(aspect, squeeze)) return;
  const value = squeeze && !isEqual(squeeze, one) ? squeeze : (aspect ?? one);
  fields.desqueezeFactor = { ...DERIVED, value, sourceTag: 'lensSqueeze, pixelAspectRatio', rawValue: null };
}

/**
 * Identity of a clip: UMID or UUID, with the media's own id so that files of one material stay apart; else card, path, size and
 * timecode. The reel name alone never identifies. The same card offloaded twice gives the same ids.
 */
export function clipIdentity(
  fields: Fields,
  place: { card: string; path: string; sizeBytes: number },
): InspectedField {
  const umid = usableUmid(fields.umid?.value);
  const uuid = (fields.uuid?.confidence ?? 0) >= 0.7 ? fields.uuid?.value : null;
  const own = umid ?? (typeof uuid === 'string' ? uuid : null);
  const parts =
    own !== null
      ? ['id', own, textOf(fields.mediaUid?.value)]
      : ['place', place.card, place.path, String(place.sizeBytes), textOf(fields.startTimecode?.value)];
  const digest = createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 32);
  return {
    ...DERIVED,
    value: digest,
    sourceTag: own === null ? 'card, path, size, startTimecode' : umid ? 'umid, mediaUid' : 'uuid, mediaUid',
    rawValue: null,
  };
}

/** A UMID whose material number is all zeros identifies nothing: writers told to be reproducible leave it so. Source: SMPTE ST 330:2011. */
function usableUmid(value: unknown): string | null {
  return typeof value === 'string' && /^[0-9a-f]{64}$/.test(value) && !/^.{32}0{32}$/.test(value)
    ? value
    : null;
}
