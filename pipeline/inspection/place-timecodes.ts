import type { InspectedField } from '../../schemas/clip.ts';
import type { FieldName } from './fields.ts';
import type { ResolvedTimecode } from './resolve-timecode.ts';

type Fields = Record<FieldName, InspectedField>;

/** Puts timecode strings where readings were, with frame, rate and counting beside them; impossible ones are hardly trusted. */
export function placeTimecodes(fields: Fields, timecodes: readonly ResolvedTimecode[]): void {
  const [chosen, ...others] = timecodes;
  if (!chosen) {
    fields.startTimecode = withoutTimecode(fields.startTimecode);
    return;
  }
  const { alternatives: _, ...old } = fields.startTimecode;
  fields.startTimecode = {
    ...old,
    ...told(chosen),
    confidence: chosen.illegal ? 0.1 : chosen.reading.confidence,
    scope: 'clip',
    startFrame: chosen.startFrame,
    rate: chosen.rate,
    dropFrame: chosen.dropFrame,
    place: chosen.place,
    ...(others.length > 0 ? { alternatives: others.map(told) } : {}),
  };
  fields.timecodes = {
    value: timecodes.map((t) => ({
      value: t.text,
      place: t.place,
      source: t.reading.source,
      sourceTag: t.reading.sourceTag,
      rate: t.rate,
      dropFrame: t.dropFrame,
    })),
    source: 'derived',
    sourceTag: 'all start timecodes',
    confidence: 1,
    scope: 'clip',
  };
  if (fields.timecodeRate.value === null && chosen.rate)
    fields.timecodeRate = {
      value: chosen.rate,
      unit: 'Hz',
      source: chosen.reading.source,
      sourceTag: chosen.reading.sourceTag,
      rawValue: null,
      confidence: chosen.reading.confidence,
      scope: 'clip',
    };
}

function told(t: ResolvedTimecode) {
  return {
    value: t.text,
    source: t.reading.source,
    sourceTag: t.reading.sourceTag,
    rawValue: t.reading.rawValue,
  };
}

/** Nothing that was told is a timecode: the reason stays, the words of the tool do not become a value. */
function withoutTimecode(field: InspectedField): InspectedField {
  const { rawValue, source, sourceTag, reason } = field;
  return {
    value: null,
    reason: field.value === null ? (reason ?? 'notPresent') : 'unreadable',
    ...(source === undefined ? {} : { source, sourceTag, rawValue }),
  };
}
