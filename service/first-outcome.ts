import { setTimeout as sleep } from 'node:timers/promises';
import { type Client, isGrpcServiceError } from '@temporalio/client';
import { child, latest } from '../workflows/messages.ts';
import type { Refusal } from '../workflows/refusal.ts';
import type { TurnoverOutcome } from '../workflows/turnover-outcome.ts';
import type { Started } from './client.ts';

const LOOK_EVERY_MS = 500;

/** Cancelled, deadline exceeded, unavailable. Source: grpc.io, status codes. */
const NOT_NOW: ReadonlySet<number> = new Set([1, 4, 14]);

/** What a submitted turnover published so far: its end, or the first publication after which something waits. */
export async function firstOutcome(
  temporal: Client,
  started: Started<TurnoverOutcome | Refusal>,
): Promise<TurnoverOutcome | Refusal> {
  const ended = started.result();
  // Whoever asks only for the first publication is not told of a later end.
  ended.catch(() => undefined);
  for (;;) {
    const done = await Promise.race([ended, sleep(LOOK_EVERY_MS, null)]);
    if (done !== null) return done;
    const running = await answered(temporal.workflow.getHandle(started.workflowId).query(child));
    if (running === null) continue;
    const handle = temporal.workflow.getHandle(running.workflowId, running.runId);
    const published = await answered(handle.query(latest));
    if (published !== null && published.plates.waiting > 0) return published;
  }
}

/** Null also where no worker came to answer in the server's time, for all are busy: it is asked again. */
async function answered<T>(query: Promise<T | null>): Promise<T | null> {
  try {
    return await query;
  } catch (error) {
    const cause = error instanceof Error ? error.cause : undefined;
    if (isGrpcServiceError(cause) && NOT_NOW.has(cause.code)) return null;
    throw error;
  }
}
