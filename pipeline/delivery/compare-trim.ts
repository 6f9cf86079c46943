import { isDeepStrictEqual } from 'node:util';
import type { RawFacts } from '../../engine/engine.ts';
import type { InspectedClip } from '../../schemas/clip.ts';
import type { TrimJob } from '../../schemas/trim.ts';
import { FIELDS, type FieldName } from '../inspection/fields.ts';
import { normalizeClip } from '../inspection/normalize.ts';

/** Fields that a part of a recording has differently by right: its place and length in time, and which file it is. */
const OF_THE_PART = new Set<FieldName>([
  ...(['startTimecode', 'endTimecode', 'timecodes', 'frameCount', 'durationFrames'] as const),
  ...(['clipId', 'umid', 'mediaUid', 'bitrate', 'files', 'originalFileNames', 'warnings'] as const),
]);

/**
 * What a cut movie lost or changed against its original, each as a clause for people; empty when only timecode, count
 * and length differ, and those are exactly the planned ones. Both are read alone: sidecars go along unchanged.
 */
export function trimDifferences(job: TrimJob, original: RawFacts, cut: RawFacts): string[] {
  const before = readAlone(job, original);
  const after = readAlone(job, cut);
  const names = (Object.keys(FIELDS) as FieldName[]).filter((name) => !OF_THE_PART.has(name));
  const changed = names.filter((name) => !isDeepStrictEqual(valueIn(before, name), valueIn(after, name)));
  return [
    ...changed.map(
      (name) => `${name} would become ${text(valueIn(after, name))} from ${text(valueIn(before, name))}`,
    ),
    ...timeDifferences(job, before, after),
  ];
}

function timeDifferences(job: TrimJob, before: InspectedClip, after: InspectedClip): string[] {
  const expected: [name: FieldName, clip: InspectedClip, wanted: unknown][] = [
    // A clip whose timecode comes from a sidecar has none of its own that a cut could move.
    ['startTimecode', before, job.clip.startTimecode],
    ['startTimecode', after, job.startTimecode],
    ['frameCount', after, job.frames.last - job.frames.first + 1],
  ];
  const wrong = expected
    .filter(([name, clip, wanted]) => valueIn(clip, name) !== wanted)
    .map(
      ([name, clip, wanted]) =>
        `${name} of the ${clip === before ? 'original' : 'cut'} is ${text(valueIn(clip, name))} and not ${text(wanted)}`,
    );
  const [starts, places] = [startsOf(before), startsOf(after)];
  const several = starts.size > 1 ? [`it carries several timecodes: ${[...starts].join(', ')}`] : [];
  const strays = places.size > 1 ? [`the cut would carry several timecodes: ${[...places].join(', ')}`] : [];
  return [...wrong, ...several, ...strays];
}

function startsOf(clip: InspectedClip): Set<string> {
  const all = valueIn(clip, 'timecodes');
  return new Set(Array.isArray(all) ? all.map((one: { value?: unknown }) => String(one.value)) : []);
}

function readAlone({ clip, source }: TrimJob, facts: RawFacts): InspectedClip {
  const path = source.name;
  return normalizeClip({
    group: {
      clipKey: clip.clipName,
      clipName: clip.clipName,
      cardRule: 'generic',
      files: [{ path, role: 'essence' }],
      sequence: null,
      span: null,
    },
    facts: new Map([[path, { ...facts, path }]]),
    sizes: new Map([[path, facts.sizeBytes]]),
  });
}

function valueIn(clip: InspectedClip, name: FieldName): unknown {
  return clip.fields[name]?.value ?? null;
}

function text(value: unknown): string {
  return value === null ? 'absent' : typeof value === 'string' ? value : JSON.stringify(value);
}
