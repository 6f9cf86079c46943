import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { setPriority } from 'node:os';
import type { Readable, Writable } from 'node:stream';
import { PipelineError } from '../../schemas/failure.ts';
import { endGroup } from './end-group.ts';
import { lifelinePrefix } from './lifeline.ts';
import { StderrTail, withoutUrlSecrets } from './stderr-tail.ts';
import { watchProgress } from './watch-progress.ts';
import { watchUsage } from './watch-usage.ts';

/** One run of one program. No shell is ever involved: `args` reach the program as they are. */
export type ProgramCall = {
  /** The name people know, for messages: `ffmpeg`. */
  tool: string;
  /** Absolute path, from ToolPaths. */
  path: string;
  args: readonly string[];
  /** Aborting ends the whole process group: SIGTERM, 5 s, SIGKILL; the run then rejects with `signal.reason`. */
  signal?: AbortSignal;
  cwd?: string;
  /** Added to a bare environment (PATH, LC_ALL, TZ): a tool never sees the worker's credentials. */
  env?: Readonly<Record<string, string>>;
  /** Bytes for standard input; a stream is piped with back-pressure. @default none: stdin is /dev/null */
  stdin?: Uint8Array | Readable;
  /**
   * `collect` keeps at most `maxStdoutBytes`, `ignore` drops; a function gets each chunk, and a promise it returns
   * holds the program back until it settles. @default collect
   */
  stdout?: 'collect' | 'ignore' | ((chunk: Buffer) => void | Promise<void>);
  /** @default 64 MiB: no tool we ask for text says more */
  maxStdoutBytes?: number;
  /** Each line of standard error as it comes, without its line ending. */
  onStderrLine?: (line: string) => void;
  /** Without progress for this long the program is killed and `tool-stalled` thrown. @default none */
  stallAfterMs?: number;
  /** What counts as progress: a changed answer. Asked a few times per stall time. @default any output of the program */
  progressMark?: () => unknown;
  /** Limit of the whole run. @default none */
  timeoutMs?: number;
  /** Exit codes that are an answer, not a failure. @default [0] */
  goodExitCodes?: readonly number[] | 'any';
  /** Niceness of the program, -20 to 19. @default inherited */
  niceness?: number;
};

export type ProgramResult = {
  /** null when a signal ended it. */
  exitCode: number | null;
  stdout: Buffer;
  /** The last 64 KB of standard error. */
  stderrTail: string;
  durationMs: number;
  /** Of the program itself, sampled: a lower bound; null when it ended before the first sample. */
  usage: { cpuMs: number; peakMemoryBytes: number } | null;
};

/** A program under way, for callers that join several by their streams. */
export type RunningProgram = {
  pid: number;
  stdin: Writable | null;
  /** Ends the group as an abort would; `done` rejects with `reason`. */
  stop(reason: unknown): void;
  done: Promise<ProgramResult>;
};

