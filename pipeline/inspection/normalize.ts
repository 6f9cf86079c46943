import type { RawFacts } from '../../engine/engine.ts';
import type { InspectedClip, InspectedField } from '../../schemas/clip.ts';
import type { Finding, Subject } from '../../schemas/finding.ts';
import type { Rational } from '../../schemas/rational.ts';
import type { ClipGroup } from '../ingest/clip-group.ts';
import { chooseField } from './choose-field.ts';
import { conflictFindings } from './conflicts.ts';
import { contentFindings } from './content-findings.ts';
import { clipIdentity, deriveFields } from './derive.ts';
import { FIELDS, type FieldName } from './fields.ts';
import { placeTimecodes } from './place-timecodes.ts';
import { type Reading, Readings } from './reading.ts';
import { resolveTimecodes } from './resolve-timecode.ts';
import { SOURCES } from './sources/all-sources.ts';
import { readFileName } from './sources/file-name.ts';
import { readGroup } from './sources/group.ts';
import type { ClipNames } from './sources/source.ts';

/** What one clip is normalized from. */
export type ClipFacts = {
  group: ClipGroup;
  /** Raw facts by the path of the group's files; files that were not inspected (middle frames, proxies) are absent. */
  facts: ReadonlyMap<string, RawFacts>;
  /** Sizes by path, for identity. */
  sizes: ReadonlyMap<string, number>;
  /** Raw facts of lists about several clips, such as the card's ALE; the clip's own row is looked for. */
  shared?: readonly RawFacts[];
  /** Findings of the grouping about this clip. */
  groupFindings?: readonly Finding[];
  /** The card or roll, for the identity of clips that carry no id. @default '' */
  card?: string;
};

const MEDIA_ROLES = new Set(['essence', 'segment', 'frame', 'audio']);

/**
 * One record of a clip from everything that was said about it: each field with its value, source, raw value and the other
 * candidates, disagreements as findings. Knows nothing of checksums.
 */
export function normalizeClip(input: ClipFacts): InspectedClip {
  const { group } = input;
  const media = mediaFacts(input);
  const readings = allReadings(input, media);
  const byField = groupByField(readings);
  const fields = Object.fromEntries(
    (Object.keys(FIELDS) as FieldName[]).map((name) => [name, chooseField(name, byField.get(name) ?? [])]),
  ) as Record<FieldName, InspectedField>;
  const timecodes = resolveTimecodes(
    byField.get('startTimecode') ?? [],
    fields.frameRate.value as Rational | null,
  );
  placeTimecodes(fields, timecodes);
  dropViewingTags(fields);
  addSpans(fields, media, clipNames(group));
  deriveFields(fields, timecodes[0] ?? null);
  const main = media[0] ?? [...input.facts.values()][0];
  const path = group.files[0]?.path ?? group.clipKey;
  fields.clipId = clipIdentity(fields, {
    card: input.card ?? '',
    path,
    sizeBytes: input.sizes.get(path) ?? main?.sizeBytes ?? 0,
  });
  const subject: Subject = { kind: 'clip', id: group.clipKey, path };
  // The listing already told of empty files.
  const findings = [
    ...(input.groupFindings ?? []).filter(
      (f) => f.code !== 'file-empty' || !input.facts.has(f.subject.path ?? ''),
    ),
    ...conflictFindings(subject, byField, timecodes),
    ...contentFindings({ subject, group, media, fields, timecodes, facts: input.facts }),
  ];
  // Where only documents speak of a take, they know its name better than their own file names do.
  const clipName =
    media.length === 0 && typeof fields.clipName.value === 'string' ? fields.clipName.value : group.clipName;
  return { clipName, files: group.files, fields, findings };
}

/** Facts of the media files in recorded order: spans as listed, of a sequence the frames that were inspected. */
function mediaFacts({ group, facts }: ClipFacts): RawFacts[] {
  return group.files.filter((f) => MEDIA_ROLES.has(f.role)).flatMap((f) => facts.get(f.path) ?? []);
}

