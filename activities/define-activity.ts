import { ApplicationFailure, activityInfo, CancelledFailure, Context, heartbeat } from '@temporalio/activity';
import { z } from 'zod';
import { PipelineError } from '../schemas/failure.ts';
import type { Dependencies } from './dependencies.ts';

/** What an activity may know of the run it is in; the command line gives its own. */
export type ActivityRun = {
  /** Aborts on cancellation, pause, termination and shutdown; its reason is the failure to rethrow. */
  signal: AbortSignal;
  /** Facts for the next attempt and for whoever watches; small and plain. */
  progress: (state: Record<string, unknown>) => void;
  /** Nothing is left but to send and to write down: another attempt may begin on this core. @default the attempt keeps it */
  leaveCore?: () => void;
  /** Who does the work: site, host, pools, process. */
  worker: string;
  /** From 1. */
  attempt: number;
};

/** One activity: its name in histories, the form of its input, and a plain function that can be called without Temporal. */
export type ActivityDefinition<I, O> = {
  name: string;
  input: z.ZodType<I>;
  run: (deps: Dependencies, input: I, run: ActivityRun) => Promise<O>;
};

/** Declares an activity. Its file says why a retry is safe. */
export function defineActivity<S extends z.ZodType, O>(
  name: string,
  input: S,
  run: (deps: Dependencies, input: z.output<S>, run: ActivityRun) => Promise<O>,
): { name: string; input: S; run: typeof run } {
  return { name, input, run };
}

/**
 * Binds a definition to its dependencies as Temporal calls it: parse, heartbeat from entry to exit, run, translate.
 * A `PipelineError` becomes an `ApplicationFailure` whose type is the code; cancellation passes untouched; anything else
 * is a bug and must not be retried into silence.
 */
export function bindActivity<S extends z.ZodType, O>(
  definition: {
    name: string;
    input: S;
    run: (deps: Dependencies, input: z.output<S>, run: ActivityRun) => Promise<O>;
  },
  deps: Dependencies,
): (input: z.input<S>) => Promise<O> {
  return async (input) => {
    const context = Context.current();
    const { heartbeatDetails } = activityInfo();
    const failedBefore = FailedBefore.safeParse(heartbeatDetails).data?.failed ?? 0;
    const kept = failedBefore === 0 ? {} : { failed: failedBefore };
    let latest: Record<string, unknown> = { v: 1, worker: deps.worker, ...kept };
    heartbeat(latest);
    const beat = setInterval(() => heartbeat(latest), 1000);
    let ended: (() => void) | undefined;
    try {
      return await definition.run(deps, parseInput(definition, input), {
        signal: context.cancellationSignal,
        progress: (state) => {
          latest = { v: 1, worker: deps.worker, ...kept, ...state };
        },
        leaveCore: () => {
          ended ??= deps.leaveCore?.();
        },
        worker: deps.worker,
        attempt: activityInfo().attempt,
      });
    } catch (error) {
      const failed = timesFailed(error, failedBefore, latest);
      // The next attempt reads it: Temporal counts attempts, those that are lost with a worker too.
      if (failed > 0) heartbeat({ ...latest, failed });
      throw translate(error, definition.name, context.cancellationSignal, failed);
    } finally {
      clearInterval(beat);
      ended?.();
    }
  };
}

/** What an attempt leaves to the next one, beside whatever it said of its progress. */
const FailedBefore = z.looseObject({ failed: z.int().positive() });

/** How often in a row this kind of failure has come now; an attempt that made something begins to count anew. */
function timesFailed(error: unknown, before: number, latest: Record<string, unknown>): number {
  if (!(error instanceof PipelineError) || error.mostTimes === null) return 0;
  const hasMade = typeof latest.framesDone === 'number' && latest.framesDone > 0;
  return hasMade ? 1 : before + 1;
}

function parseInput<S extends z.ZodType>(
  definition: { name: string; input: S },
  input: unknown,
): z.output<S> {
  const parsed = definition.input.safeParse(input);
  if (parsed.success) return parsed.data;
  throw ApplicationFailure.create({
    message: `${definition.name} was called with an input that is not of its form: ${parsed.error.message}`,
    type: 'bug',
    nonRetryable: true,
  });
}

function translate(error: unknown, name: string, signal: AbortSignal, failed: number): unknown {
  if (signal.aborted)
    return signal.reason instanceof CancelledFailure ? signal.reason : new CancelledFailure('aborted');
  if (error instanceof CancelledFailure || error instanceof ApplicationFailure) return error;
  if (error instanceof PipelineError) {
    const isEnough = error.mostTimes !== null && failed >= error.mostTimes;
    return ApplicationFailure.create({
      message: isEnough ? `${error.message} (${failed} times in a row: not tried again)` : error.message,
      type: error.code,
      nonRetryable: !error.retry || isEnough,
      details: [error.facts],
      ...(error.cause instanceof Error ? { cause: error.cause } : {}),
    });
  }
  const cause = error instanceof Error ? error : new Error(String(error));
  return ApplicationFailure.create({
    message: `${name}: ${cause.message}`,
    type: 'bug',
    nonRetryable: true,
    cause,
  });
}