const BARE_ENVIRONMENT = { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C.UTF-8', TZ: 'UTC' };

/**
 * Runs a program to its end.
 * @throws PipelineError tool-missing, tool-failed, tool-stalled; the abort reason when aborted
 */
export async function runProgram(call: ProgramCall): Promise<ProgramResult> {
  return startProgram(call).done;
}

/**
 * Starts a program in its own process group, tied to the life of this process where the system can do that.
 * @throws PipelineError tool-missing when it is not there or may not be run
 */
export function startProgram(call: ProgramCall): RunningProgram {
  call.signal?.throwIfAborted();
  requireExecutable(call);
  const [command, ...args] = [...lifelinePrefix(), call.path, ...call.args] as [string, ...string[]];
  const child = spawn(command, args, {
    cwd: call.cwd,
    env: { ...BARE_ENVIRONMENT, ...call.env },
    detached: true,
    stdio: [
      call.stdin === undefined ? 'ignore' : 'pipe',
      call.stdout === 'ignore' ? 'ignore' : 'pipe',
      'pipe',
    ],
  });
  const run = supervise(call, child);
  return { pid: child.pid ?? -1, stdin: child.stdin, stop: (reason) => run.stop(reason), done: run.done };
}

function requireExecutable(call: ProgramCall): void {
  try {
    accessSync(call.path, constants.X_OK);
  } catch (cause) {
    throw new PipelineError(
      'tool-missing',
      `${call.tool} is not at ${call.path} or may not be run`,
      { tool: call.tool, path: call.path },
      { cause },
    );
  }
}

type Supervision = { stop(reason: unknown): void; done: Promise<ProgramResult> };

function supervise(call: ProgramCall, child: ChildProcess): Supervision {
  const started = performance.now();
  const ending = endGroup(child);
  let stopReason: { reason: unknown } | null = null;
  const stop = (reason: unknown) => {
    stopReason ??= { reason };
    ending.begin();
  };
  const tail = new StderrTail(call.onStderrLine);
  const usage = watchUsage(child.pid);
  const watch = watchProgress(call, stop);
  const onAbort = () => stop(call.signal?.reason);
  call.signal?.addEventListener('abort', onAbort, { once: true });
  const stdout = takeStdout(call, child, () => watch.touch(), stop);
  child.stderr?.on('data', (chunk: Buffer) => {
    watch.touch();
    tail.push(chunk);
  });
  feedStdin(call, child, stop);
  if (call.niceness !== undefined && child.pid !== undefined) setNiceness(child.pid, call.niceness);

  const done = endOf(call, child).then(async ([exitCode, signalName]) => {
    tail.flush();
    await stdout.finished.catch((reason: unknown) => stop(reason));
    if (stopReason) throw stopReason.reason;
    const good = call.goodExitCodes ?? [0];
    if (exitCode === null || (good !== 'any' && !good.includes(exitCode)))
      throw failed(call, exitCode, signalName, tail.text());
    return {
      exitCode,
      stdout: stdout.collected(),
      stderrTail: tail.text(),
      durationMs: performance.now() - started,
      usage: usage.last(),
    };
  });
  const release = () => {
    call.signal?.removeEventListener('abort', onAbort);
    watch.end();
    usage.end();
    ending.done();
  };
  return { stop, done: done.finally(release) };
}

/** Its exit code or the signal that ended it, when its output is closed too. @throws PipelineError tool-failed when it did not start */
function endOf(call: ProgramCall, child: ChildProcess): Promise<[number | null, NodeJS.Signals | null]> {
  return new Promise((resolve, reject) => {
    child.once('error', (cause) => {
      // `close` need not follow a failed spawn.
      if (child.pid !== undefined) return;
      const sentence = `${call.tool} could not be started: ${cause.message}`;
      reject(new PipelineError('tool-failed', sentence, { tool: call.tool, path: call.path }, { cause }));
    });
    child.once('close', (exitCode, signalName) => resolve([exitCode, signalName]));
  });
}

function failed(
  call: ProgramCall,
  exitCode: number | null,
  signalName: string | null,
  stderrTail: string,
): PipelineError {
  const end = exitCode === null ? `signal ${signalName}` : `exit code ${exitCode}`;
  const lastLine = stderrTail.trimEnd().split('\n').at(-1) ?? '';
  return new PipelineError(
    'tool-failed',
    `${call.tool} ended with ${end}${lastLine ? `: ${lastLine}` : ''}`,
    {
      tool: call.tool,
      args: call.args.map(withoutUrlSecrets),
      exitCode,
      signal: signalName,
      // The kernel ends what takes too much memory with SIGKILL; nobody else does that to a group of ours.
      outOfMemoryLikely: signalName === 'SIGKILL' || exitCode === 137,
      stderrTail,
    },
  );
}

function takeStdout(
  call: ProgramCall,
  child: ChildProcess,
  touch: () => void,
  stop: (reason: unknown) => void,
): { finished: Promise<void>; collected(): Buffer } {
  const chunks: Buffer[] = [];
  const stream = child.stdout;
  const handler = call.stdout;
  if (!stream) return { finished: Promise.resolve(), collected: () => Buffer.alloc(0) };
  const limit = call.maxStdoutBytes ?? 64 * 1024 * 1024;
  let size = 0;
  let pending = Promise.resolve();
  stream.on('data', (chunk: Buffer) => {
    touch();
    if (typeof handler !== 'function') {
      size += chunk.length;
      if (size <= limit) chunks.push(chunk);
      else
        stop(
          new PipelineError('tool-failed', `${call.tool} wrote more than ${limit} bytes to standard output`, {
            tool: call.tool,
            limit,
          }),
        );
      return;
    }
    stream.pause();
    pending = pending.then(() => handler(chunk)).then(() => void stream.resume());
    pending.catch(stop);
  });
  return {
    get finished() {
      return pending;
    },
    collected: () => Buffer.concat(chunks),
  };
}

function feedStdin(call: ProgramCall, child: ChildProcess, stop: (reason: unknown) => void): void {
  if (!child.stdin || call.stdin === undefined) return;
  // EPIPE: the program stopped reading; its exit code tells whether that was an error.
  child.stdin.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') stop(error);
  });
  if (call.stdin instanceof Uint8Array) {
    child.stdin.end(call.stdin);
    return;
  }
  call.stdin.once('error', stop);
  call.stdin.pipe(child.stdin);
}

function setNiceness(pid: number, niceness: number): void {
  try {
    setPriority(pid, niceness);
  } catch {
    // Already gone, or not allowed to rise: it runs at the inherited niceness.
  }
}
