import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { checkoutDir } from '../../setup/places.mjs';
import { endProcess, isAlive, type ProcessRecord, recordOf } from '../../setup/processes.mjs';
import { startProgram } from '../../setup/stack.mjs';

/** A program that a worker runs: `command` is its argument list, for messages. */
export type ToolProcess = ProcessRecord & { pid: number; command: string };

/** A real `rushes worker` in a process of its own. */
export type WorkerProcess = {
  name: string;
  pid: number;
  /** Folder under which its attempts work; no other worker uses it. */
  scratch: string;
  log(): string;
  isRunning(): boolean;
  /** Programs that it runs at this moment, and what they started in turn. */
  tools(): ToolProcess[];
  /** Holds the process where it is, so that what is true now stays true until it is killed. */
  freeze(): void;
  thaw(): void;
  /** kill -9, and waits until it is gone. */
  kill(): Promise<void>;
  /** As an operator stops it: SIGTERM, and a kill after the grace. */
  stop(): Promise<void>;
};

const READY_WITHIN_MS = 600_000;

/**
 * Starts `rushes worker` and waits until it polls. The run of the tests ends it if nobody else does.
 * @throws Error with the end of its log when it does not come up
 */
export async function startWorkerProcess(options: {
  name: string;
  configFile: string;
  pools: string;
  slots?: number;
  scratch: string;
  arguments?: string[];
}): Promise<WorkerProcess> {
  const { name, configFile, pools, slots, scratch } = options;
  const { pid, logPath, ...rest } = await startProgram({
    stateDir: process.env.RUSHES_TEST_STATE!,
    name,
    file: process.execPath,
    args: [
      '--max-semi-space-size=4',
      join(checkoutDir, 'cli/main.ts'),
      'worker',
      '--pools',
      pools,
      ...(slots === undefined ? [] : ['--slots', String(slots)]),
      ...(options.arguments ?? []),
    ],
    env: {
      NODE_COMPILE_CACHE: join(checkoutDir, 'node_modules/.cache/compiled'),
      ...process.env,
      ...{ RUSHES_CONFIG: configFile, RUSHES_SCRATCH: scratch },
    },
  });
  const record = { pid, startTicks: rest.startTicks, bootId: rest.bootId } as ProcessRecord;
  const log = () => readFileSync(logPath, 'utf8');
  if (pid === null) throw new Error(`${name} could not be started: ${log()}`);
  await untilReady(name, record, log);
  return {
    name,
    pid,
    scratch,
    log,
    isRunning: () => isAlive(record),
    tools: () => descendants(pid),
    freeze: () => void process.kill(pid, 'SIGSTOP'),
    thaw: () => void process.kill(pid, 'SIGCONT'),
    kill: async () => void (await endProcess(record, { signal: 'SIGKILL' })),
    stop: async () => void (await endProcess(record, { graceMs: 40_000 })),
  };
}

async function untilReady(name: string, record: ProcessRecord, log: () => string): Promise<void> {
  for (const end = Date.now() + READY_WITHIN_MS; Date.now() < end; await sleep(50)) {
    if (/^serving /m.test(log())) return;
    if (!isAlive(record)) break;
  }
  throw new Error(`${name} does not serve. The end of its log:\n${log().slice(-3000)}`);
}

/** A program that is just being started has no words yet by which one look could know it. */
const LOOKS = 10;

/** Which of these programs still run after `withinMs`, and whatever else still works in that scratch folder. */
export async function survivors(
  tools: readonly ToolProcess[],
  scratch: string,
  withinMs = 300_000,
): Promise<string[]> {
  const alive = () => [
    ...tools.filter((tool) => isAlive(tool)).map(({ pid, command }) => `${pid} ${command}`),
    ...processes()
      .filter(({ command, folder }) => command.includes(scratch) || folder.startsWith(scratch))
      .map(({ pid, command }) => `${pid} ${command}`),
  ];
  let quiet = 0;
  for (const end = Date.now() + withinMs; Date.now() < end; await sleep(50)) {
    quiet = alive().length === 0 ? quiet + 1 : 0;
    if (quiet === LOOKS) return [];
  }
  return alive();
}

type Process = { pid: number; parent: number; command: string; folder: string };

/** Programs that a process runs at this moment, and what they started in turn. */
export function descendants(pid: number): ToolProcess[] {
  const all = processes();
  const found: Process[] = [];
  let parents = new Set([pid]);
  while (parents.size > 0) {
    const children = all.filter(({ parent }) => parents.has(parent));
    found.push(...children);
    parents = new Set(children.map((child) => child.pid));
  }
  return found.map((one) => ({ ...recordOf(one.pid), pid: one.pid, command: one.command }));
}

/** Every process of the machine that can be seen; those that end while we look are left out. */
function processes(): Process[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.flatMap((name) => {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      // The program's name stands in parentheses and may hold spaces: fields are counted from the last one.
      const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      if (state === 'Z') return [];
      const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
      return [{ pid: Number(name), parent: Number(parent), command, folder: folderOf(name) }];
    } catch {
      return [];
    }
  });
}

function folderOf(pid: string): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return '';
  }
}
