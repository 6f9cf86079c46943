import type { AvchdPlaylist } from '../../engine/open/inspect/sidecars/avchd-playlist.ts';
import { type Finding, finding } from '../../schemas/finding.ts';
import { cardFile, folderAbove, inFolder } from './card-file.ts';
import type { ClipGroup, Grouping } from './clip-group.ts';

/** A playlist on the card, with where it lies. */
export type PlacedPlaylist = { path: string; playlist: AvchdPlaylist };

/**
 * Makes one clip of AVCHD streams that are one recording: the camera begins a new stream at 2 or 4 GB and its playlist says that it
 * goes on. A stream that the playlist names and that is not there is a hole in the take, or a take that is missing.
 */
export function joinStreams(grouping: Grouping, playlists: readonly PlacedPlaylist[]): Grouping {
  const clips = new Map(grouping.clips.map((clip) => [clip.clipKey, clip]));
  const renamed = new Map<string, string>();
  const findings: Finding[] = [];
  for (const { path, playlist } of playlists) {
    const folder = inFolder(folderAbove(folderAbove(path)), 'STREAM');
    for (const take of takesOf(playlist)) {
      const keys = take.map((stream) => inFolder(folder, stream));
      const here = keys.flatMap((key) => clips.get(key) ?? []).filter((c) => c.cardRule === 'avchd');
      const missing = keys.flatMap((key, i) => (clips.has(key) ? [] : [i + 1]));
      if (here.length === 0) {
        findings.push(absent(path, take));
        continue;
      }
      if (take.length === 1) continue;
      const joined = joinedClip(here, missing);
      for (const clip of here) {
        clips.delete(clip.clipKey);
        renamed.set(clip.clipKey, joined.clipKey);
      }
      clips.set(joined.clipKey, joined);
      if (missing.length > 0) findings.push(hole(joined, path, take, missing));
    }
  }
  if (renamed.size === 0 && findings.length === 0) return grouping;
  return {
    ...grouping,
    clips: [...clips.values()].sort((a, b) => (a.clipKey < b.clipKey ? -1 : 1)),
    findings: [...grouping.findings.map((found) => retold(found, renamed)), ...findings],
    unclaimed: grouping.unclaimed,
  };
}

/** Runs of streams, each the recording of one take. */
function takesOf({ items }: AvchdPlaylist): string[][] {
  const takes: string[][] = [];
  for (const { stream, joined } of items) {
    const last = takes.at(-1);
    if (joined && last) last.push(stream);
    else takes.push([stream]);
  }
  return takes;
}

function joinedClip(parts: readonly ClipGroup[], missing: number[]): ClipGroup {
  const [first] = parts as [ClipGroup, ...ClipGroup[]];
  return {
    ...first,
    files: parts.flatMap((part) =>
      part.files.map((file) => (file.role === 'essence' ? { ...file, role: 'segment' as const } : file)),
    ),
    span: { count: parts.length, missing },
  };
}

function retold(found: Finding, renamed: ReadonlyMap<string, string>): Finding {
  const id = renamed.get(found.subject.id);
  return id === undefined ? found : { ...found, subject: { ...found.subject, id } };
}

function hole(clip: ClipGroup, path: string, take: readonly string[], missing: number[]): Finding {
  const names = missing.map((position) => take[position - 1]).join(', ');
  return finding(
    'segment-missing',
    { kind: 'clip', id: clip.clipKey },
    `${clip.clipName} lacks stream ${names}: ${path} plays it as one take of ${take.length} streams. Offload the card again.`,
    { playlist: path, take, missing },
  );
}

function absent(path: string, take: readonly string[]): Finding {
  const name = inFolder(inFolder(folderAbove(folderAbove(path)), 'STREAM'), take[0]!);
  return finding(
    'media-missing',
    { kind: 'file', id: name, path: name },
    `${path} plays ${take.join(', ')} of ${cardFile({ path: name, sizeBytes: 0 }).folder}, which is not on the card. Offload it again, or confirm that it was deleted in the camera.`,
    { playlist: path, take },
  );
}
