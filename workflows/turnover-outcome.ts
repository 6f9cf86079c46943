import type { TurnoverState } from '../schemas/turnover.ts';

/** How a turnover ended, or how far it is while something waits. Counts of plates and of source frames. */
export type TurnoverOutcome = {
  turnover: string;
  state: TurnoverState;
  package: string | null;
  plates: { made: number; failed: number; waiting: number };
  frames: { wanted: number; made: number; reused: number };
  /** What waits, and for whom; at most the first 100. */
  waiting: { what: string; why: string }[];
  reportKey: string;
};
