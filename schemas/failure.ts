type Row = { retry: boolean; mostTimes?: number; exitCode: number; meaning: string; fix: string };

/**
 * What fails this often one after the other, without anything made between, fails again: some twenty minutes of pauses, long
 * enough for a disk or a host to come back. Attempts that are lost with their worker do not count.
 */
const MOST_TOOL_FAILURES = 25;

/**
 * Every failure there is: could not find out. `retry` says whether Temporal may try again, `mostTimes` how often it may be
 * the same kind in a row. Exit codes: design.md section 8. `docs/errors.generated.md` is made from this table.
 */
export const FAILURES = {
  'input-invalid': {
    retry: false,
    exitCode: 2,
    meaning: 'the request is not of its form',
    fix: 'correct the named field',
  },
  'not-found': {
    retry: false,
    exitCode: 20,
    meaning: 'what was asked for does not exist',
    fix: 'check the name or path',
  },
  'tool-missing': {
    retry: false,
    exitCode: 21,
    meaning: 'a program is not installed or has the wrong version',
    fix: 'run `rushes doctor`',
  },
  'tool-failed': {
    retry: true,
    mostTimes: MOST_TOOL_FAILURES,
    exitCode: 24,
    meaning: 'a program ended with an error',
    fix: 'read its last lines in the facts',
  },
  'tool-stalled': {
    retry: true,
    mostTimes: MOST_TOOL_FAILURES,
    exitCode: 24,
    meaning: 'a program made no progress in its time',
    fix: 'retried elsewhere by itself',
  },
  'service-away': {
    retry: true,
    exitCode: 22,
    meaning: 'a server does not answer',
    fix: 'start it: `rushes up`',
  },
  'refused-by-rule': {
    retry: false,
    exitCode: 23,
    meaning: 'a rule of the production or site forbids it',
    fix: 'ask who owns the rule',
  },
  'already-running': {
    retry: false,
    exitCode: 23,
    meaning: 'the same work runs already',
    fix: 'wait for the one that is named, or terminate it',
  },
  unreadable: {
    retry: false,
    exitCode: 25,
    meaning: 'a file cannot be read or is not what it says',
    fix: 'check the file at its source',
  },
  unsupported: {
    retry: false,
    exitCode: 26,
    meaning: 'no engine at hand can do this',
    fix: 'see `rushes engines`',
  },
  'source-changed': {
    retry: false,
    exitCode: 27,
    meaning: 'a source changed while it was read',
    fix: 'stop writing to the source and start again',
  },
  'disk-full': {
    retry: true,
    exitCode: 28,
    meaning: 'scratch or store has no room',
    fix: 'free space or raise the budget',
  },
  capacity: { retry: true, exitCode: 28, meaning: 'a licence or slot is taken', fix: 'waits by itself' },
  'engine-differs': {
    retry: false,
    exitCode: 29,
    meaning: 'a worker has another version of the engine than the plate was prepared for',
    fix: 'the plate is prepared again by itself; give all workers of the site one version',
  },
  ended: {
    retry: false,
    exitCode: 24,
    meaning: 'the work was cancelled or terminated by a person',
    fix: 'start it again: what was made is kept',
  },
  conflict: {
    retry: true,
    exitCode: 29,
    meaning: 'somebody else changed the same thing first',
    fix: 'retried by itself after reading again',
  },
  'not-deterministic': {
    retry: false,
    exitCode: 29,
    meaning: 'the same key was made twice with different bytes: a bug of ours',
    fix: 'report it with the facts',
  },
} as const satisfies Record<string, Row>;

export type FailureCode = keyof typeof FAILURES;

/** The one failure class. The message says what, which, expected, got; `facts` carry the values. */
export class PipelineError extends Error {
  override readonly name = 'PipelineError';
  readonly code: FailureCode;
  readonly facts: Record<string, unknown>;

  constructor(
    code: FailureCode,
    message: string,
    facts: Record<string, unknown> = {},
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.code = code;
    this.facts = facts;
  }

  get retry(): boolean {
    return FAILURES[this.code].retry;
  }

  /** How often in a row it is worth another attempt; null: as long as its kind of work lasts. */
  get mostTimes(): number | null {
    const row: Row = FAILURES[this.code];
    return row.mostTimes ?? null;
  }

  get exitCode(): number {
    return FAILURES[this.code].exitCode;
  }
}
