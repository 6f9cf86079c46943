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

/** One run of a workflow. */
export type WorkflowRun = { workflowId: string; runId: string };

/** Who wants a licence of an engine at a site; `count` is how many the site has, `priority` 1 to 5, 1 first. */
export type LicenceRequest = {
  site: string;
  engine: string;
  count: number;
  token: string;
  priority: number;
  holder: WorkflowRun;
};

/** A plate wants a licence. Sent to the keeper, which starts when it is not running. */
export const licenceWanted = defineSignal<[LicenceRequest]>('licenceWanted');

/** A plate needs its licence no more, or gave up waiting. Sent to the keeper. */
export const licenceBack = defineSignal<[{ token: string }]>('licenceBack');

/** The keeper grants what was asked for. Sent to the plate. */
export const licenceGranted = defineSignal<[{ token: string }]>('licenceGranted');

/** Who has a licence of an engine, and who waits for one. */
export const licences = defineQuery<{ holders: LicenceRequest[]; waiting: LicenceRequest[] }>('licences');
