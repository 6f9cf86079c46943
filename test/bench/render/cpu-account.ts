import { readdirSync, readFileSync } from 'node:fs';

/** Processes to account for: a name for people, and the process that it began with. */
export type Roots = Record<string, number>;

/** CPU time in ms of one process: of itself by thread name, and of the programs that it ran. */
export type ProcessCost = {
  ownMs: number;
  threads: Record<string, number>;
  programs: Record<string, number>;
};

const TICK_MS = 10;
const SAMPLE_EVERY_MS = 200;

/**
 * Begins to count the CPU time of processes and of the programs that they run. Totals are the kernel's; which program it
 * was is sampled, and what ended between two samples stands under `(short)`.
 * @returns ends the count
 */
export function countCpu(roots: Roots): () => Record<string, ProcessCost> {
  const before = Object.fromEntries(Object.entries(roots).map(([name, pid]) => [name, costOf(pid)]));
  const seen = new Map<string, { root: string; program: string; fromMs: number; ms: number }>();
  const look = (isFirst: boolean) => {
    for (const [root, pid] of Object.entries(roots))
      for (const child of descendants(pid)) {
        const now = statOf(child);
        if (now === null) continue;
        const id = `${child} ${now.name}`;
        // What a program that was there already had used before is not counted.
        const fromMs = seen.get(id)?.fromMs ?? (isFirst ? now.ownMs : 0);
        seen.set(id, { root, program: now.name, fromMs, ms: now.ownMs - fromMs });
      }
  };
  look(true);
  const timer = setInterval(() => look(false), SAMPLE_EVERY_MS);
  return () => {
    clearInterval(timer);
    look(false);
    return Object.fromEntries(
      Object.entries(roots).map(([root, pid]) => [root, difference(before[root]!, costOf(pid), root, seen)]),
    );
  };
}

/** A cheap look, unlike a walk over every process: the count must not cost what it counts. */
function descendants(pid: number | string): string[] {
  const children = threadsOf(pid).flatMap((thread) => wordsOf(`/proc/${pid}/task/${thread}/children`));
  return children.flatMap((child) => [child, ...descendants(child)]);
}

function threadsOf(pid: number | string): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

function wordsOf(path: string): string[] {
  try {
    return readFileSync(path, 'utf8').split(' ').filter(Boolean);
  } catch {
    return [];
  }
}

type Cost = { ownMs: number; endedMs: number; threads: Record<string, number> };

function difference(
  before: Cost,
  after: Cost,
  root: string,
  seen: ReadonlyMap<string, { root: string; program: string; ms: number }>,
): ProcessCost {
  const programs: Record<string, number> = {};
  for (const { root: of, program, ms } of seen.values())
    if (of === root) programs[program] = (programs[program] ?? 0) + ms;
  const sampled = Object.values(programs).reduce((sum, ms) => sum + ms, 0);
  programs['(short)'] = Math.max(0, after.endedMs - before.endedMs - sampled);
  const threads = Object.fromEntries(
    Object.entries(after.threads).map(([name, ms]) => [name, ms - (before.threads[name] ?? 0)]),
  );
  return { ownMs: after.ownMs - before.ownMs, threads, programs };
}

function costOf(pid: number): Cost {
  const threads: Record<string, number> = {};
  for (const thread of threadsOf(pid)) {
    const stat = statOf(`${pid}/task/${thread}`);
    if (stat !== null) threads[stat.name] = (threads[stat.name] ?? 0) + stat.ownMs;
  }
  const { ownMs, endedMs } = statOf(String(pid)) ?? { ownMs: 0, endedMs: 0 };
  return { ownMs, endedMs, threads };
}

/** User and system time of a process or thread, and of the children that it waited for. Source: proc(5), fields 14 to 17 of stat. */
function statOf(path: string): { name: string; ownMs: number; endedMs: number } | null {
  try {
    const stat = readFileSync(`/proc/${path}/stat`, 'utf8');
    const [own, system, ended, endedSystem] = stat
      .replace(/^.*\) /s, '')
      .split(' ')
      .slice(11, 15)
      .map(Number) as [number, number, number, number];
    const name = /\((.*)\)/s.exec(stat)?.[1] ?? '';
    return { name, ownMs: (own + system) * TICK_MS, endedMs: (ended + endedSystem) * TICK_MS };
  } catch {
    return null;
  }
}
