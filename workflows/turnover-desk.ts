import { type CancellationScope, condition, proxyActivities, setHandler } from '@temporalio/workflow';
import type { Activities } from '../activities/index.ts';
import type { TurnoverRequest } from '../schemas/turnover.ts';
import { decide, latest, lookAgain, noLongerWanted, rollArrived, story } from './messages.ts';
import { catalogueCall } from './policies.ts';
import { CONTROL_QUEUE } from './queues.ts';
import { tellStage } from './tell-stage.ts';
import type { TurnoverOutcome } from './turnover-outcome.ts';

/** Where a running turnover is reached, and where it tells how far it is. */
export type TurnoverDesk = {
  /** Something came that may change the plan: a roll, a person's answer, a correction. Set here, cleared by whoever plans. */
  hasNews: boolean;
  /** Of the plan in force; empty before the first. */
  planKey: string;
  published: TurnoverOutcome | null;
  /** Plates that a newer cut does not have any more. */
  unwanted: ReadonlySet<string>;
  /** Of the plates whose making was begun. */
  underway: Map<string, CancellationScope>;
  /** Markdown in the UI, search attribute and answer to the query `story`. */
  tell(stage: string, text: string): void;
};

/** Answers every message of `messages.ts` that is for a turnover, from now on. */
export function openDesk(request: TurnoverRequest): TurnoverDesk {
  let now = 'planning';
  const unwanted = new Set<string>();
  const desk: TurnoverDesk = {
    hasNews: false,
    planKey: '',
    published: null,
    unwanted,
    underway: new Map(),
    tell(stage, text) {
      now = text;
      tellStage(stage, text);
    },
  };
  setHandler(story, () => now);
  setHandler(latest, () => desk.published);
  setHandler(
    rollArrived,
    () => {
      desk.hasNews = true;
    },
    { description: 'a roll of the production was verified' },
  );
  setHandler(
    lookAgain,
    () => {
      desk.hasNews = true;
    },
    { description: 'plan again: something was corrected' },
  );
  setHandler(
    noLongerWanted,
    (plateIds) => {
      for (const plateId of plateIds) {
        unwanted.add(plateId);
        desk.underway.get(plateId)?.cancel();
      }
    },
    { description: 'a newer cut does not have these plates any more' },
  );
  takeDecisions(request, desk);
  return desk;
}

function takeDecisions(request: TurnoverRequest, desk: TurnoverDesk): void {
  const { recordDecision } = proxyActivities<Activities>({ ...catalogueCall, taskQueue: CONTROL_QUEUE });
  setHandler(
    decide,
    async (decision) => {
      await condition(() => desk.planKey !== '');
      const recorded = await recordDecision({
        request,
        planKey: desk.planKey,
        decision: { ...decision, at: new Date().toISOString() },
      });
      desk.hasNews = true;
      return recorded;
    },
    { description: 'which clip an ambiguous event means' },
  );
}
