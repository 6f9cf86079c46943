import { type Finding, finding, type Subject } from '../../schemas/finding.ts';
import type { Rational } from '../../schemas/rational.ts';
import { formatRational, isEqual } from '../../standards/time/rational.ts';
import { distinctReadings } from './choose-field.ts';
import type { FieldName } from './fields.ts';
import type { Reading } from './reading.ts';
import { type ResolvedTimecode, sameTimecode } from './resolve-timecode.ts';

/** A reading below this is known to speak of something else (one field of two, a thumbnail): no disagreement. */
const LEAST_CONFIDENCE = 0.15;

/** 1080 lines are stored as 1088: codecs count in blocks of 16. */
const LINES_OF_PADDING = 16;

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
    ...fieldHeight(subject, readings.get('imageSize') ?? []),
    ...reelConflict(subject, readings.get('reelName') ?? []),
    ...dateConflict(subject, readings.get('recordedAt') ?? []),
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

/** A tool that gives the lines of one field as the height: half of it, told because people compare numbers between tools. */
function fieldHeight(subject: Subject, readings: readonly Reading[]): Finding[] {
  const chosen = distinctReadings(readings.filter((r) => r.confidence >= LEAST_CONFIDENCE))[0];
  if (!chosen) return [];
  const { width, height } = dims(chosen.value);
  const field = readings.find(
    (r) =>
      r.confidence < LEAST_CONFIDENCE &&
      r.value !== null &&
      dims(r.value).width === width &&
      Math.abs(dims(r.value).height * 2 - height) <= LINES_OF_PADDING,
  );
  if (!field) return [];
  const values = [chosen, field].map((r) => ({
    value: `${dims(r.value).width}×${dims(r.value).height}`,
    source: r.source,
    sourceTag: r.sourceTag,
  }));
  const sentence = `${field.source} gives ${values[1]!.value} as the size of ${subject.path ?? subject.id}: that is one field of two. Taken is ${values[0]!.value} (${chosen.source}, ${chosen.sourceTag}).`;
  return [finding('image-size-conflict', subject, sentence, { chosen: values[0]!.value, values })];
}

/** Dates that cannot be one moment. Where a zone is not told, any zone of the earth is allowed for. */
function dateConflict(subject: Subject, readings: readonly Reading[]): Finding[] {
  const told = distinctReadings(readings).flatMap((r) => momentOf(r) ?? []);
  const [chosen, ...others] = told;
  if (!chosen) return [];
  const different = others.filter(
    (other) => Math.abs(other.ms - chosen.ms) > slackMs(chosen.precision, other.precision),
  );
  if (different.length === 0) return [];
  const values = [chosen, ...different].map(({ reading }) => ({
    value: String(reading.value),
    source: reading.source,
    sourceTag: reading.sourceTag,
  }));
  return [conflict('recorded-at-conflict', subject, 'date of recording', values)];
}

type Precision = 'moment' | 'local' | 'day';

function momentOf(reading: Reading): { reading: Reading; ms: number; precision: Precision } | null {
  const text = String(reading.value);
  const zone = /T.*(Z|[+-]\d\d:\d\d)$/.test(text);
  const ms = Date.parse(zone ? text : `${text.length === 10 ? `${text}T12:00` : text}Z`);
  if (Number.isNaN(ms)) return null;
  return { reading, ms, precision: zone ? 'moment' : text.length === 10 ? 'day' : 'local' };
}

const MINUTE_MS = 60_000;
/** Zones reach from 12 hours behind to 14 hours before UTC. */
const ANY_ZONE_MS = 26 * 60 * MINUTE_MS;

function slackMs(a: Precision, b: Precision): number {
  if (a === 'day' || b === 'day') return ANY_ZONE_MS + 12 * 60 * MINUTE_MS;
  return a === b ? MINUTE_MS : ANY_ZONE_MS;
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
    | 'recorded-at-conflict'
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
