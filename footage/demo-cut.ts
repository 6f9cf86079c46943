import type { CutUse } from './cut-list.ts';
import type { MadeDemoCard } from './demo-set.ts';

/** Eight uses over the two clips each of the good ProRes and the good DPX card, of at least 24 frames: what a turnover has to get right. */
export function demoUses(cards: readonly MadeDemoCard[]): CutUse[] {
  const clip = (name: 'prores' | 'dpx', number: 1 | 2) =>
    cards.find((card) => card.name === name)!.clips[number - 1]!;
  const [movie1, movie2, frames1, frames2] = [
    clip('prores', 1),
    clip('prores', 2),
    clip('dpx', 1),
    clip('dpx', 2),
  ];
  return [
    // Whole handles of eight frames on both sides.
    { clip: movie1, first: 8, durationFrames: 8, shotName: 'RUS_010_0010' },
    { clip: frames1, first: 8, durationFrames: 8, shotName: 'RUS_010_0020' },
    // Two frames of head handle, then the outgoing side of a dissolve.
    {
      clip: movie2,
      first: 2,
      durationFrames: 10,
      shotName: 'RUS_010_0030',
      cdl: { slope: [1.05, 1, 0.95], offset: [0.01, 0, -0.01], power: [1, 1, 1], saturation: 0.95 },
    },
    { clip: frames2, first: 8, durationFrames: 8, dissolveFrames: 4, shotName: 'RUS_010_0040' },
    // Twice the speed.
    { clip: movie1, first: 4, durationFrames: 6, speed: { num: 2, den: 1 }, shotName: 'RUS_020_0010' },
    // Shares frames with RUS_010_0020: they are made once.
    { clip: frames1, first: 12, durationFrames: 8, shotName: 'RUS_020_0020' },
    // The whole clip name stands in the reel column, as many editors write it.
    { clip: movie2, first: 12, durationFrames: 8, reel: movie2.clipName, shotName: 'RUS_020_0030' },
    // No head handle at all.
    { clip: frames2, first: 0, durationFrames: 12, shotName: 'RUS_020_0040' },
  ];
}
