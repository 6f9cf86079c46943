import {
  type Client,
  isGrpcServiceError,
  ScheduleAlreadyRunning,
  ScheduleNotFoundError,
  ScheduleOverlapPolicy,
} from '@temporalio/client';
import { PipelineError } from '../schemas/failure.ts';
import type { WindowInput } from '../workflows/open-window.ts';
import { CONTROL_QUEUE } from '../workflows/queues.ts';

/** A window: when it opens, and what it takes. */
export type WindowSchedule = { id: string; calendar: string; timezone?: string; input: WindowInput };

/** A window as it stands. `paused` windows keep their inbox. */
export type KnownWindow = { id: string; paused: boolean; next: string | null; note: string };

/** Status code of gRPC. Source: grpc.io, status codes. */
const INVALID_ARGUMENT = 3;

/**
 * Creates a window, or changes the one that bears its id. Overlap is skipped: what is late runs in the next window.
 * @throws PipelineError input-invalid for a calendar or time zone that the server does not read
 */
export async function createWindow(client: Client, window: WindowSchedule): Promise<'created' | 'changed'> {
  try {
    return await putWindow(client, window);
  } catch (error) {
    const why = refusedInput(error);
    if (why === null) throw error;
    const sentence = `The window ${window.id} cannot be made: ${why}.`;
    throw new PipelineError('input-invalid', sentence, { id: window.id }, { cause: error });
  }
}

/** What the server says of input that it does not take. The client makes a TypeError of a calendar it cannot read. */
function refusedInput(error: unknown): string | null {
  if (error instanceof TypeError) return error.message;
  return isGrpcServiceError(error) && error.code === INVALID_ARGUMENT ? error.details : null;
}

async function putWindow(client: Client, window: WindowSchedule): Promise<'created' | 'changed'> {
  const spec = {
    cronExpressions: [window.calendar],
    ...(window.timezone === undefined ? {} : { timezone: window.timezone }),
  };
  const action = {
    type: 'startWorkflow' as const,
    workflowType: 'openWindow',
    taskQueue: CONTROL_QUEUE,
    workflowId: `window-${window.id}`,
    args: [window.input],
    staticSummary: `Window ${window.id} of ${window.input.production}`,
  };
  const policies = { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '10 minutes' as const };
  try {
    await client.schedule.create({ scheduleId: window.id, spec, action, policies });
    return 'created';
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    await client.schedule.getHandle(window.id).update((known) => ({ ...known, spec, action, policies }));
    return 'changed';
  }
}

/** Every window of the namespace, as it stands: the server's list follows what was changed, and is asked for names alone. */
export async function listWindows(client: Client): Promise<KnownWindow[]> {
  const windows: KnownWindow[] = [];
  for await (const { scheduleId } of client.schedule.list()) {
    const window = await knownWindow(client, scheduleId);
    if (window !== null) windows.push(window);
  }
  return windows;
}

/** Null for one that was deleted meanwhile. */
async function knownWindow(client: Client, id: string): Promise<KnownWindow | null> {
  try {
    const { state, info } = await client.schedule.getHandle(id).describe();
    const next = info.nextActionTimes[0]?.toISOString() ?? null;
    return { id, paused: state.paused, note: state.note ?? '', next };
  } catch (error) {
    if (error instanceof ScheduleNotFoundError) return null;
    throw error;
  }
}
