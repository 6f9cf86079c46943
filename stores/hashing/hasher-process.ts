import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { getSystemErrorMap } from 'node:util';
import type { HashAlgorithm } from '../../standards/hash/hasher.ts';
import type { Observation } from '../../standards/mhl/verdict.ts';

/** A file to hash: its path in a folder, and the algorithms. */
type FileOrder = { path: string; formats: readonly HashAlgorithm[] };

/** The program `hash-files` at work beside this process: it hashes what lies in the page cache without copying it, on threads of its own. */
export type HasherProcess = {
  /** Starts it ahead of its first order. */
  start(): void;
  /**
   * Hashes files of a folder, each read once, and tells each result by index.
   * @returns false when the program cannot be started here: nothing was told
   * @throws Error when it ends before its last result
   */
  hash(
    folder: string,
    orders: readonly FileOrder[],
    heard: (index: number, observation: Observation) => void,
  ): Promise<boolean>;
  /** Ends it, whatever it is doing. */
  end(): void;
};

type Work = {
  first: number;
  orders: readonly FileOrder[];
  left: number;
  heard: (index: number, observation: Observation) => void;
  ended: PromiseWithResolvers<boolean>;
};

/** Orders handed over at once; more would only be copied and lie in memory. */
const ORDERS_AT_ONCE = 4000;
const XXHASH: ReadonlySet<HashAlgorithm> = new Set(['xxh32', 'xxh64', 'xxh3', 'xxh128']);

/** Whether the program knows all these formats; the others are OpenSSL's, which Node has already. */
export function isForProcess(formats: readonly HashAlgorithm[]): boolean {
  return formats.every((format) => XXHASH.has(format));
}

/**
 * The program as this process uses it; it runs from the first call of `start` or `hash`.
 * @param program path of `hash-files`, which set-up builds from `native/`
 */
export function hasherProcess(program: string, threads: number): HasherProcess {
  let child: Child | null = null;
  const works = new Set<Work>();
  let ordered = 0;
  const running = () => {
    child ??= startProgram(program, threads, works);
    return child;
  };
  return {
    start: () => void running(),
    async hash(folder, orders, heard) {
      if (orders.length === 0) return true;
      const { process, isUnfit } = running();
      if (isUnfit()) return false;
      const ended = Promise.withResolvers<boolean>();
      const work = { first: ordered, orders, left: orders.length, heard, ended };
      ordered += orders.length;
      works.add(work);
      const [isDone] = await Promise.all([ended.promise, send(process.stdin, folder, orders)]);
      works.delete(work);
      return isDone;
    },
    end() {
      works.clear();
      if (child === null || child.isUnfit()) return;
      child.process.kill('SIGKILL');
      child.process.stdin.destroy();
      child.process.stdout.destroy();
      child.process.unref();
    },
  };
}

type Child = { process: ChildProcessByStdio<Writable, Readable, null>; isUnfit(): boolean };

function startProgram(program: string, threads: number, works: ReadonlySet<Work>): Child {
  const process = spawn(program, [String(threads)], { stdio: ['pipe', 'pipe', 'inherit'] });
  let isUnfit = false;
  process.on('error', () => {
    // Built for another machine, or not allowed to run: the caller has other means.
    isUnfit = true;
    for (const { ended } of works) ended.resolve(false);
  });
  // What it still had to take is told as its end, with the reason.
  process.stdin.on('error', () => undefined);
  process.on('close', (code, signal) => {
    const error = new Error(`${program} ended with ${signal ?? code} before it had told every result`);
    for (const { ended } of works) ended.reject(error);
  });
  let half = '';
  process.stdout.setEncoding('latin1');
  process.stdout.on('data', (text: string) => {
    const lines = (half + text).split('\n');
    half = lines.pop()!;
    for (const line of lines) hear(line, works);
  });
  return { process, isUnfit: () => isUnfit };
}

async function send(stdin: Writable, folder: string, orders: readonly FileOrder[]): Promise<void> {
  for (let from = 0; from < orders.length; from += ORDERS_AT_ONCE) {
    const part = orders.slice(from, from + ORDERS_AT_ONCE);
    const text = part.map(({ path, formats }) => `${formats.join(',')}\0${join(folder, path)}\0`).join('');
    // A program that ended takes nothing any more; its end is told elsewhere.
    if (!stdin.write(text) && stdin.writable) await drainedOrClosed(stdin);
  }
}

async function drainedOrClosed(stdin: Writable): Promise<void> {
  const either = new AbortController();
  const heard = ['drain', 'close'].map((event) => once(stdin, event, { signal: either.signal }));
  await Promise.race(heard);
  // The other one is not listened for any longer.
  either.abort();
  await Promise.allSettled(heard);
}

function hear(line: string, works: ReadonlySet<Work>): void {
  const [number, verdict, ...rest] = line.split(' ');
  for (const work of works) {
    const index = Number(number) - work.first;
    const order = work.orders[index];
    if (order === undefined) continue;
    work.heard(index, observationOf(verdict!, rest, order.formats));
    work.left -= 1;
    if (work.left === 0) work.ended.resolve(true);
    return;
  }
  throw new Error(`hash-files answered to no order: "${line}"`);
}

function observationOf(verdict: string, rest: string[], formats: readonly HashAlgorithm[]): Observation {
  switch (verdict) {
    case 'ok':
      return { digests: Object.fromEntries(formats.map((format, at) => [format, rest[at]!])) };
    case 'refused': {
      const [name, sentence] = getSystemErrorMap().get(-Number(rest[0])) ?? [`error ${rest[0]}`, 'unknown'];
      return { error: `${name}: ${sentence}` };
    }
    case 'changed':
      return { error: `it changed while it was read (${rest[0]} bytes when opened, ${rest[1]} read)` };
    case 'not-a-file':
      return { error: 'it is not a file' };
    default:
      throw new Error(`hash-files answered "${verdict}"`);
  }
}
