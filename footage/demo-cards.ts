import type { CardKind } from './clip-spec.ts';

/** A card of the demo. What is not said here is the default of `makeCard`, or asked of `makeDemoSet`. */
export type DemoCard = {
  name: string;
  kind: CardKind;
  clips: number;
  seed: number;
  rollNumber?: number;
};

/** Names other than "good" tell what is wrong with a card after it was sealed. */
export const DEMO_CARDS: readonly DemoCard[] = [
  { name: 'good ProRes', kind: 'prores', clips: 2, seed: 11 },
  { name: 'good DPX', kind: 'dpx', clips: 2, seed: 21 },
];
