import { type Finding, finding } from '../../schemas/finding.ts';
import type { CardFile } from './card-file.ts';
import type { ClipGroup, NumberRange } from './clip-group.ts';

/** Numbers listed one by one in a finding; beyond, the ranges say it. */
const LISTED_NUMBERS = 1000;
const MEDIA_ROLES = new Set(['essence', 'segment', 'frame', 'audio']);

/** What is wrong with the clips of a listing: holes, missing files of a take, empty media, sidecars without media, shared names. */
export function groupingFindings(clips: readonly ClipGroup[], files: readonly CardFile[]): Finding[] {
  const sizes = new Map(files.map((f) => [f.path, f.sizeBytes]));
  return [
    ...clips.flatMap((clip) => [
      ...missingFrames(clip),
      ...missingSegments(clip),
      ...emptyFiles(clip, sizes),
      ...shortFrames(clip, sizes),
      ...missingMedia(clip),
    ]),
    ...sharedNames(clips, sizes),
  ];
}

function subject(clip: ClipGroup, path?: string): Finding['subject'] {
  return { kind: 'clip', id: clip.clipKey, ...(path === undefined ? {} : { path }) };
}

function missingFrames(clip: ClipGroup): Finding[] {
  const { sequence } = clip;
  if (!sequence || sequence.missingCount === 0) return [];
  const ranges = sequence.missing.map(rangeText);
  const shown =
    ranges.length > 12
      ? `${ranges.slice(0, 12).join(', ')} and ${ranges.length - 12} more`
      : ranges.join(', ');
  const sentence = `${clip.clipName} has ${sequence.missingCount} missing ${sequence.missingCount === 1 ? 'frame' : 'frames'} between ${sequence.first} and ${sequence.last}: ${shown}. Offload the card again, or confirm that the camera dropped them.`;
  return [
    finding('frame-missing', subject(clip), sentence, {
      missing: sequence.missing.flatMap((r) => numbersOf(r)).slice(0, LISTED_NUMBERS),
      missingRanges: sequence.missing.slice(0, LISTED_NUMBERS),
      missingCount: sequence.missingCount,
      first: sequence.first,
      last: sequence.last,
    }),
  ];
}

function rangeText(range: NumberRange): string {
  return range.first === range.last ? String(range.first) : `${range.first} to ${range.last}`;
}

function numbersOf(range: NumberRange): number[] {
  return Array.from(
    { length: Math.min(LISTED_NUMBERS, range.last - range.first + 1) },
    (_, i) => range.first + i,
  );
}

function missingSegments(clip: ClipGroup): Finding[] {
  if (!clip.span || clip.span.missing.length === 0) return [];
  const missing = clip.span.missing.join(', ');
  return [
    finding(
      'segment-missing',
      subject(clip),
      `${clip.clipName} lacks file ${missing} of its take; ${clip.span.count} are there. Offload the card again.`,
      {
        missing: clip.span.missing,
        present: clip.span.count,
      },
    ),
  ];
}

function emptyFiles(clip: ClipGroup, sizes: Map<string, number>): Finding[] {
  return clip.files
    .filter((f) => MEDIA_ROLES.has(f.role) && sizes.get(f.path) === 0)
    .map((f) =>
      finding('file-empty', subject(clip, f.path), `${f.path} has no bytes. Offload it again.`, {
        role: f.role,
      }),
    );
}

/** Formats whose frames are all of one length: an exception is a frame cut off. Compressed ones vary. */
const FIXED_LENGTH = /\.(dpx|cin|ari)$/i;
/** Where fewer frames than this agree, there is no length to go by. */
const AGREEING_SHARE = 0.9;

function shortFrames(clip: ClipGroup, sizes: Map<string, number>): Finding[] {
  const frames = clip.files.filter((f) => f.role === 'frame' && FIXED_LENGTH.test(f.path));
  const counts = new Map<number, number>();
  for (const f of frames) counts.set(sizes.get(f.path) ?? 0, (counts.get(sizes.get(f.path) ?? 0) ?? 0) + 1);
  const [usual, count] = [...counts].reduce((best, entry) => (entry[1] > best[1] ? entry : best), [0, 0]);
  if (frames.length < 3 || count < frames.length * AGREEING_SHARE) return [];
  return frames
    .map((f) => ({ path: f.path, sizeBytes: sizes.get(f.path) ?? 0 }))
    .filter((f) => f.sizeBytes > 0 && f.sizeBytes < usual)
    .map((f) =>
      finding(
        'file-truncated',
        subject(clip, f.path),
        `${f.path} has ${f.sizeBytes} bytes, the other frames of ${clip.clipName} have ${usual}. Offload it again.`,
        { expectedBytes: usual, actualBytes: f.sizeBytes },
      ),
    );
}

function missingMedia(clip: ClipGroup): Finding[] {
  if (clip.files.some((f) => MEDIA_ROLES.has(f.role))) return [];
  const names = clip.files.map((f) => f.path);
  return [
    finding(
      'media-missing',
      subject(clip, names[0]),
      `${clip.clipName} has no media: only ${names.join(', ')}.`,
      { files: names },
    ),
  ];
}

function sharedNames(clips: readonly ClipGroup[], sizes: Map<string, number>): Finding[] {
  const byName = new Map<string, ClipGroup[]>();
  for (const clip of clips.filter((c) => c.files.some((f) => MEDIA_ROLES.has(f.role)))) {
    const name = clip.clipName.toLowerCase();
    const same = byName.get(name);
    if (same) same.push(clip);
    else byName.set(name, [clip]);
  }
  return [...byName.values()]
    .filter((same) => same.length > 1)
    .map((same) => {
      const places = same.map((c) => ({
        clipKey: c.clipKey,
        sizeBytes: c.files.reduce((sum, f) => sum + (sizes.get(f.path) ?? 0), 0),
      }));
      const sentence = `${same.length} clips are named ${same[0]!.clipName}: ${places.map((p) => p.clipKey).join(', ')}. They stay apart; name or remove one if it is a copy.`;
      return finding('clip-name-shared', subject(same[0]!), sentence, { clips: places });
    });
}
