import {
  Client,
  WorkflowExecutionAlreadyStartedError,
  WorkflowFailedError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
} from '@temporalio/client';
import { ApplicationFailure, CancelledFailure, TerminatedFailure } from '@temporalio/common';
import { FAILURES, type FailureCode, PipelineError } from '../schemas/failure.ts';
import type { IngestRequest, RollReport, VerifyRequest } from '../schemas/roll.ts';
import type { TransferRequest } from '../schemas/transfer.ts';
import type { TurnoverSubmission } from '../schemas/turnover.ts';
import { licencesWorkflowId } from '../workflows/ids.ts';
import {
  type Decision,
  decide,
  type LicenceRequest,
  licenceWanted,
  lookAgain,
  noLongerWanted,
  rollArrived,
  type WorkflowRun,
} from '../workflows/messages.ts';
import { CONTROL_QUEUE } from '../workflows/queues.ts';
import type { Refusal } from '../workflows/refusal.ts';
import type { TurnoverOutcome } from '../workflows/turnover-outcome.ts';
import { connectTemporal } from './connect-temporal.ts';
import { firstOutcome } from './first-outcome.ts';

/** Where the server is. */
export type Address = { address: string; namespace: string };

/** Started work: its id, and a wait for its result. */
export type Started<R> = { workflowId: string; result: () => Promise<R> };

/**
 * The typed client: starts the same workflows with the same input as the command line and the web UI.
 *
 *     const rushes = await connectRushes({ address: '127.0.0.1:7233', namespace: 'default' });
 *     const ingest = await rushes.ingestRoll({ production: 'AGM', source: '/cards/20260930/A001R1AA' });
 *     const report = await ingest.result();
 *     await rushes.close();
 */
export type RushesClient = {
  /** Takes one card in. A request that cannot be taken comes back as a result with `refused`. */
  ingestRoll(request: IngestRequest): Promise<Started<RollReport | Refusal>>;
  /** Reads a stored roll back and compares; appends the result as its next ASC MHL generation. */
  verifyRoll(request: VerifyRequest): Promise<Started<RollReport | Refusal>>;
  /** Sends a stored roll to another site, where the production's residency rule allows it. */
  transferRoll(request: TransferRequest): Promise<Started<RollReport | Refusal>>;
  /** Sends a cut list to be made. */
  submitTurnover(submission: TurnoverSubmission): Promise<Started<TurnoverOutcome | Refusal>>;
  /**
   * What a submitted turnover published so far: its end, or the first publication after which something waits for a roll or
   * a person.
   */
  firstOutcome(started: Started<TurnoverOutcome | Refusal>): Promise<TurnoverOutcome | Refusal>;
  /** Says which clip an ambiguous event means; answers with the recorded sentence. */
  decide(turnoverWorkflowId: string, decision: Decision): Promise<string>;
  /** Plans the turnover again, e.g. after a camera format was corrected. */
  lookAgain(turnoverWorkflowId: string, why: string): Promise<void>;
  /** Tells a waiting turnover that a roll arrived; false when it runs no more. */
  rollArrived(turnoverWorkflowId: string, rollId: string): Promise<boolean>;
  /** Stops the work on plates of a running turnover that a newer cut no longer wants; false when it runs no more. */
  cancelPlates(turnoverWorkflowId: string, plateIds: string[]): Promise<boolean>;
  cancel(workflowId: string): Promise<void>;
  /** Puts a request into the line for a licence; starts the keeper where it is not running. */
  askForLicence(request: LicenceRequest): Promise<void>;
  /** Of these workflow runs, those that run no more. */
  endedWorkflows(workflows: WorkflowRun[]): Promise<WorkflowRun[]>;
  /** The Temporal client below, for what is not wrapped here. */
  temporal: Client;
  close(): Promise<void>;
};

/** @throws PipelineError service-away when no server answers: within five seconds, within a minute where one listens */
export async function connectRushes(at: Address): Promise<RushesClient> {
  const connection = await connectTemporal(at.address);
  const temporal = new Client({ connection, namespace: at.namespace });
  const handle = (workflowId: string) => temporal.workflow.getHandle(workflowId);
  return {
    ingestRoll: (request) => start(temporal, 'ingestRoll', `ingest-${stem(request.source)}`, request),
    verifyRoll: (request) => start(temporal, 'verifyRoll', `verify-${request.roll}`, request),
    transferRoll: (request) => start(temporal, 'transferRoll', `transfer-${request.roll}`, request),
    submitTurnover: (submission) =>
      start(temporal, 'turnover', `submit-${submission.name ?? 'turnover'}`, submission),
    firstOutcome: (started) => firstOutcome(temporal, started),
    decide: (workflowId, decision) =>
      found(workflowId, handle(workflowId).executeUpdate(decide, { args: [decision] })),
    lookAgain: (workflowId, why) => found(workflowId, handle(workflowId).signal(lookAgain, { why })),
    rollArrived: (workflowId, rollId) => signalled(handle(workflowId).signal(rollArrived, { rollId })),
    cancelPlates: (workflowId, plateIds) => signalled(handle(workflowId).signal(noLongerWanted, plateIds)),
    cancel: (workflowId) => cancelRunning(workflowId, temporal),
    askForLicence: (request) => askForLicence(temporal, request),
    endedWorkflows: (workflows) => endedWorkflows(temporal, workflows),
    temporal,
    close: () => connection.close(),
  };
}

