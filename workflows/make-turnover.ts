import { ApplicationFailure } from '@temporalio/common';
import {
  allHandlersFinished,
  CancellationScope,
  ContinueAsNew,
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
import type { TurnoverRequest } from '../schemas/turnover.ts';
import { plateWorkflowId } from './ids.ts';
import { makePlate, type PlateOutcome, type PlateRun } from './make-plate.ts';
import { decide, latest, lookAgain, noLongerWanted, rollArrived, story } from './messages.ts';
import { catalogueCall, lookAgainEveryMs, plateChild, wholeFile, window } from './policies.ts';
import { CONTROL_QUEUE, queueOf } from './queues.ts';
import { stageAttribute } from './search-attributes.ts';
import type { TurnoverOutcome } from './turnover-outcome.ts';
import { whenIdIsFree } from './when-id-is-free.ts';
import { inWindow } from './window.ts';

/** What a run needs to go on: everything else is in the catalogue and the store. */
export type TurnoverRun = { request: TurnoverRequest };

/**
 * The life of a turnover: plan; make every plate that can be made; publish, in part where something waits; then wait for
 * the roll or the person that is missing, and go on. A plate that fails is reported, and the rest goes on.
 */
export async function makeTurnover(run: TurnoverRun): Promise<TurnoverOutcome> {
  try {
    return await planMakePublish(run);
  } catch (error) {
    if (error instanceof ContinueAsNew) throw error;
    const end = isCancellation(error) ? ('cancelled' as const) : ('failed' as const);
    const { endTurnover } = proxyActivities<Activities>({ ...catalogueCall, taskQueue: CONTROL_QUEUE });
    await CancellationScope.nonCancellable(() => endTurnover({ request: run.request, state: end }));
    throw error;
  }
}

async function planMakePublish({ request }: TurnoverRun): Promise<TurnoverOutcome> {
  const control = proxyActivities<Activities>({ ...catalogueCall, taskQueue: CONTROL_QUEUE });
  const io = proxyActivities<Activities>({ ...wholeFile, taskQueue: queueOf('io', request.site) });
  let news = false;
  let now = 'planning';
  let planKey = '';
  let published: TurnoverOutcome | null = null;
  const unwanted = new Set<string>();
  const underway = new Map<string, CancellationScope>();
  setHandler(story, () => now);
  setHandler(latest, () => published);
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
    noLongerWanted,
    (plateIds) => {
      for (const plateId of plateIds) {
        unwanted.add(plateId);
        underway.get(plateId)?.cancel();
      }
    },
    { description: 'a newer cut does not have these plates any more' },
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
    const ended = new Map<string, Promise<unknown>>();
    const outcomes = await inWindow(plan.plates, window.plates, async (plate) => {
      const scope = new CancellationScope();
      underway.set(plate, scope);
      // Frames that several plates want are made by the first of them: the others begin when they are there.
      const before = (plan.after?.[plate] ?? []).map((other) => ended.get(other));
      const making = Promise.all(before).then(() =>
        makeOrReport({ request, planKey: plan.planKey, plateId: plate }, scope, unwanted),
      );
      ended.set(
        plate,
        making.catch(() => undefined),
      );
      const outcome = await making;
      tell('rendering', `${++made} of ${plan.plates.length} plates done.`);
      return outcome;
    });

    tell('publishing', 'Writing the package, its documents and its MHL.');
    const waiting = [...plan.waiting, ...platesWaiting(plan.plates, outcomes)];
    const written = await io.publishPackage({
      request,
      planKey: plan.planKey,
      waiting: waiting.length,
      at: new Date().toISOString(),
    });
    const outcome = { ...written, plates: count(outcomes, waiting.length), waiting: waiting.slice(0, 100) };
    published = outcome;
    tell(written.state, sentence(outcome, waiting));
    if (waiting.length === 0) {
      await condition(allHandlersFinished);
      return outcome;
    }
    while (!news) {
      const leftMs =
        request.deadline === null ? Number.POSITIVE_INFINITY : Date.parse(request.deadline) - Date.now();
      if (leftMs <= 0) break;
      await condition(() => news, Math.min(lookAgainEveryMs, leftMs));
      if (!news) news = await control.hasNews({ request, planKey: plan.planKey });
    }
    await condition(allHandlersFinished);
    if (!news) return outcome;
    if (workflowInfo().continueAsNewSuggested) await continueAsNew<typeof makeTurnover>({ request });
  }

  function tell(stage: string, text: string): void {
    now = text;
    upsertSearchAttributes(stageAttribute(stage));
    setCurrentDetails(`**${stage}** — ${text}`);
  }
}

async function makeOrReport(
  run: PlateRun,
  scope: CancellationScope,
  unwanted: ReadonlySet<string>,
): Promise<PlateOutcome> {
  const { request, plateId } = run;
  const { recordPlateEnd } = proxyActivities<Activities>({ ...catalogueCall, taskQueue: CONTROL_QUEUE });
  const ended = async (state: 'failed' | 'cancelled', why: string): Promise<PlateOutcome> => {
    await recordPlateEnd({ request, plateId, state, why });
    return { state, why };
  };
  const superseded = 'a newer cut does not have it any more';
  if (unwanted.has(plateId)) return ended('cancelled', superseded);
  try {
    return await scope.run(() =>
      whenIdIsFree(() =>
        executeChild(makePlate, {
          ...plateChild,
          workflowId: plateWorkflowId(workflowInfo().workflowId, plateId),
          taskQueue: CONTROL_QUEUE,
          args: [run],
          staticSummary: `Plate ${plateId}`,
        }),
      ),
    );
  } catch (error) {
    if (!isCancellation(error)) return ended('failed', rootMessage(error));
    if (unwanted.has(plateId)) return ended('cancelled', superseded);
    throw error;
  }
}

/** What the activity said that failed; below it lie only the causes of others, e.g. of a socket. */
function rootMessage(error: unknown): string {
  let at = error;
  while (at instanceof Error && !(at instanceof ApplicationFailure) && at.cause instanceof Error)
    at = at.cause;
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
