import type { ActivityOptions, ChildWorkflowOptions } from '@temporalio/workflow';

/**
 * Every timeout and retry of the system, named by the kind of work. No attempt limits: losing a worker, a pause and a
 * shutdown all cost attempts, so the limit is time, and what a retry cannot help is thrown as non-retryable.
 */

/** A parse, a plan, a catalogue write: seconds of work that waits out a database restart. */
export const catalogueCall = {
  startToCloseTimeout: '2 minutes',
  scheduleToCloseTimeout: '1 day',
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '30 seconds' },
} satisfies ActivityOptions;

/** Reading whole files: hours for a terabyte; the heartbeat, not the timeout, notices a lost worker. */
export const wholeFile = {
  startToCloseTimeout: '24 hours',
  scheduleToCloseTimeout: '7 days',
  heartbeatTimeout: '20 seconds',
  retry: { initialInterval: '2 seconds', backoffCoefficient: 2, maximumInterval: '1 minute' },
} satisfies ActivityOptions;

/** Reading headers of one clip with the inspection tools. */
export const inspectMedia = {
  startToCloseTimeout: '15 minutes',
  scheduleToCloseTimeout: '2 days',
  heartbeatTimeout: '20 seconds',
  retry: { initialInterval: '2 seconds', backoffCoefficient: 2, maximumInterval: '1 minute' },
} satisfies ActivityOptions;

/** One segment of one clip: minutes of work, lost and made again without regret. */
export const renderSegment = {
  startToCloseTimeout: '4 hours',
  scheduleToCloseTimeout: '7 days',
  heartbeatTimeout: '15 seconds',
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '1 minute' },
} satisfies ActivityOptions;

/** The one real workflow behind a thin start: it outlives whoever started it. */
export const identityChild = {
  parentClosePolicy: 'ABANDON',
  workflowIdReusePolicy: 'ALLOW_DUPLICATE',
} satisfies ChildWorkflowOptions;

/** A plate belongs to its turnover: terminating the turnover stops it, and its tools learn by heartbeat. */
export const plateChild = {
  parentClosePolicy: 'TERMINATE',
  workflowIdReusePolicy: 'ALLOW_DUPLICATE',
} satisfies ChildWorkflowOptions;

/** How much of each kind is in flight from one workflow: enough that a queue never runs dry, far under 2,000 pending. */
export const window = { copyBatches: 16, clips: 32, plates: 50, segments: 50 } as const;

/** How long a turnover waits for a roll or a person: there is no limit but its deadline. It looks again by itself in case a message was lost. */
export const lookAgainEveryMs = 3_600_000;

/** How soon to ask again whether a child of an earlier run has ended: at once at first, for most are just being stopped. */
export const earlierRun = { firstMs: 500, mostMs: 30_000 } as const;

/** How often the keeper of licences asks, while somebody waits, whether those who have one still run: a terminated plate gives nothing back. */
export const lookAfterHoldersEveryMs = 15_000;

/** How often a plate is prepared again because the site's engine was upgraded in the middle; then its workers disagree. */
export const upgradesInOnePlate = 3;
