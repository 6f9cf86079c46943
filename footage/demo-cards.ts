import type { Rational } from '../schemas/rational.ts';
import type { CardKind } from './clip-spec.ts';

/** A card of the demo. What is not said here is the default of `makeCard`, or asked of `makeDemoSet`. */
export type DemoCard = {
  name: DemoCardName;
  kind: CardKind;
  clips: number;
  seed: number;
  rollNumber?: number;
  rate?: Rational;
  startTimecode?: string;
  /** What is done to the card after it was sealed. */
  damage?: 'flipped-bit' | 'missing-frame';
};

export type DemoCardName = 'prores' | 'dpx' | 'mxf' | 'cinemadng' | 'exr' | 'flipped-bit' | 'missing-frame';

/** Two cards that the cut list uses, three that show the other formats, and two that must not get through. */
export const DEMO_CARDS: readonly DemoCard[] = [
  { name: 'prores', kind: 'prores', clips: 2, seed: 11 },
  { name: 'dpx', kind: 'dpx', clips: 2, seed: 21 },
  { name: 'mxf', kind: 'mxf', clips: 2, seed: 31, rate: { num: 24000, den: 1001 } },
  { name: 'cinemadng', kind: 'cinemadng', clips: 2, seed: 41, rate: { num: 25, den: 1 } },
  // The first clip runs over midnight.
  { name: 'exr', kind: 'exr', clips: 2, seed: 51, startTimecode: '23:59:59:12' },
  { name: 'flipped-bit', kind: 'prores', clips: 2, seed: 61, rollNumber: 2, damage: 'flipped-bit' },
  { name: 'missing-frame', kind: 'dpx', clips: 1, seed: 71, rollNumber: 2, damage: 'missing-frame' },
];
