import type { RawFacts } from '../../engine/engine.ts';
import type { InspectedField } from '../../schemas/clip.ts';
import { type Finding, finding, type Subject } from '../../schemas/finding.ts';
import type { Rational } from '../../schemas/rational.ts';
import { formatRational, isEqual, rational } from '../../standards/time/rational.ts';
import { advance, formatTimecode } from '../../standards/time/timecode.ts';
import type { ClipGroup } from '../ingest/clip-group.ts';
import type { FieldName } from './fields.ts';
import { Readings } from './reading.ts';
import { type ResolvedTimecode, resolveTimecodes } from './resolve-timecode.ts';
import { SOURCES } from './sources/all-sources.ts';
import { dig } from './sources/source.ts';

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

function fileFindings(subject: Subject, path: string, facts: RawFacts): Finding[] {
  const at: Subject = { ...subject, path };
  if (facts.sniffed === 'empty')
    return [finding('file-empty', at, `${path} has no bytes. Offload it again.`, {})];
  const cut = truncation(facts);
  const whole = cut
    ? [
        finding(
          'file-truncated',
          at,
          `${path} ends before its content does: ${cut.why}. Offload it again.`,
          cut,
        ),
      ]
    : unreadable(at, path, facts);
  return [...whole, ...degraded(at, path, facts)];
}

function unreadable(at: Subject, path: string, facts: RawFacts): Finding[] {
  const asked = facts.tools.filter((a) => a.error !== NOT_INSTALLED);
  const told = {
    sniffed: facts.sniffed,
    sizeBytes: facts.sizeBytes,
    errors: asked.map((a) => ({ tool: a.tool, error: a.error ?? null })),
  };
  if (facts.sniffed === 'unknown' && asked.length === 0)
    return [finding('unreadable', at, `${path} is nothing that is known here by its first bytes.`, told)];
  const damage = asked.map((a) => dig(a.output, 'damage')).find((d) => typeof d === 'string');
  const allFailed =
    asked.length > 0 &&
    asked.every((a) => a.error !== undefined || a.output === null || dig(a.output, 'damage'));
  if ((damage === undefined && !allFailed) || facts.sniffed === 'text') return [];
  const why = damage ?? asked.map((a) => `${a.tool}: ${a.error ?? 'nothing'}`).join('; ');
  return [finding('unreadable', at, `${path} cannot be read whole: ${why}.`, told)];
}

const NOT_INSTALLED = 'not installed';

function degraded(at: Subject, path: string, facts: RawFacts): Finding[] {
  return facts.tools
    .filter((answer) => answer.error === NOT_INSTALLED)
    .map(({ tool }) =>
      finding(
        'tool-degraded',
        at,
        `${tool} is not installed, so ${path} was read by its header alone. Install it and inspect again for the maker's own values.`,
        { tool },
      ),
    );
}

/** What each reader or tool says of a file that ends early. */
function truncation(
  facts: RawFacts,
): { why: string; source: string; expectedBytes?: number; actualBytes: number } | null {
  for (const { tool, output } of facts.tools) {
    const own = dig(output, 'truncated');
    if (typeof own === 'string') return { why: own, source: tool, actualBytes: facts.sizeBytes };
    const expected = dig(own, 'expectedBytes');
    if (typeof expected === 'number')
      return {
        why: `${expected} bytes are announced, ${facts.sizeBytes} are there`,
        source: tool,
        expectedBytes: expected,
        actualBytes: facts.sizeBytes,
      };
    if (tool === 'dpx-header') {
      const announced = dig(output, 'fileSizeBytes');
      if (typeof announced === 'number' && announced > facts.sizeBytes)
        return {
          why: `${announced} bytes are announced, ${facts.sizeBytes} are there`,
          source: tool,
          expectedBytes: announced,
          actualBytes: facts.sizeBytes,
        };
    }
    if (tool === 'mediainfo' && dig(output, 'media', 'track', 0, 'extra', 'IsTruncated') === 'Yes') {
      const why = JSON.stringify(
        dig(output, 'media', 'track', 0, 'extra', 'ConformanceErrors') ?? 'MediaInfo says so',
      );
      return {
        why: /actual[^)"]*/.exec(why)?.[0] ?? 'MediaInfo says so',
        source: tool,
        actualBytes: facts.sizeBytes,
      };
    }
  }
  return null;
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
