import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PipelineError } from '../../schemas/failure.ts';
import { removeFolder } from '../tools/remove-folder.ts';
import { type FlapiAddress, FlapiConnection } from './connection.ts';
import { type LaunchedFlapid, launchFlapid } from './launch.ts';
import { jsonText, shortened } from './server-error.ts';
import { Handle, type HandleId } from './wire.ts';

/** Which flapid to work with: a program that is launched for each job, or a server that runs. */
export type FlapiPlace = (
  | { kind: 'launch'; path: string; env?: Readonly<Record<string, string>> }
  | ({ kind: 'server' } & FlapiAddress)
) & {
  /** schema.json of the installation. @default the one beside a flapid that is launched */
  schema?: string;
};

/** Limits of one job. Sources: watch-dogs of FilmLight's web transcoding demo (75, 150 and 8 s), reference section 1.5. */
export type FlapiTimes = {
  portMs: number;
  callMs: number;
  pollMs: number;
  stalledMs: number;
  finishingMs: number;
  /** How long pictures may appear under their names after it said that all is done: on a shared disk, or renamed at the end. */
  settleMs: number;
  /** How long an end that is told before ours was begun counts as that of a render before. */
  earlierMs: number;
  leaveMs: number;
};

export const FLAPI_TIMES: FlapiTimes = {
  portMs: 60_000,
  callMs: 60_000,
  pollMs: 500,
  stalledMs: 75_000,
  finishingMs: 150_000,
  settleMs: 5000,
  earlierMs: 5000,
  leaveMs: 8000,
};

/** A job's talk with flapid: calls, and objects that are given back when it ends. */
export type FlapiSession = {
  /** A static method. */
  ask(
    method: string,
    params?: Record<string, unknown>,
    options?: { timeoutMs?: number | null },
  ): Promise<unknown>;
  /** A method of an object: `tell(scene, 'Scene.start_delta', …)`. */
  tell(
    object: Handle,
    method: string,
    params?: Record<string, unknown>,
    options?: { timeoutMs?: number | null },
  ): Promise<unknown>;
  /**
   * Has a method called when the session ends before it was called in its own time, cancelled work included: what a server
   * that runs on would go on with. Call the answer to take it back.
   */
  atEnd(object: Handle, method: string): () => void;
  /** Takes an answer for an object of a class. @throws PipelineError tool-failed when it is none */
  object(answer: unknown, className: string): Handle;
  /** Nothing is wanted of the server any more: from here on its end does not end the work. */
  isServed(): void;
};

/** What one session cost: processor time and memory of a launched flapid; null where it was not ours to watch. */
export type SessionCost = { cpuMs: number; peakMemoryBytes: number } | null;

/**
 * Does `work` with a flapid, and takes everything down afterwards whatever happened: objects forgotten newest first, socket
 * closed, process ended. One job, one launched process: a process that renders again and again is known to wedge.
 * @param folder where a launched flapid may keep its short-lived things
 */
export async function withFlapi<T>(
  place: FlapiPlace,
  options: { times: FlapiTimes; signal: AbortSignal; folder: string },
  work: (session: FlapiSession) => Promise<T>,
): Promise<{ answer: T; cost: SessionCost }> {
  const { times, signal } = options;
  const folder = await mkdtemp(join(options.folder, '.flapid-'));
  let launched: LaunchedFlapid | undefined;
  let cost: SessionCost = null;
  try {
    launched =
      place.kind === 'launch'
        ? await launchFlapid(place.path, {
            signal,
            folder,
            portTimeoutMs: times.portMs,
            ...(place.env ? { env: place.env } : {}),
          })
        : undefined;
    const address: FlapiAddress =
      // By name, as official clients do it: the server may listen on one of the two loopback addresses only.
      place.kind === 'server' ? place : { host: 'localhost', port: launched!.port, login: null };
    const ended = launched?.ended ?? new Promise<never>(() => {});
    const connection = await Promise.race([
      connect(address, { times, signal }, launched !== undefined),
      ended,
    ]);
    const answer = await talk(connection, ended, signal, work);
    cost = (await launched?.end(times.leaveMs)) ?? null;
    launched = undefined;
    return { answer, cost };
  } finally {
    await launched?.end(0);
    await removeFolder(folder);
  }
}

