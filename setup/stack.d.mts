import type { ProcessRecord } from './processes.mjs';

/** The document `<state>/stack.json`: how to reach the local stack. Holds secrets; mode 600. */
export type Stack = {
  version: 1;
  kind: 'stack';
  ephemeral: boolean;
  temporal: ProcessRecord & {
    address: string;
    namespace: string;
    uiUrl: string;
    port: number;
    uiPort: number;
    databaseFile: string | null;
  };
  objectStore: ProcessRecord & {
    endPoint: string;
    port: number;
    accessKey: string;
    secretKey: string;
    /** What workers use; absent in a stack that an older set-up started. */
    worker?: { accessKey: string; secretKey: string };
    dataDir: string;
  };
  postgres: ProcessRecord & { url: string; external?: boolean };
  programs?: Record<string, ProcessRecord>;
};

/** Starts what does not run yet and waits until all answer; same data and ports as before. @throws a sentence. */
export function startStack(options?: {
  stateDir?: string;
  ephemeral?: boolean;
  log?: (line: string) => void;
  env?: NodeJS.ProcessEnv;
}): Promise<Stack>;

/** Reads stack.json; null when the stack was never started. */
export function readStack(options?: { stateDir?: string }): Stack | null;

/** Which services and registered programs run and answer just now. */
export function stackStatus(options?: { stateDir?: string }): Promise<{
  stateDir: string;
  stack: Stack | null;
  running: boolean;
  services: { key: 'temporal' | 'objectStore' | 'postgres'; name: string; alive: boolean; ready: boolean }[];
  programs: { name: string; pid: number | null; alive: boolean }[];
}>;

/** Ends registered programs, then services, each only if it is still the recorded process. Data stays. */
export function stopStack(options?: { stateDir?: string; log?: (line: string) => void }): Promise<void>;

/**
 * Starts a program of ours that outlives the caller; `stopStack` ends it. A name that already runs is left alone
 * (`started: false`), unless it runs another `revision` of the code. With `readyText` waits until the program has written that to its log.
 * @throws a sentence with the end of the log when it dies before.
 */
export function startProgram(options: {
  stateDir?: string;
  name: string;
  file: string;
  args?: string[];
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  readyText?: string;
  revision?: string;
}): Promise<ProcessRecord & { pid: number | null; logPath: string; started: boolean }>;

/** Ends one registered program; true when it ran. */
export function stopProgram(options: {
  stateDir?: string;
  name: string;
  signal?: NodeJS.Signals;
  graceMs?: number;
}): Promise<boolean>;

/** Removes a stopped stack's folder, with PostgreSQL's where that lies elsewhere. */
export function removeState(options: { stateDir: string }): void;
