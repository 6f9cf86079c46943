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
  workflowInfo,
} from '@temporalio/workflow';
import type { Activities } from '../activities/index.ts';
import type { TurnoverRequest } from '../schemas/turnover.ts';
import { plateWorkflowId } from './ids.ts';
import { makePlate, type PlateOutcome, type PlateRun } from './make-plate.ts';
import { catalogueCall, lookAgainEveryMs, plateChild, wholeFile, window } from './policies.ts';
import { CONTROL_QUEUE, queueOf } from './queues.ts';
import { openDesk, type TurnoverDesk } from './turnover-desk.ts';
import type { TurnoverOutcome } from './turnover-outcome.ts';
import { whenIdIsFree } from './when-id-is-free.ts';
import { inWindow } from './window.ts';

type PlanInForce = Awaited<ReturnType<Activities['planTurnover']>>;

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
  const { planTurnover } = proxyActivities<Activities>({ ...catalogueCall, taskQueue: CONTROL_QUEUE });
  const desk = openDesk(request);
  for (;;) {
    desk.hasNews = false;
    desk.tell('planning', `Reading ${request.cutListFileName} and matching it to the catalogue.`);
    const plan = await planTurnover({ request });
    desk.planKey = plan.planKey;

    desk.tell('rendering', `Making ${plan.plates.length} plates.`);
    const outcomes = await makePlates(request, plan, desk);

    desk.tell('publishing', 'Writing the package, its documents and its MHL.');
    const outcome = await publish(request, plan, outcomes);
    desk.published = outcome;
    desk.tell(outcome.state, sentence(outcome));

    const isWhole = outcome.plates.waiting === 0;
    if (!isWhole) await newsOrDeadline(request, desk);
    await condition(allHandlersFinished);
    if (isWhole || !desk.hasNews) return outcome;
    if (workflowInfo().continueAsNewSuggested) await continueAsNew<typeof makeTurnover>({ request });
  }
}

/** Each plate as a child of its own, so many at a time; what one comes to is told, not thrown. */
async function makePlates(
  request: TurnoverRequest,
  { plates, planKey, after }: PlanInForce,
  desk: TurnoverDesk,
): Promise<PlateOutcome[]> {
  let made = 0;
  const ended = new Map<string, Promise<unknown>>();
  return inWindow(plates, window.plates, async (plateId) => {
    const scope = new CancellationScope();
    desk.underway.set(plateId, scope);
    // Frames that several plates want are made by the first of them: the others begin when they are there.
    const before = (after?.[plateId] ?? []).map((other) => ended.get(other));
    const making = Promise.all(before).then(() =>
      makeOrReport({ request, planKey, plateId }, scope, desk.unwanted),
    );
    ended.set(
      plateId,
      making.catch(() => undefined),
    );
    const outcome = await making;
    desk.tell('rendering', `${++made} of ${plates.length} plates done.`);
    return outcome;
  });
}

/** The package of what is there, in part where something waits. */
async function publish(
  request: TurnoverRequest,
  plan: PlanInForce,
  outcomes: PlateOutcome[],
): Promise<TurnoverOutcome> {
  const { publishPackage } = proxyActivities<Activities>({
    ...wholeFile,
    taskQueue: queueOf('io', request.site),
  });
  const waiting = [...plan.waiting, ...platesWaiting(plan.plates, outcomes)];
  const written = await publishPackage({
    request,
    planKey: plan.planKey,
    waiting: waiting.length,
    at: new Date().toISOString(),
  });
  return { ...written, plates: count(outcomes, waiting.length), waiting: waiting.slice(0, 100) };
}

/** Until something came that is waited for: told by a message, or seen in the catalogue, which is asked now and then. */
async function newsOrDeadline(request: TurnoverRequest, desk: TurnoverDesk): Promise<void> {
  const { hasNews } = proxyActivities<Activities>({ ...catalogueCall, taskQueue: CONTROL_QUEUE });
  while (!desk.hasNews) {
    const leftMs =
      request.deadline === null ? Number.POSITIVE_INFINITY : Date.parse(request.deadline) - Date.now();
    if (leftMs <= 0) return;
    await condition(() => desk.hasNews, Math.min(lookAgainEveryMs, leftMs));
    if (!desk.hasNews) desk.hasNews = await hasNews({ request, planKey: desk.planKey });
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

function sentence({ plates, frames, waiting }: TurnoverOutcome): string {
  const first = waiting
    .slice(0, 20)
    .map((event) => `\n- ${event.what}: ${event.why}`)
    .join('');
  return `${plates.made} plates made, ${plates.failed} failed, ${plates.waiting} waiting; ${frames.made} frames rendered, ${frames.reused} reused.${first}`;
}
