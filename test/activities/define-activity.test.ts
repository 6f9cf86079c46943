import { ApplicationFailure, CancelledFailure } from '@temporalio/activity';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { type ActivityRun, bindActivity, defineActivity } from '../../activities/define-activity.ts';
import type { Dependencies } from '../../activities/dependencies.ts';
import { FAILURES, type FailureCode, PipelineError } from '../../schemas/failure.ts';

Runtime.install({ logger: new DefaultLogger('ERROR') });

const deps = { worker: 'studio/host/render/7' } as Dependencies;

/** Runs `work` as Temporal would run an activity of ours. */
async function runAs(
  work: (run: ActivityRun) => Promise<unknown>,
  options: { input?: unknown; attempt?: number; env?: MockActivityEnvironment } = {},
) {
  const env = options.env ?? new MockActivityEnvironment({ attempt: options.attempt ?? 1 });
  const definition = defineActivity('hashFile', z.object({ path: z.string() }), (_deps, _input, run) =>
    work(run),
  );
  return env.run(
    bindActivity(definition, deps),
    (options.input ?? { path: 'A001C001.mov' }) as { path: string },
  );
}

async function failureOf(run: Promise<unknown>): Promise<ApplicationFailure> {
  const error = await run.then(
    () => null,
    (one: unknown) => one,
  );
  expect(error).toBeInstanceOf(ApplicationFailure);
  return error as ApplicationFailure;
}

test('what an activity answers is handed on', async () => {
  expect(await runAs(async () => ({ frames: 24 }))).toEqual({ frames: 24 });
});

for (const code of Object.keys(FAILURES) as FailureCode[])
  test(`the failure ${code} keeps its code, its sentence and its facts, and is ${FAILURES[code].retry ? '' : 'not '}tried again`, async () => {
    const failure = await failureOf(
      runAs(async () => {
        throw new PipelineError(code, 'A001C001.mov could not be found out about', { path: 'A001C001.mov' });
      }),
    );
    expect(failure).toMatchObject({
      type: code,
      message: 'A001C001.mov could not be found out about',
      nonRetryable: !FAILURES[code].retry,
      details: [{ path: 'A001C001.mov' }],
    });
  });

test('the cause of a failure goes with it', async () => {
  const cause = new Error('ECONNREFUSED 127.0.0.1:7070');
  const failure = await failureOf(
    runAs(async () => {
      throw new PipelineError('service-away', 'The S3 server does not answer', {}, { cause });
    }),
  );
  expect(failure.cause).toBe(cause);
});

test('anything else is a bug: loud, named by its activity, never tried again', async () => {
  const failure = await failureOf(
    runAs(async () => {
      throw new TypeError('frames is not iterable');
    }),
  );
  expect(failure).toMatchObject({
    type: 'bug',
    message: 'hashFile: frames is not iterable',
    nonRetryable: true,
  });
  expect(failure.cause).toBeInstanceOf(TypeError);
  expect(await failureOf(runAs(() => Promise.reject('a mere text')))).toMatchObject({
    type: 'bug',
    message: 'hashFile: a mere text',
  });
});

test('an input that is not of its form is a bug of the caller, and the work does not begin', async () => {
  let begun = false;
  const failure = await failureOf(
    runAs(
      async () => {
        begun = true;
      },
      { input: { path: 7 } },
    ),
  );
  expect(failure).toMatchObject({
    type: 'bug',
    nonRetryable: true,
    message: expect.stringContaining('hashFile was called with an input'),
  });
  expect(begun).toBe(false);
});

test('a cancellation passes untouched, whatever the work makes of its abort', async () => {
  for (const [name, react] of Object.entries({
    'rethrows the reason': (run: ActivityRun) => Promise.reject(run.signal.reason),
    'throws a failure of its own': () =>
      Promise.reject(new PipelineError('tool-failed', 'ffmpeg ended with signal SIGTERM')),
    'throws an abort error': () => Promise.reject(new DOMException('aborted', 'AbortError')),
  })) {
    const env = new MockActivityEnvironment();
    const running = runAs(
      async (run) => {
        await new Promise((resolve) => run.signal.addEventListener('abort', resolve));
        return react(run);
      },
      { env },
    );
    env.cancel('CANCELLED');
    await expect(running, name).rejects.toBeInstanceOf(CancelledFailure);
  }
});

test('it beats from its first moment, on its own, with what was last told and who does it', async () => {
  const env = new MockActivityEnvironment();
  const beats: unknown[] = [];
  env.on('heartbeat', (details: unknown) => beats.push(details));
  await runAs(
    async (run) => {
      expect(beats).toEqual([{ v: 1, worker: deps.worker }]);
      run.progress({ framesDone: 3 });
      await new Promise((resolve) => setTimeout(resolve, 1_200));
    },
    { env },
  );
  expect(beats.at(-1)).toEqual({ v: 1, worker: deps.worker, framesDone: 3 });
  const before = beats.length;
  await new Promise((resolve) => setTimeout(resolve, 1_200));
  expect(beats).toHaveLength(before);
});

test('it knows who does the work and which attempt this is', async () => {
  expect(await runAs(async ({ worker, attempt }) => ({ worker, attempt }), { attempt: 3 })).toEqual({
    worker: deps.worker,
    attempt: 3,
  });
});

async function toolFailure(
  heartbeatDetails: unknown,
  framesDone = 0,
): Promise<{ failure: ApplicationFailure; beat: unknown }> {
  const env = new MockActivityEnvironment({ attempt: 40, heartbeatDetails });
  const beats: unknown[] = [];
  env.on('heartbeat', (details: unknown) => beats.push(details));
  const run = runAs(
    async (at) => {
      if (framesDone > 0) at.progress({ framesDone });
      throw new PipelineError('tool-failed', 'flapid ended with signal SIGSEGV');
    },
    { env },
  );
  return { failure: await failureOf(run), beat: beats.at(-1) };
}

test('a program that fails time after time is given up, however many attempts were lost for other reasons', async () => {
  const first = await toolFailure(undefined);
  expect(first.failure).toMatchObject({ nonRetryable: false, message: 'flapid ended with signal SIGSEGV' });
  expect(first.beat).toMatchObject({ failed: 1 });
  const most = FAILURES['tool-failed'].mostTimes;
  expect((await toolFailure({ failed: most - 2 })).failure.nonRetryable).toBe(false);
  const last = await toolFailure({ failed: most - 1 });
  expect(last.failure).toMatchObject({
    nonRetryable: true,
    type: 'tool-failed',
    message: `flapid ended with signal SIGSEGV (${most} times in a row: not tried again)`,
  });
});

test('a program that fails but makes some of its frames each time goes on', async () => {
  const { failure, beat } = await toolFailure({ failed: 24 }, 2);
  expect(failure.nonRetryable).toBe(false);
  expect(beat).toMatchObject({ failed: 1, framesDone: 2 });
});

test('what waits for a server or a licence is tried for as long as its kind of work lasts', () => {
  for (const code of ['service-away', 'capacity', 'disk-full', 'conflict'] as const)
    expect(new PipelineError(code, '').mostTimes).toBeNull();
});
