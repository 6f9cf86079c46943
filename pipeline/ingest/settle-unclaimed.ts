import type { AleFacts } from '../../engine/open/inspect/sidecars/ale.ts';
import type { AvchdPlaylist } from '../../engine/open/inspect/sidecars/avchd-playlist.ts';
import type { Finding } from '../../schemas/finding.ts';
import { aleClipNames } from '../inspection/sources/ale.ts';
import { adoptDocuments, type KnownDocument } from './adopt-documents.ts';
import { adoptMedia } from './adopt-media.ts';
import { indexFindings } from './card-index.ts';
import type { Grouping } from './clip-group.ts';
import { joinStreams, type PlacedPlaylist } from './join-streams.ts';

/** What looking into a file told: its kind by its first bytes, and what a sidecar reader read where it is a text that one knows. */
export type Look = { path: string; sniffed: string; document: { tool: string; output: unknown } | null };

/** The files that only their content can place: everything unclaimed, and lists about several clips. */
export function pathsToLookAt(grouping: Grouping): string[] {
  return [
    ...grouping.shared.map((s) => s.path),
    ...grouping.unclaimed.filter((u) => u.why !== 'system' && u.sizeBytes > 0).map((u) => u.path),
  ];
}

/**
 * Gives what no name claims its place by content: streams of one take are joined by the card's playlist, media becomes a generic clip, a document goes to the clip it speaks of, a card's
 * own index is held against the listing.
 * @param paths every path of the roll
 * @returns the grouping, and the findings of indexes that are about no clip there is
 */
export function settleUnclaimed(
  grouping: Grouping,
  looks: readonly Look[],
  paths: ReadonlySet<string>,
): { grouping: Grouping; indexFindings: Finding[] } {
  const documents = looks.flatMap(({ path, document }) => knownDocument(path, document));
  return {
    grouping: adoptDocuments(adoptMedia(joinStreams(grouping, playlistsOf(looks)), looks), documents),
    indexFindings: looks.flatMap(({ path, document }) =>
      document?.tool === 'sony-mediapro-xml' ? indexFindings({ path, tree: document.output }, paths) : [],
    ),
  };
}

function knownDocument(path: string, document: Look['document']): KnownDocument[] {
  // An index of the card speaks of the card, not of one take.
  if (!document || document.tool === 'sony-mediapro-xml' || document.tool === 'avchd-playlist') return [];
  return document.tool === 'ale'
    ? [{ path, tool: 'ale', rows: aleClipNames(document.output as AleFacts) }]
    : [{ path, tool: document.tool }];
}

/** Playlists in the order of their names; a backup of one says the same again. */
function playlistsOf(looks: readonly Look[]): PlacedPlaylist[] {
  return looks
    .filter(({ path, document }) => document?.tool === 'avchd-playlist' && !/(^|\/)BACKUP\//i.test(path))
    .map(({ path, document }) => ({ path, playlist: document?.output as AvchdPlaylist }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}
