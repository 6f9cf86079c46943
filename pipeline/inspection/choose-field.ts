import { isDeepStrictEqual } from 'node:util';
import type { InspectedField } from '../../schemas/clip.ts';
import { FIELDS, type FieldDefinition, type FieldName } from './fields.ts';
import type { Reading } from './reading.ts';

/** A field keeps this many other candidates; beyond, they only repeat. */
const KEPT_ALTERNATIVES = 16;

/** Fields of several parts: what the most trusted source leaves out is filled from the next that speaks of the same thing. */
const FILLED = new Set<FieldName>(['codec', 'slate', 'look']);

/**
 * The field that readings of one name make: the most trusted value, every other candidate kept beside it. Without a value it is
 * null with the reason; nothing is ever guessed.
 */
export function chooseField(name: FieldName, readings: readonly Reading[]): InspectedField {
  const candidates = readings.filter((r) => r.value !== null).sort((a, b) => b.confidence - a.confidence);
  const chosen = candidates[0];
  if (!chosen) return absentField(readings);
  const others = candidates.slice(1).slice(0, KEPT_ALTERNATIVES);
  const definition: FieldDefinition = FIELDS[name];
  return {
    value: FILLED.has(name) ? filled(candidates) : chosen.value,
    ...(definition.unit === undefined ? {} : { unit: definition.unit }),
    source: chosen.source,
    sourceTag: chosen.sourceTag,
    rawValue: chosen.rawValue,
    confidence: chosen.confidence,
    scope: chosen.scope,
    ...(chosen.range ? { range: chosen.range } : {}),
    ...(others.length > 0
      ? {
          alternatives: others.map(({ value, source, sourceTag, rawValue }) => ({
            value,
            source,
            sourceTag,
            rawValue,
          })),
        }
      : {}),
  };
}

function filled(candidates: readonly Reading[]): Record<string, unknown> {
  const [first, ...others] = candidates.map((c) => c.value as Record<string, unknown>) as [
    Record<string, unknown>,
    ...Record<string, unknown>[],
  ];
  const same = others.filter((other) => other.family === first.family);
  return Object.assign({}, ...same.toReversed(), first) as Record<string, unknown>;
}

function absentField(readings: readonly Reading[]): InspectedField {
  const told = readings.find((r) => r.reason !== undefined);
  if (!told) return { value: null, reason: 'notPresent' };
  return {
    value: null,
    reason: told.reason!,
    source: told.source,
    sourceTag: told.sourceTag,
    rawValue: told.rawValue,
  };
}

/** Readings whose value is not there yet among the ones before, compared as values; the most trusted first. */
export function distinctReadings(readings: readonly Reading[]): Reading[] {
  const distinct: Reading[] = [];
  for (const reading of [...readings].sort((a, b) => b.confidence - a.confidence)) {
    if (reading.value !== null && !distinct.some((other) => isDeepStrictEqual(other.value, reading.value)))
      distinct.push(reading);
  }
  return distinct;
}
