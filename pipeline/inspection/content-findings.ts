import type { RawFacts } from '../../engine/engine.ts';
import type { InspectedField } from '../../schemas/clip.ts';
import { type Finding, finding, type Subject } from '../../schemas/finding.ts';
import type { Rational } from '../../schemas/rational.ts';
import { formatRational, isEqual, rational } from '../../standards/time/rational.ts';
import { advance, formatTimecode } from '../../standards/time/timecode.ts';
import type { ClipGroup } from '../ingest/clip-group.ts';
import type { FieldName } from './fields.ts';
import { fileFindings } from './file-findings.ts';
import { Readings } from './reading.ts';
import { type ResolvedTimecode, resolveTimecodes } from './resolve-timecode.ts';
import { SOURCES } from './sources/all-sources.ts';

type Input = {
  subject: Subject;
  group: ClipGroup;
  media: readonly RawFacts[];
  fields: Record<FieldName, InspectedField>;
  timecodes: readonly ResolvedTimecode[];
  facts: ReadonlyMap<string, RawFacts>;
};

/** What a person must know of a clip's content beyond disagreements: cut-off files, impossible or absent timecode, unknown camera. */
export function contentFindings(input: Input): Finding[] {
  const { subject, fields, timecodes, group, facts } = input;
  const found = group.files.flatMap((file) => {
    const told = facts.get(file.path);
    return told ? fileFindings(subject, file.path, told) : [];
  });
  for (const t of timecodes)
    if (t.illegal)
      found.push(
        finding('timecode-illegal', subject, `${t.illegal} (${t.reading.source}, ${t.reading.sourceTag}).`, {
          value: t.text,
          rate: t.rate,
          source: t.reading.source,
        }),
      );
  if (input.media.length === 0) return found;
  if (fields.startTimecode.value === null) found.push(timecodeAbsent(subject, fields.startTimecode));
  if (fields.isVariableFrameRate.value === true)
    found.push(
      finding(
        'variable-frame-rate',
        subject,
        `${group.clipName} has a variable frame rate: make it constant before conforming.`,
        {
          rate: fields.frameRate.value,
          source: fields.isVariableFrameRate.source,
          rawValue: fields.isVariableFrameRate.rawValue,
        },
      ),
    );
  const isSound = fields.container.value === 'wav';
  if (!isSound && fields.cameraMake.value === null && fields.cameraModel.value === null)
    found.push(
      finding(
        'camera-unknown',
        subject,
        `No camera make or model could be read from ${group.clipName}. Fill in its camera format once; the rule is kept.`,
        { container: fields.container.value, codec: fields.codec.value },
      ),
    );
  return [...found, ...squeezeConflict(input), ...sequenceTimecode(input)];
}

/** Pixels already wide and a lens that squeezes otherwise: nobody can tell what is left to undo. */
function squeezeConflict({ subject, fields, group }: Input): Finding[] {
  const [squeeze, aspect] = [
    fields.lensSqueeze.value as Rational | null,
    fields.pixelAspectRatio.value as Rational | null,
  ];
  const one = rational(1);
  if (!squeeze || !aspect || isEqual(squeeze, one) || isEqual(aspect, one) || isEqual(squeeze, aspect))
    return [];
  const sentence = `${group.clipName} has a lens squeeze of ${formatRational(squeeze)} and pixels of ${formatRational(aspect)}: set the desqueeze of its camera format.`;
  return [finding('squeeze-conflict', subject, sentence, { lensSqueeze: squeeze, pixelAspectRatio: aspect })];
}

function timecodeAbsent(subject: Subject, field: InspectedField): Finding {
  const why = field.reason === 'sentinel' ? 'its timecode field is not set' : 'it carries no timecode';
  return finding(
    'timecode-absent',
    subject,
    `${subject.path ?? subject.id} has no timecode of its own: ${why}. It can only be matched by name.`,
    { reason: field.reason, rawValue: field.rawValue ?? null },
  );
}

/** The last frame's timecode must lie as far from the first's as their numbers do. */
function sequenceTimecode({ subject, group, media, timecodes }: Input): Finding[] {
  const first = timecodes[0];
  const last = media.at(-1);
  if (!group.sequence || !last || media.length < 2 || first?.startFrame == null || !first.rate) return [];
  const readings = last.tools.flatMap((answer) => {
    const source = SOURCES.get(answer.tool);
    if (!source || answer.tool !== first.reading.source || !answer.output) return [];
    const list = new Readings(answer.tool, source.confidence);
    source.read(answer.output as never, list, last, { clipName: group.clipName, stems: [] });
    return list.list.filter((r) => r.field === 'startTimecode');
  });
  const told = resolveTimecodes(readings, first.rate)[0];
  if (told?.startFrame == null) return [];
  const expected = formatTimecode(
    advance(
      { frames: first.startFrame, rate: first.rate, dropFrame: first.dropFrame },
      group.sequence.last - group.sequence.first,
    ),
  );
  if (expected.replaceAll(';', ':') === told.text.replaceAll(';', ':')) return [];
  return [
    finding(
      'timecode-conflict',
      { ...subject, path: last.path },
      `The timecode of ${group.clipName} does not run with its frame numbers: the last frame says ${told.text}, counted from ${first.text} it is ${expected}.`,
      { chosen: first.text, lastFrame: told.text, expected },
    ),
  ];
}
