import type { RollFile } from '../../schemas/file.ts';
import { type CardFile, cardFile, lastFolder } from './card-file.ts';
import { claimDji, claimGoPro } from './card-rules/action-cameras.ts';
import { claimAvchd } from './card-rules/avchd.ts';
import { claimCanon } from './card-rules/canon.ts';
import { claimP2 } from './card-rules/panasonic.ts';
import { claimRed } from './card-rules/red.ts';
import { claimSony } from './card-rules/sony.ts';
import type { Claim, ClipGroup, Grouping, UnclaimedFile } from './clip-group.ts';
import { groupingFindings } from './completeness.ts';
import { fileKind } from './file-kind.ts';
import { attachByName, foldProxyFolders, mediaClips } from './generic-clips.ts';
import { groupSequences } from './numbered-sequences.ts';
import { foldVirtualCopies } from './virtual-copies.ts';

/** The makers' rules in the order they are asked; the first that knows a file has it. */
const RULES: ((file: CardFile, hasFile: (path: string) => boolean) => Claim | null)[] = [
  claimRed,
  claimSony,
  claimP2,
  claimCanon,
  claimAvchd,
  claimGoPro,
  claimDji,
];

/**
 * Makes clips of a roll's listing by names and folders alone: makers' card layouts, numbered sequences, movies, and what is named
 * after them. Nothing is dropped: what fits nowhere is answered as unclaimed. The order of the listing does not matter.
 */
export function groupClips(files: readonly RollFile[]): Grouping {
  const cardFiles = files.map(cardFile).sort((a, b) => (a.path < b.path ? -1 : 1));
  const paths = new Set(cardFiles.map((f) => f.path));
  const system = cardFiles.filter((f) => fileKind(f) === 'system');
  const { clips: byCard, rest: notOnCard } = claimByCard(
    cardFiles.filter((f) => fileKind(f) !== 'system'),
    (path) => paths.has(path),
  );
  const { clips: sequences, rest: notNumbered } = groupSequences(notOnCard);
  const { clips: media, rest: beside } = mediaClips(notNumbered, [...byCard, ...sequences]);
  const withMedia = foldVirtualCopies(foldProxyFolders([...byCard, ...sequences, ...media]));
  const { sidecarOnly, rest } = attachByName(beside, withMedia);
  const shared = rest.filter((f) => f.extension === 'ale').map((f) => ({ path: f.path, folder: f.folder }));
  const unclaimed = [
    ...system.map((f) => unclaimedFile(f, 'system')),
    ...rest.filter((f) => f.extension !== 'ale').map((f) => unclaimedFile(f)),
  ];
  const clips = [...withMedia, ...sidecarOnly].map(withSpan).sort((a, b) => (a.clipKey < b.clipKey ? -1 : 1));
  return { clips, shared, unclaimed, findings: groupingFindings(clips, cardFiles) };
}

function claimByCard(
  files: CardFile[],
  hasFile: (path: string) => boolean,
): { clips: ClipGroup[]; rest: CardFile[] } {
  const clips = new Map<string, ClipGroup & { spanIndexes: number[] }>();
  const rest: CardFile[] = [];
  for (const file of files) {
    const claim = RULES.reduce<Claim | null>((found, rule) => found ?? rule(file, hasFile), null);
    if (!claim) {
      rest.push(file);
      continue;
    }
    const { clipKey, clipName, cardRule } = claim;
    const clip = clips.get(clipKey) ?? {
      clipKey,
      clipName,
      cardRule,
      files: [],
      sequence: null,
      span: null,
      spanIndexes: [],
    };
    clip.files.push({ path: file.path, role: claim.role });
    if (claim.spanIndex !== undefined) clip.spanIndexes.push(claim.spanIndex);
    clips.set(clipKey, clip);
  }
  return {
    clips: [...clips.values()].map(({ spanIndexes, ...clip }) => ({
      ...clip,
      span: spanOf(spanIndexes, clip.cardRule),
    })),
    rest,
  };
}

/** GoPro counts chapters from 0 (GOPR, then GP01) or from 1; everyone else from 1. */
function spanOf(indexes: number[], rule: string): ClipGroup['span'] {
  if (indexes.length === 0) return null;
  const present = new Set(indexes);
  const first = rule === 'gopro' && present.has(0) ? 0 : 1;
  const last = Math.max(...present);
  const missing = Array.from({ length: last - first + 1 }, (_, i) => first + i).filter(
    (i) => !present.has(i),
  );
  return { count: present.size, missing };
}

/** One file of a take is its essence; only several are segments. */
function withSpan(clip: ClipGroup): ClipGroup {
  const segments = clip.files.filter((f) => f.role === 'segment');
  if (segments.length !== 1 || (clip.span?.missing.length ?? 0) > 0) return clip;
  return {
    ...clip,
    span: null,
    files: clip.files.map((f) => (f.role === 'segment' ? { ...f, role: 'essence' } : f)),
  };
}

function unclaimedFile(file: CardFile, why?: 'system'): UnclaimedFile {
  const kind = fileKind(file);
  return {
    path: file.path,
    sizeBytes: file.sizeBytes,
    why: why ?? (kind === 'unknown' || lastFolder(file.path) === '' ? 'unknown' : 'document'),
  };
}
