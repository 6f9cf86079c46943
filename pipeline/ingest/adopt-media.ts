import { type Finding, finding } from '../../schemas/finding.ts';
import { cardFile } from './card-file.ts';
import type { ClipGroup, Grouping, UnclaimedFile } from './clip-group.ts';
import { fileKind } from './file-kind.ts';

/** What an unclaimed file is by its first bytes. `sniffed`: a content kind of the engine, `text`, `empty` or `unknown`. */
export type KnownContent = { path: string; sniffed: string };

/** Tables and indexes of camera cards in formats nobody reads: they belong to the card, not to a take. Source: folders of AVCHD, XDCAM, P2 and Canon cards. */
const CARD_TABLE =
  /^(bdm|bdmv|tdt|tid|cpf|ind|idx|dat|sts|db|pmpd|int|ctg|mif|cif|sif|cmi|bnp|inp|tbl|trn|uid|key|lck)$/;

/** Kinds of content that are no picture and no sound: texts, playlists, nothing. */
const NO_MEDIA = new Set(['text', 'mpls', 'empty']);

/**
 * Makes a generic clip of every file that no name claims and whose content is media, and of those that nobody knows at all: what a
 * new camera writes must be seen. Texts and a card's own tables stay unclaimed.
 */
export function adoptMedia(grouping: Grouping, contents: readonly KnownContent[]): Grouping {
  const sniffed = new Map(contents.map((c) => [c.path, c.sniffed]));
  const adopted = new Map(
    grouping.unclaimed.flatMap((file): [string, ClipGroup][] => {
      const clip = genericClip(file, sniffed.get(file.path));
      return clip ? [[file.path, clip]] : [];
    }),
  );
  if (adopted.size === 0) return grouping;
  return {
    ...grouping,
    clips: [...grouping.clips, ...adopted.values()].sort((a, b) => (a.clipKey < b.clipKey ? -1 : 1)),
    unclaimed: grouping.unclaimed.filter((file) => !adopted.has(file.path)),
    findings: [...grouping.findings, ...[...adopted.values()].flatMap(proxyAlone)],
  };
}

/** A proxy whose original is not there: all that is left of a take, or a file of another card. */
function proxyAlone(clip: ClipGroup): Finding[] {
  const [file] = clip.files;
  if (file?.role !== 'proxy') return [];
  return [
    finding(
      'media-missing',
      { kind: 'clip', id: clip.clipKey, path: file.path },
      `${file.path} is a proxy, and its original is not here. Offload the card again, or confirm that it was deleted in the camera.`,
      { files: [file.path] },
    ),
  ];
}

function genericClip(file: UnclaimedFile, sniffed: string | undefined): ClipGroup | null {
  if (file.why === 'system' || sniffed === undefined || NO_MEDIA.has(sniffed)) return null;
  const { extension, stem } = cardFile(file);
  const kind = fileKind(cardFile(file));
  if (kind === 'thumbnail') return null;
  if (sniffed === 'unknown' && (kind !== 'unknown' || CARD_TABLE.test(extension))) return null;
  const isSound = sniffed === 'wav' || sniffed === 'aiff';
  return {
    clipKey: file.path,
    clipName: stem,
    cardRule: 'generic',
    files: [{ path: file.path, role: kind === 'proxy' ? 'proxy' : isSound ? 'audio' : 'essence' }],
    sequence: null,
    span: null,
  };
}
