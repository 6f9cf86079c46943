import { execFile } from 'node:child_process';
import { closeSync, constants, openSync, readSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { PipelineError } from '../../schemas/failure.ts';
import { endStragglers, stragglerMark } from '../tools/end-stragglers.ts';
import { type ProgramResult, type RunningProgram, startProgram } from '../tools/run-program.ts';
import { licenceLine, serverFailure } from './server-error.ts';

/** A flapid of our own, for one job. */
export type LaunchedFlapid = {
  port: number;
  /** Waits for the process to leave on its own, then SIGTERM, then SIGKILL; what it cost. */
  end(graceMs: number): Promise<ProgramResult['usage']>;
  /** Rejects when the process ends before it was asked to. */
  ended: Promise<never>;
};

const MOST_PORT = 65_535;
/** A port has five digits; what is longer is something else. */
const MOST_CHARACTERS = 64;

/**
 * Starts `flapid --slave --flmon --fifo F` and reads the port it listens on from the FIFO, which has a folder of its own:
 * the official client's name by process id would collide between jobs. Source: FLAPI 5.3 launch, reference section 1.5.
 * @param env added to a bare environment
 * @throws PipelineError tool-missing, tool-failed, tool-stalled, capacity; the abort reason
 */
export async function launchFlapid(
  path: string,
  options: {
    signal: AbortSignal;
    env?: Readonly<Record<string, string>>;
    portTimeoutMs: number;
    /** An empty folder that outlives the process: its working folder, and its home unless `env` names another. */
    folder: string;
  },
): Promise<LaunchedFlapid> {
  const { folder, signal } = options;
  const fifo = join(folder, 'port');
  await promisify(execFile)('mkfifo', ['-m', '600', fifo]);
  const program = startProgram({
    tool: 'flapid',
    path,
    args: ['--slave', '--flmon', '--fifo', fifo],
    cwd: folder,
    // Nothing public switches flapid to the processor; NVIDIA's own variable hides every GPU from any program.
    env: { CUDA_VISIBLE_DEVICES: '', HOME: folder, ...options.env, ...stragglerMark(folder) },
    stdout: 'ignore',
    signal,
  });
  program.done.catch(() => {});
  try {
    const port = await portFrom(fifo, program, options);
    return {
      port,
      ended: endedEarly(program),
      // What it started in sessions of their own outlives it; nothing of a job outlives the job.
      end: (graceMs) => endOf(program, graceMs).finally(() => endStragglers(folder)),
    };
  } catch (error) {
    program.stop(error);
    await program.done.catch(() => {});
    await endStragglers(folder);
    throw error;
  } finally {
    await rm(fifo, { force: true });
  }
}

/** How often the FIFO is looked at. */
const LOOK_MS = 20;

/** The port, as one decimal line; a line without its ending counts when whoever wrote it has closed the FIFO. */
async function portFrom(
  fifo: string,
  program: RunningProgram,
  { portTimeoutMs }: { portTimeoutMs: number },
): Promise<number> {
  // Neither opening nor reading waits for a writer: a blocking open would hold a thread of Node for ever.
  const fd = openSync(fifo, constants.O_RDONLY | constants.O_NONBLOCK);
  const waiting = new AbortController();
  try {
    return await Promise.race([
      firstLine(fd, portTimeoutMs, waiting.signal).then(portOf),
      endedEarly(program),
    ]);
  } finally {
    waiting.abort();
    closeSync(fd);
  }
}

async function firstLine(fd: number, withinMs: number, signal: AbortSignal): Promise<string> {
  let text = '';
  for (let isLast = false, until = performance.now() + withinMs; !isLast; ) {
    // Looked at once more when the time is over: we may have stood still ourselves while it was told.
    isLast = performance.now() >= until;
    const got = readNow(fd);
    if (got !== null) text += got;
    if (text.includes('\n') || text.length > MOST_CHARACTERS || (got === '' && text !== ''))
      return text.trimStart().split('\n')[0]!;
    await sleep(LOOK_MS, undefined, { signal });
  }
  throw new PipelineError('tool-stalled', `flapid told no port in ${withinMs} ms`, {
    tool: 'flapid',
    afterMs: withinMs,
    told: text,
  });
}

/** What stands in the FIFO; '' when nobody has it open for writing, null when somebody has and wrote nothing yet. */
function readNow(fd: number): string | null {
  const buffer = Buffer.alloc(256);
  try {
    return buffer.toString('latin1', 0, readSync(fd, buffer));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return null;
    throw error;
  }
}

function portOf(line: string): number {
  const port = /^\s*\d{1,5}\s*$/.test(line) ? Number(line) : 0;
  if (port > 0 && port <= MOST_PORT) return port;
  throw new PipelineError(
    'tool-failed',
    `flapid told ${JSON.stringify(line.slice(0, MOST_CHARACTERS))} for its port`,
    {
      tool: 'flapid',
      line,
    },
  );
}

function endedEarly(program: RunningProgram): Promise<never> {
  const early = program.done.then(
    ({ exitCode, stderrTail }) => {
      throw new PipelineError('tool-failed', `flapid ended by itself with exit code ${exitCode}`, {
        tool: 'flapid',
        exitCode,
        stderrTail,
      });
    },
    (error: unknown) => {
      const said = error instanceof PipelineError ? licenceLine(String(error.facts.stderrTail ?? '')) : null;
      if (error instanceof PipelineError && said !== null)
        throw serverFailure('flapid', said.trim(), error.facts);
      throw error;
    },
  );
  early.catch(() => {});
  return early;
}

async function endOf(program: RunningProgram, graceMs: number): Promise<ProgramResult['usage']> {
  const waiting = new AbortController();
  const told = new PipelineError('ended', 'flapid was told to end', { tool: 'flapid' });
  const left = program.done.then(
    (result) => result.usage,
    () => null,
  );
  const usage = await Promise.race([
    left,
    sleep(graceMs, null, { signal: waiting.signal })
      .catch(() => null)
      .then(() => undefined),
  ]);
  waiting.abort();
  if (usage !== undefined) return usage;
  program.stop(told);
  await left;
  return null;
}