/** A launched server may tell its port before it listens on it: it is given the time of a call. */
async function connect(
  address: FlapiAddress,
  { times, signal }: { times: FlapiTimes; signal: AbortSignal },
  isLaunched: boolean,
): Promise<FlapiConnection> {
  const until = performance.now() + times.callMs;
  for (;;) {
    const leftMs = Math.max(1, until - performance.now());
    try {
      return await FlapiConnection.open(address, {
        signal,
        openTimeoutMs: leftMs,
        callTimeoutMs: times.callMs,
      });
    } catch (error) {
      const isAway = error instanceof PipelineError && error.code === 'service-away';
      if (!isLaunched || !isAway || performance.now() >= until) throw error;
      await sleep(100, undefined, { signal });
    }
  }
}

/** Longer than any one picture is in hand; work that does not hear that its connection is closed is left behind. */
const IN_HAND_MS = 30_000;

async function talk<T>(
  connection: FlapiConnection,
  ended: Promise<never>,
  signal: AbortSignal,
  work: (session: FlapiSession) => Promise<T>,
): Promise<T> {
  const objects: HandleId[] = [];
  const isServed = Promise.withResolvers<void>();
  const farewells = new Set<() => Promise<unknown>>();
  const session: FlapiSession = {
    ask: (method, params = {}, options = {}) => connection.call(method, null, params, options),
    tell: (object, method, params = {}, options = {}) => connection.call(method, object._id, params, options),
    atEnd(object, method) {
      const farewell = () => connection.call(method, object._id, {});
      farewells.add(farewell);
      return () => void farewells.delete(farewell);
    },
    object(answer, className) {
      const handle = Handle.safeParse(answer);
      if (!handle.success || handle.data._handle !== className)
        throw new PipelineError(
          'tool-failed',
          `flapid answered ${shortened(jsonText(answer))} for a ${className}`,
          { tool: 'flapid' },
        );
      if (!objects.includes(handle.data._id)) objects.push(handle.data._id);
      return handle.data;
    },
    isServed: () => isServed.resolve(),
  };
  let onAbort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
  });
  const working = work(session);
  // The race may be lost by the work; its own failure, that of a closed connection, then has nobody to hear it.
  working.catch(() => {});
  try {
    return await Promise.race([working, whileServing(ended, isServed.promise), aborted]);
  } catch (error) {
    signal.throwIfAborted();
    throw await likelierCause(error, ended, connection.broken);
  } finally {
    signal.removeEventListener('abort', onAbort);
    // Sent and not waited for: the socket is closed behind it.
    for (const farewell of farewells) farewell().catch(() => {});
    for (const id of objects.reverse()) connection.forget(id);
    connection.close();
    // Its calls fail from here on; a picture that it takes over just now it takes over whole, before folders are removed.
    await Promise.race([working.catch(() => {}), sleep(IN_HAND_MS, undefined, { ref: false })]);
  }
}

/** Rejects when the process ends while it is still wanted; never settles otherwise. */
function whileServing(ended: Promise<never>, isServed: Promise<void>): Promise<never> {
  return new Promise((_, reject) => {
    let isWanted = true;
    void isServed.then(() => {
      isWanted = false;
    });
    ended.catch((reason: unknown) => {
      if (isWanted) reject(reason);
    });
  });
}

/**
 * When the process died, its own end says more than the connection that broke with it; when it left in good order, its exit
 * code says nothing and how the connection broke says more.
 */
async function likelierCause(error: unknown, ended: Promise<never>, broken: unknown): Promise<unknown> {
  if (!(error instanceof PipelineError)) return error;
  const isEnd = error.facts.exitCode !== undefined;
  if (!isEnd && error.facts.code === undefined) return error;
  const wait = new Promise<null>((resolve) => setTimeout(() => resolve(null), 300));
  const end = isEnd ? error : await Promise.race([ended.catch((cause: unknown) => cause), wait]);
  const breach = isEnd ? broken : error;
  if (!(end instanceof PipelineError)) return end ?? error;
  if (end.facts.exitCode !== 0 || !(breach instanceof PipelineError)) return end;
  const facts = { ...breach.facts, stderrTail: end.facts.stderrTail };
  return new PipelineError(breach.code, `${breach.message}; then ${end.message}`, facts);
}