/** A thin start has a name of its own each time: the child's id is what makes double work impossible. */
async function start<R>(temporal: Client, type: string, name: string, input: unknown): Promise<Started<R>> {
  const workflowId = `${name}-${new Date().toISOString().replace(/[-:.]/g, '')}-${Math.random().toString(36).slice(2, 8)}`;
  try {
    const handle = await temporal.workflow.start(type, {
      taskQueue: CONTROL_QUEUE,
      workflowId,
      args: [input],
    });
    return { workflowId, result: () => outcomeOf<R>(workflowId, handle.result() as Promise<R>) };
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) {
      throw new PipelineError(
        'already-running',
        `${workflowId} is running already.`,
        { workflowId },
        { cause: error },
      );
    }
    throw error;
  }
}

/** @throws PipelineError with the code of what failed; a bug stays an Error */
async function outcomeOf<R>(workflowId: string, result: Promise<R>): Promise<R> {
  try {
    return await result;
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) throw error;
    throw inWords(workflowId, error);
  }
}

/** What failed, in our words. Below the failure that has a code lie only the causes of others, e.g. of a socket. */
function inWords(workflowId: string, error: Error): Error {
  let at: Error = error;
  for (;;) {
    if (at instanceof TerminatedFailure || at instanceof CancelledFailure) {
      const what = at instanceof CancelledFailure ? 'cancelled' : 'terminated';
      const sentence = `${workflowId} was ${what}: start it again to go on.`;
      return new PipelineError('ended', sentence, { workflowId }, { cause: error });
    }
    if (at instanceof ApplicationFailure && at.type != null && at.type in FAILURES) {
      const facts = { workflowId, details: at.details ?? [] };
      return new PipelineError(at.type as FailureCode, at.message, facts, { cause: error });
    }
    if (!(at.cause instanceof Error) || at instanceof ApplicationFailure)
      return new Error(`${workflowId} failed: ${at.message}`, { cause: error });
    at = at.cause;
  }
}

async function found<T>(workflowId: string, call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) {
      throw new PipelineError('not-found', `${workflowId} is not running.`, { workflowId }, { cause: error });
    }
    if (error instanceof WorkflowUpdateFailedError) throw inWords(workflowId, error);
    throw error;
  }
}

/** The server takes a cancellation of what has ended without a word; a person would believe it was stopped. */
async function cancelRunning(workflowId: string, temporal: Client): Promise<void> {
  const handle = temporal.workflow.getHandle(workflowId);
  const { status } = await found(workflowId, handle.describe());
  if (status.name !== 'RUNNING')
    throw new PipelineError(
      'not-found',
      `${workflowId} is not running: it is ${status.name.toLowerCase()}.`,
      { workflowId },
    );
  await found(workflowId, handle.cancel());
}

async function askForLicence(temporal: Client, request: LicenceRequest): Promise<void> {
  const { site, engine, count } = request;
  await temporal.workflow.signalWithStart('shareLicences', {
    taskQueue: CONTROL_QUEUE,
    workflowId: licencesWorkflowId(site, engine),
    args: [{ count, holders: [], waiting: [] }],
    signal: licenceWanted,
    signalArgs: [request],
  });
}

async function endedWorkflows(temporal: Client, workflows: readonly WorkflowRun[]): Promise<WorkflowRun[]> {
  const isRunning = async ({ workflowId, runId }: WorkflowRun): Promise<boolean> => {
    try {
      return (await temporal.workflow.getHandle(workflowId, runId).describe()).status.name === 'RUNNING';
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return false;
      throw error;
    }
  };
  const running = await Promise.all(workflows.map(isRunning));
  return workflows.filter((_, index) => !running[index]);
}

async function signalled(call: Promise<void>): Promise<boolean> {
  try {
    await call;
    return true;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}

function stem(source: string): string {
  return (
    source
      .split('/')
      .filter(Boolean)
      .at(-1)
      ?.replace(/[^A-Za-z0-9._-]/g, '_') ?? 'roll'
  );
}
