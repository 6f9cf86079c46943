import {
  allHandlersFinished,
  condition,
  continueAsNew,
  executeChild,
  isCancellation,
  proxyActivities,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { Activities } from '../activities/index.ts';
import type { TurnoverRequest, TurnoverState } from '../schemas/turnover.ts';
import { plateWorkflowId } from './ids.ts';
import { makePlate, type PlateOutcome } from './make-plate.ts';
import { decide, lookAgain, rollArrived, story } from './messages.ts';
import { catalogueCall, lookAgainEvery, plateChild, wholeFile, window } from './policies.ts';
import { CONTROL_QUEUE, queueOf } from './queues.ts';
import { stageAttribute } from './search-attributes.ts';
import { inWindow } from './window.ts';

/** What a run needs to go on: everything else is in the catalogue and the store. */
export type TurnoverRun = { request: TurnoverRequest };

export type TurnoverOutcome = {
  turnover: string;
  state: TurnoverState;
  package: string | null;
  plates: { made: number; failed: number; waiting: number };
  frames: { wanted: number; made: number; reused: number };
  reportKey: string;
};

/**
 * The life of a turnover: plan; make every plate that can be made; publish, in part where something waits; then wait for
 * the roll or the person that is missing, and go on. A plate that fails is reported, and the rest goes on.
 */
export async function makeTurnover({ request }: TurnoverRun): Promise<TurnoverOutcome> {
  const control = proxyActivities<Activities>({ ...catalogueCall, taskQueue: CONTROL_QUEUE });
  const io = proxyActivities<Activities>({ ...wholeFile, taskQueue: queueOf('io', request.site) });
  let news = false;
  let now = 'planning';
  let planKey = '';
  setHandler(story, () => now);
  setHandler(
    rollArrived,
    () => {
      news = true;
    },
    { description: 'a roll of the production was verified' },
  );
  setHandler(
    lookAgain,
    () => {
      news = true;
    },
    { description: 'plan again: something was corrected' },
  );
  setHandler(
    decide,
    async (decision) => {
      await condition(() => planKey !== '');
      const recorded = await control.recordDecision({
        request,
        planKey,
        decision: { ...decision, at: new Date().toISOString() },
      });
      news = true;
      return recorded;
    },
    { description: 'which clip an ambiguous event means' },
  );

  for (;;) {
    news = false;
    tell('planning', `Reading ${request.cutListFileName} and matching it to the catalogue.`);
    const plan = await control.planTurnover({ request });
    planKey = plan.planKey;

    let made = 0;
    tell('rendering', `Making ${plan.plates.length} plates.`);
    const outcomes = await inWindow(plan.plates, window.plates, async (plate) => {
      const outcome = await makeOrReport(request, plan.planKey, plate);
      tell('rendering', `${++made} of ${plan.plates.length} plates done.`);
      return outcome;
    });

    tell('publishing', 'Writing the package, its documents and its MHL.');
    const waiting = [...plan.waiting, ...platesWaiting(plan.plates, outcomes)];
    const published = await io.publishPackage({
      request,
      planKey: plan.planKey,
      waiting: waiting.length,
      at: new Date().toISOString(),
    });
    const outcome = { ...published, plates: count(outcomes, waiting.length) };
    tell(published.state, sentence(outcome, waiting));
    if (waiting.length === 0) {
      await condition(allHandlersFinished);
      return outcome;
    }
    while (!news) {
      await condition(() => news, lookAgainEvery);
      if (!news) news = await control.hasNews({ request, planKey: plan.planKey });
    }
    await condition(allHandlersFinished);
    if (workflowInfo().continueAsNewSuggested) await continueAsNew<typeof makeTurnover>({ request });
  }

  function tell(stage: string, text: string): void {
    now = text;
    upsertSearchAttributes(stageAttribute(stage));
    setCurrentDetails(`**${stage}** — ${text}`);
  }
}

async function makeOrReport(
  request: TurnoverRequest,
  planKey: string,
  plateId: string,
): Promise<PlateOutcome> {
  const control = proxyActivities<Activities>({ ...catalogueCall, taskQueue: CONTROL_QUEUE });
  try {
    return await executeChild(makePlate, {
      ...plateChild,
      workflowId: plateWorkflowId(workflowInfo().workflowId, plateId),
      taskQueue: CONTROL_QUEUE,
      args: [{ request, planKey, plateId }],
      staticSummary: `Plate ${plateId}`,
    });
  } catch (error) {
    if (isCancellation(error)) throw error;
    const why = rootMessage(error);
    await control.recordPlateFailure({ request, plateId, reason: why });
    return { state: 'failed', why };
  }
}

function rootMessage(error: unknown): string {
  let at = error;
  while (at instanceof Error && at.cause instanceof Error) at = at.cause;
  return at instanceof Error ? at.message : String(at);
}

function platesWaiting(plates: string[], outcomes: PlateOutcome[]): { what: string; why: string }[] {
  return outcomes.flatMap((outcome, index) =>
    outcome.state === 'waiting' ? [{ what: plates[index] as string, why: outcome.why }] : [],
  );
}

function count(outcomes: PlateOutcome[], waiting: number): TurnoverOutcome['plates'] {
  const of = (state: PlateOutcome['state']) => outcomes.filter((outcome) => outcome.state === state).length;
  return { made: of('made'), failed: of('failed'), waiting };
}

function sentence(outcome: TurnoverOutcome, waiting: { why: string; what: string }[]): string {
  const { plates, frames } = outcome;
  const first = waiting
    .slice(0, 20)
    .map((event) => `\n- ${event.what}: ${event.why}`)
    .join('');
  return `${plates.made} plates made, ${plates.failed} failed, ${plates.waiting} waiting; ${frames.made} frames rendered, ${frames.reused} reused.${first}`;
}