function allReadings(input: ClipFacts, media: RawFacts[]): Reading[] {
  const sidecars = input.group.files
    .filter((f) => !MEDIA_ROLES.has(f.role))
    .flatMap((f) => input.facts.get(f.path) ?? []);
  // Later spans and the last frame of a sequence repeat the first; they only count frames and show damage.
  const described = [...media.slice(0, 1), ...sidecars, ...(input.shared ?? [])];
  const clip = clipNames(input.group);
  const readings = described.flatMap((facts) => readingsOf(facts, clip));
  const names = new Readings('file-name', 0.3);
  readFileName(input.group.clipName, input.group.files[0]?.path ?? '', names);
  const group = new Readings('card', 0.5);
  readGroup(input.group, media[0]?.sniffed ?? null, group);
  return [...readings, ...names.list, ...group.list];
}

function clipNames(group: ClipGroup): ClipNames {
  const media = group.files.filter((f) => f.role === 'essence' || f.role === 'segment' || f.role === 'audio');
  return {
    clipName: group.clipName,
    stems: media.map((f) => f.path.slice(f.path.lastIndexOf('/') + 1).replace(/\.[^.]+$/, '')),
  };
}

/** What each tool's words on one file mean, in the order of the tools. */
export function readingsOf(facts: RawFacts, clip: ClipNames): Reading[] {
  return facts.tools.flatMap((answer) => {
    const source = SOURCES.get(answer.tool);
    if (!source || answer.output === null || answer.output === undefined) return [];
    const readings = new Readings(answer.tool, source.confidence);
    source.read(answer.output as never, readings, facts, clip);
    return readings.list;
  });
}

function groupByField(readings: readonly Reading[]): Map<FieldName, Reading[]> {
  const byField = new Map<FieldName, Reading[]>();
  for (const reading of readings) {
    const same = byField.get(reading.field);
    if (same) same.push(reading);
    else byField.set(reading.field, [reading]);
  }
  return byField;
}

/** Cameras tag log pictures as BT.709 for viewers. Beside a maker's own word on the encoding, such a tag is no value. */
function dropViewingTags(fields: Record<FieldName, InspectedField>): void {
  const { colorPrimaries, transferFunction } = fields;
  if (
    (transferFunction.confidence ?? 0) < 0.6 ||
    colorPrimaries.value === null ||
    (colorPrimaries.confidence ?? 0) >= 0.5
  )
    return;
  const { value, source, sourceTag, rawValue } = colorPrimaries;
  const alternatives = [
    { value, source: source ?? '', sourceTag: sourceTag ?? '', rawValue },
    ...(colorPrimaries.alternatives ?? []),
  ];
  fields.colorPrimaries = { value: null, reason: 'notPresent', alternatives };
}

/** Frames of a take over several files are the sum of theirs, when each tells its own. */
function addSpans(
  fields: Record<FieldName, InspectedField>,
  media: readonly RawFacts[],
  clip: ClipNames,
): void {
  if (fields.durationFrames.value !== null) return;
  if (media.length > 1) {
    const counts = media.map(
      (facts) =>
        chooseField(
          'frameCount',
          readingsOf(facts, clip).filter((r) => r.field === 'frameCount'),
        ).value,
    );
    if (counts.every((count): count is number => typeof count === 'number'))
      fields.frameCount = {
        ...fields.frameCount,
        value: counts.reduce((sum, count) => sum + count, 0),
        sourceTag: `${fields.frameCount.sourceTag} of ${counts.length} files`,
        rawValue: counts,
      };
  }
  const { value } = fields.frameCount;
  if (typeof value === 'number')
    fields.durationFrames = {
      value,
      unit: 'frames',
      source: 'derived',
      sourceTag: 'frameCount',
      rawValue: null,
      confidence: fields.frameCount.confidence ?? 0,
      scope: 'clip',
    };
}
