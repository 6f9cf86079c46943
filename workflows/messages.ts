import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { TurnoverOutcome } from './turnover-outcome.ts';

/** A person's answer to an ambiguous event; it becomes a rule for later lists of the production. */
export type Decision = { eventIndex: number; clipId: string; who: string };

/** Durable answer to «which clip is meant»: returns the sentence that was recorded. */
export const decide = defineUpdate<string, [Decision]>('decide');

/** A roll of the production was verified: waiting events are matched again. */
export const rollArrived = defineSignal<[{ rollId: string }]>('rollArrived');

/** A newer cut does not have these plates any more: work on them stops, what was made stays. */
export const noLongerWanted = defineSignal<[string[]]>('noLongerWanted');

/** A person corrected a camera format, or wants failed plates made again. */
export const lookAgain = defineSignal<[{ why: string }]>('lookAgain');

/** The child that a thin start began: its id, and the run that is this request's own. Null until it began. */
export const child = defineQuery<{ workflowId: string; runId: string } | null>('child');

/** What a turnover last published, while it waits for more; null before the first publication. */
export const latest = defineQuery<TurnoverOutcome | null>('latest');

/** The story so far, in words of the field. */
export const story = defineQuery<string>('story');
