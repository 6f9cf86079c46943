import type { CutEvent } from '../../schemas/cut-list.ts';
import type { MatchCandidate } from '../../schemas/turnover.ts';
import { type ClipIndex, plainName } from './clip-index.ts';
import type { MatchClip } from './match-clip.ts';

/** A clip that a rule found by name; timecode is weighed afterwards. `strength` is the confidence when its timecode fits. */
export type NamedClip = { clip: MatchClip; rule: MatchCandidate['rule']; strength: number };

/** The cascade in order. A person's answer stands before it. */
export const RULES = [
  'reel-and-timecode',
  'source-file',
  'clip-name',
  'truncated-reel',
  'normalized-spelling',
] as const;

/** Shortest reel that is believed to be the head of a longer name. */
const SHORTEST_HEAD = 6;

/** Reels that name no source. */
const RESERVED = /^(?:AX|AUX|BL|BLACK|BARS|UNTITLED|NONE|)$/i;

/** The clips that one rule finds for an event by name alone. */
export function findByRule(rule: (typeof RULES)[number], event: CutEvent, index: ClipIndex): NamedClip[] {
  const reels = [...new Set([event.tapeName ?? event.reel, event.reel])].filter(
    (reel) => !RESERVED.test(reel),
  );
  const strength = STRENGTH[rule];
  return unique(clipsOf(rule, event, reels, index)).map((clip) => ({
    clip,
    rule,
    strength: strength(clip, reels),
  }));
}

const STRENGTH: Record<(typeof RULES)[number], (clip: MatchClip, reels: string[]) => number> = {
  'reel-and-timecode': (clip, reels) =>
    reels.includes(clip.reelName) || reels.includes(clip.clipName) ? 1 : 0.95,
  'source-file': () => 0.95,
  'clip-name': () => 0.9,
  'truncated-reel': (_, reels) => (reels.some((reel) => [8, 16, 32].includes(reel.length)) ? 0.8 : 0.65),
  'normalized-spelling': () => 0.75,
};

function clipsOf(
  rule: (typeof RULES)[number],
  event: CutEvent,
  reels: string[],
  index: ClipIndex,
): MatchClip[] {
  const named = (map: ClipIndex['byName'], names: (string | null | undefined)[]) =>
    names.flatMap((name) => (name == null || name === '' ? [] : [...(map.get(name) ?? [])]));
  switch (rule) {
    case 'reel-and-timecode':
      return named(index.byName, reels);
    case 'source-file':
      return named(index.byName, spellings(event.sourceFile));
    case 'clip-name':
      return named(index.byName, spellings(event.clipName));
    case 'truncated-reel':
      return reels
        .map(plainName)
        .filter((head) => head.length >= SHORTEST_HEAD)
        .flatMap((head) => [...index.beginningWith(head)]);
    case 'normalized-spelling':
      return named(
        index.byPlainName,
        [...reels, event.sourceFile ?? '', event.clipName ?? ''].map(plainName),
      );
  }
}

/** A name as the list has it, and without the folders that stand before it. */
function spellings(name: string | null): string[] {
  if (name === null) return [];
  return [...new Set([name, name.split(/[\\/]/).at(-1) ?? name])];
}

function unique(clips: MatchClip[]): MatchClip[] {
  return [...new Set(clips)];
}
