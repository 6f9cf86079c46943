import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { PipelineError } from '../../schemas/failure.ts';
import { answerOf, LogItem, RenderStatus } from './parse-answer.ts';
import { serverFailure, shortened, speaksOfLicence } from './server-error.ts';
import type { FlapiSession, FlapiTimes } from './session.ts';
import type { Handle } from './wire.ts';

/** States that are not the end. Everything else but `Done` is a failure, names of later versions included. Source: OPSTATUS, FLAPI 5.3. */
const UNDER_WAY = new Set(['Creating', 'Queued', 'Active']);

/** What a render is watched by beside its own words. */
export type RenderSigns = {
  /** Takes the pictures that are wholly there, at most as many as are complete; how many it took. */
  take(complete: number): Promise<number>;
  /** Pictures not taken yet. */
  left(): number;
  /** Whether `RenderProcessor.start` was answered: before, the server may tell of a render before ours. */
  hasStarted(): boolean;
};

/**
 * Polls a render to its end; there is no signal for it.
 * @throws PipelineError tool-failed with the log, tool-stalled, capacity
 */
export async function watchRender(
  session: FlapiSession,
  processor: Handle,
  times: FlapiTimes,
  signs: RenderSigns,
): Promise<void> {
  let furthest = { status: '', complete: -1, progress: -1 };
  let lastChange = performance.now();
  for (;;) {
    // What is asked before the start is answered may be told of an earlier render, whenever the answer comes.
    const isOurs = signs.hasStarted();
    const status = await progressOf(session, processor, signs);
    if (status === null) continue;
    // A render that was cancelled before ours may still be what it tells of; if it is ours, it stays so.
    if (isOurs || UNDER_WAY.has(status.Status) || performance.now() - lastChange > times.earlierMs)
      await requireGood(session, processor, status);
    if (status.Status === 'Done' && isOurs) return;
    await signs.take(status.Complete);
    if (status.Status === 'Done' && signs.left() === 0) return;
    const now = { status: status.Status, complete: status.Complete, progress: status.Progress ?? 0 };
    // Back and forth is no way forward: only what was not reached before counts.
    const isFurther =
      now.status !== furthest.status || now.complete > furthest.complete || now.progress > furthest.progress;
    if (isFurther) lastChange = performance.now();
    furthest = {
      status: now.status,
      complete: Math.max(now.complete, furthest.complete),
      progress: Math.max(now.progress, furthest.progress),
    };
    requireMoving(status, performance.now() - lastChange, times);
    await sleep(times.pollMs);
  }
}

/** null: it answers nothing while it renders, but pictures appear. A server may render within `start`: nothing public says. */
async function progressOf(
  session: FlapiSession,
  processor: Handle,
  signs: RenderSigns,
): Promise<RenderStatus | null> {
  try {
    return await answerOf(session, RenderStatus, 'RenderProcessor.get_progress', {}, processor);
  } catch (error) {
    const isSilent = error instanceof PipelineError && error.code === 'tool-stalled' && !signs.hasStarted();
    if (isSilent && (await signs.take(Number.POSITIVE_INFINITY)) > 0) return null;
    throw error;
  }
}

async function requireGood(session: FlapiSession, processor: Handle, status: RenderStatus): Promise<void> {
  const isGood = status.Status === 'Done' || UNDER_WAY.has(status.Status);
  if (isGood && !status.Error && !status.Failed) return;
  const log = await renderLog(session, processor).catch(() => []);
  const told = [
    status.Error,
    ...log.filter(({ Type }) => Type === 'fail').map(({ Message, Detail }) => Detail || Message),
  ];
  const failed = `${status.Failed ?? 0} of ${status.Total} frames failed`;
  const text =
    told.find((line) => line) ??
    (!UNDER_WAY.has(status.Status)
      ? `the render ended as «${status.Status}», ${failed}`
      : `${failed} while it rendered`);
  const licence = told.find((line) => line && speaksOfLicence(line));
  const facts = { tool: 'flapid', status: shortened(JSON.stringify(status)), log: endOf(log) };
  throw serverFailure('RenderProcessor', shortened(licence ?? text), facts);
}

function requireMoving(status: RenderStatus, stillMs: number, times: FlapiTimes): void {
  const isFinishing = (status.Progress ?? 0) >= 1 || (status.Total > 0 && status.Complete >= status.Total);
  const limit = isFinishing ? times.finishingMs : times.stalledMs;
  if (stillMs <= limit) return;
  const where = isFinishing ? 'at 100 %' : `at ${status.Complete} of ${status.Total} frames`;
  throw new PipelineError('tool-stalled', `flapid has not moved for ${Math.round(stillMs)} ms, ${where}`, {
    tool: 'flapid',
    status: shortened(JSON.stringify(status)),
  });
}

/** The last lines of a log, each as long as can be told. */
function endOf(log: readonly LogItem[]): string[] {
  return log
    .slice(-20)
    .map(({ Type, Message, Detail, Frame }) =>
      shortened([Type, Frame, Message, Detail].filter((one) => one != null).join(' ')),
    );
}

/** The render's own log. Source: RenderProcessor.get_log, FLAPI 5.3. */
export function renderLog(session: FlapiSession, processor: Handle): Promise<LogItem[]> {
  return answerOf(session, z.array(LogItem), 'RenderProcessor.get_log', {}, processor);
}
