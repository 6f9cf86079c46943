import { expect } from 'vitest';
import type { ActivityRun } from '../../activities/define-activity.ts';
import { isRefusal } from '../../workflows/refusal.ts';

/** What an activity gets beside its input, of a run that nobody stops. */
export const RUN: ActivityRun = {
  signal: new AbortController().signal,
  progress: () => {},
  worker: 'test',
  attempt: 1,
};

/** The refusal in an answer, which must be one sentence for people: no stack, no line breaks, an end. */
export async function refusal(parsed: Promise<object>): Promise<{ code: string; sentence: string }> {
  const result = await parsed;
  expect(isRefusal(result), JSON.stringify(result)).toBe(true);
  const { refused } = result as { refused: { code: string; sentence: string } };
  expect(refused.sentence).not.toMatch(/\n|Error:|\.ts:\d/);
  expect(refused.sentence.trimEnd()).toMatch(/[.!»)]$/);
  return refused;
}
