import { type Finding, finding, type Subject } from '../../schemas/finding.ts';
import type { Rational } from '../../schemas/rational.ts';
import { formatRational, isEqual } from '../../standards/time/rational.ts';
import { distinctReadings } from './choose-field.ts';
import type { FieldName } from './fields.ts';
import type { Reading } from './reading.ts';
import { type ResolvedTimecode, sameTimecode } from './resolve-timecode.ts';

/** A reading below this is known to speak of something else (one field of two, a thumbnail): no disagreement. */
const LEAST_CONFIDENCE = 0.15;

type ByField = ReadonlyMap<FieldName, readonly Reading[]>;

/** Findings where sources disagree on timecode, rate, size, reel or code value range. Each names every value and who says it. */
export function conflictFindings(
  subject: Subject,
  readings: ByField,
  timecodes: readonly ResolvedTimecode[],
): Finding[] {
  return [
    ...timecodeConflict(subject, timecodes),
    ...rateConflict(subject, readings.get('frameRate') ?? []),
    ...valueConflict(
      subject,
      'image-size-conflict',
      'image size',
      'imageSize',
      readings,
      (v) => `${dims(v).width}×${dims(v).height}`,
    ),
    ...reelConflict(subject, readings.get('reelName') ?? []),
    ...valueConflict(subject, 'colour-range-conflict', 'code value range', 'colorRange', readings, String),
  ];
}

function dims(value: unknown): { width: number; height: number } {
  return value as { width: number; height: number };
}

function timecodeConflict(subject: Subject, timecodes: readonly ResolvedTimecode[]): Finding[] {
  const [chosen, ...others] = timecodes;
  if (!chosen) return [];
  const different = others.filter((other) => !sameTimecode(other, chosen));
  if (different.length === 0) return [];
  const values = [chosen, ...distinctTexts(different)].map((t) => ({
    value: t.text,
    source: t.reading.source,
    sourceTag: t.reading.sourceTag,
    place: t.place,
  }));
  return [conflict('timecode-conflict', subject, 'start timecode', values)];
}

function distinctTexts(timecodes: readonly ResolvedTimecode[]): ResolvedTimecode[] {
  return timecodes.filter((t, i) => timecodes.findIndex((other) => sameTimecode(other, t)) === i);
}

/** A rate that a file spells inexactly (2997/100) is a disagreement too: counted over an hour it drifts. */
function rateConflict(subject: Subject, readings: readonly Reading[]): Finding[] {
  const distinct = distinctReadings(readings.filter((r) => r.confidence >= LEAST_CONFIDENCE));
  const values = distinct.map((r) => ({
    value: formatRational(r.value as Rational),
    source: r.source,
    sourceTag: r.sourceTag,
  }));
  const spelled = readings.find(
    (r) =>
      r.confidence >= 0.8 &&
      isFraction(r.rawValue) &&
      r.value !== null &&
      !isEqual(r.rawValue, r.value as Rational),
  );
  if (spelled)
    values.push({
      value: formatRational(spelled.rawValue as Rational),
      source: spelled.source,
      sourceTag: `${spelled.sourceTag}, as spelled`,
    });
  return values.length > 1 ? [conflict('frame-rate-conflict', subject, 'frame rate', values)] : [];
}

function isFraction(value: unknown): value is Rational {
  const { num, den } = (value ?? {}) as Partial<Rational>;
  return typeof num === 'number' && typeof den === 'number' && den > 0;
}

function valueConflict(
  subject: Subject,
  code: 'image-size-conflict' | 'colour-range-conflict',
  what: string,
  field: FieldName,
  readings: ByField,
  show: (value: unknown) => string,
): Finding[] {
  const distinct = distinctReadings(
    (readings.get(field) ?? []).filter((r) => r.confidence >= LEAST_CONFIDENCE),
  );
  if (distinct.length < 2) return [];
  return [
    conflict(
      code,
      subject,
      what,
      distinct.map((r) => ({ value: show(r.value), source: r.source, sourceTag: r.sourceTag })),
    ),
  ];
}

/** A short form of a reel (`A001` of `A001R1AB`) does not disagree with the long one. */
function reelConflict(subject: Subject, readings: readonly Reading[]): Finding[] {
  const distinct = distinctReadings(readings.filter((r) => r.confidence >= LEAST_CONFIDENCE));
  const chosen = distinct[0];
  if (!chosen) return [];
  const plain = (value: unknown) =>
    String(value)
      .toUpperCase()
      .replace(/[^0-9A-Z]/g, '');
  const other = distinct
    .slice(1)
    .filter(
      (r) =>
        !plain(chosen.value).startsWith(plain(r.value)) && !plain(r.value).startsWith(plain(chosen.value)),
    );
  if (other.length === 0) return [];
  return [
    conflict(
      'reel-conflict',
      subject,
      'reel name',
      [chosen, ...other].map((r) => ({ value: String(r.value), source: r.source, sourceTag: r.sourceTag })),
    ),
  ];
}

function conflict(
  code:
    | 'timecode-conflict'
    | 'frame-rate-conflict'
    | 'image-size-conflict'
    | 'reel-conflict'
    | 'colour-range-conflict',
  subject: Subject,
  what: string,
  values: { value: string; source: string; sourceTag: string }[],
): Finding {
  const [chosen, ...others] = values as [(typeof values)[number], ...typeof values];
  const rest = others.map((o) => `${o.value} (${o.source}, ${o.sourceTag})`).join(', ');
  const sentence = `Sources disagree on the ${what} of ${subject.path ?? subject.id}: taken is ${chosen.value} (${chosen.source}, ${chosen.sourceTag}); also told: ${rest}.`;
  return finding(code, subject, sentence, { chosen: chosen.value, values });
}
